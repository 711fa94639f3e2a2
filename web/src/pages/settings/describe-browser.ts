/** Names of browsers as their User-Agent headers carry them; the first that fits wins, as they imitate each other. */
const browsers = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Chrome|CriOS|HeadlessChrome)\//],
  ['Safari', /\bSafari\//],
  ['curl', /^curl\//],
] as const

const systems = [
  ['iOS', /iPhone|iPad/],
  ['Android', /Android/],
  ['Windows', /Windows/],
  ['macOS', /Mac OS X/],
  ['Linux', /Linux/],
] as const

/** What a person calls a session by: `Firefox on macOS`. */
export function describeBrowser(userAgent: string | null): { name: string; mobile: boolean } {
  if (!userAgent) return { name: 'Unknown browser', mobile: false }
  const browser = browsers.find(([, pattern]) => pattern.test(userAgent))?.[0]
  const system = systems.find(([, pattern]) => pattern.test(userAgent))?.[0]
  const name = browser && system ? `${browser} on ${system}` : (browser ?? userAgent.slice(0, 40))
  return { name, mobile: system === 'iOS' || system === 'Android' }
}
