/**
 * Where to go after signing in: a path on this hub, whatever was asked for. What could leave the hub (`//x`, `/\x`,
 * `https:x`, control characters that browsers drop) becomes `/`.
 */
export function returnPath(wanted: string | undefined): string {
  if (!wanted?.startsWith('/') || /[\\\s\p{Cc}]/u.test(wanted)) return '/'
  const here = 'http://hub.invalid'
  if (!URL.canParse(wanted, here)) return '/'
  const url = new URL(wanted, here)
  const path = `${url.pathname}${url.search}${url.hash}`
  return url.origin === here && !path.startsWith('//') ? path : '/'
}
