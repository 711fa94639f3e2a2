import type { Place } from './references.ts'

/** Hosts of GitHub's that serve what people attach and their pictures. */
const githubHosts = /(^|\.)(githubusercontent\.com|githubassets\.com|github\.com)$/

/**
 * Where an address in a text leads: pages of ours stay as they are, what is relative is of the repository's default
 * branch as in a README, other schemes than http, https and mailto lead nowhere.
 */
export function addressOf(url: string, { github, repository }: Place, kind: 'link' | 'image'): string | null {
  if (url.startsWith('#')) return url
  if (kind === 'link' && /^\/repos\/[^/]+\/[^/]+\/issues\/\d+$/.test(url)) return url
  const base = `${github}/${repository}/${kind === 'image' ? 'raw' : 'blob'}/HEAD/`
  const parsed = URL.parse(url.startsWith('/') && !url.startsWith('//') ? `.${url}` : url, base)
  if (!parsed) return null
  const { protocol } = parsed
  const known = protocol === 'https:' || protocol === 'http:' || (kind === 'link' && protocol === 'mailto:')
  return known ? parsed.href : null
}

/** Whether a picture comes from GitHub: loading it tells nobody else that somebody reads this. */
export function isOfGithub(address: string, { github }: Place): boolean {
  const { origin, hostname, protocol } = new URL(address)
  return origin === new URL(github).origin || (protocol === 'https:' && githubHosts.test(hostname))
}
