import { sections } from './sections.ts'

export interface Guess {
  label: string
  to: string
}

const words: Record<string, string> = {
  'pull-requests': '/pulls',
  pullrequests: '/pulls',
  prs: '/pulls',
  repo: '/repos',
  repositories: '/repos',
  webhooks: '/deliveries',
  hooks: '/deliveries',
  tokens: '/settings/tokens',
  secrets: '/settings/secrets',
  variables: '/settings/secrets',
  people: '/settings/people',
  users: '/settings/people',
  profile: '/settings',
  dashboard: '/',
}
/** GitHub's names of a repository's sides that have others here. */
const sides: Record<string, string> = {
  pull: 'pulls',
  pulls: 'pulls',
  issues: 'issues',
  actions: 'actions',
  branches: 'branches',
  commits: '',
  tree: '',
  blob: '',
}
const MOST = 5

/**
 * What somebody who went to an address where nothing is probably meant: GitHub's own address of a thing, a section
 * under another name or mistyped, a repository of almost that name. The likeliest first, at most five.
 */
export function guessAddresses(path: string, repositories: readonly string[]): Guess[] {
  const parts = path.split('/').filter(Boolean).map(decode)
  const guesses: Guess[] = []
  const add = (label: string, to: string) => {
    if (to !== path && !guesses.some((guess) => guess.to === to)) guesses.push({ label, to })
  }

  const named = parts[0] === 'repos' || parts[0] === 'repo' ? parts.slice(1) : parts
  const [owner = '', name = '', side = '', ...rest] = named
  for (const fullName of nearest(`${owner}/${name}`, repositories)) {
    const exact = fullName.toLowerCase() === `${owner}/${name}`.toLowerCase()
    const below = sides[side]
    if (exact && below && /^(\d+|runs)$/.test(rest[0] ?? '') && side !== 'branches') {
      add(
        `${fullName} ${rest[0] === 'runs' ? 'Actions run' : `#${rest[0]}`}`,
        `/repos/${[fullName, below, ...rest].join('/')}`,
      )
    }
    if (below) add(`${fullName}: ${below}`, `/repos/${fullName}/${below}`)
    add(fullName, `/repos/${fullName}`)
  }
  const first = (parts[0] ?? '').toLowerCase()
  if (words[first]) add(titleOf(words[first]), words[first])
  for (const { label, to } of sections.flat()) {
    if (to !== '/' && distance(first, to.slice(1)) <= 2) add(label, to)
  }
  return guesses.slice(0, MOST)
}

const titleOf = (to: string) =>
  sections.flat().find((section) => section.to === to)?.label ??
  `${to.split('/').at(-1)!.charAt(0).toUpperCase()}${to.split('/').at(-1)!.slice(1)}`

/** Repositories whose names are almost that one, the nearest first. */
function nearest(fullName: string, repositories: readonly string[]): string[] {
  const asked = fullName.toLowerCase()
  const [, askedName = ''] = asked.split('/')
  return repositories
    .map((known) => {
      const [, name = ''] = known.toLowerCase().split('/')
      const same =
        askedName !== '' && (name === askedName || (askedName.length > 2 && name.includes(askedName)))
      return {
        known,
        away: Math.min(distance(asked, known.toLowerCase()), same ? 1 : Number.POSITIVE_INFINITY),
      }
    })
    .filter(({ away }) => away <= 3)
    .sort((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ known }) => known)
}

/** Levenshtein's: how many letters to add, drop or change. https://en.wikipedia.org/wiki/Levenshtein_distance */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Number.POSITIVE_INFINITY
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
