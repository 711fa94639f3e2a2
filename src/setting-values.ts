import { isIP } from 'node:net'
import { coded } from './errors.ts'

/**
 * What the text of a setting means. Each function takes the setting's name and its text without surrounding space,
 * and throws `config_invalid` with a sentence that names the setting and says what it should be.
 */

const name = /^(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*\.?$/i

/** A whole port number in decimal digits. */
export function portOf(setting: string, text: string, { least = 0 } = {}): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= least && port <= 65_535) return port
  throw invalid(setting, `is a port number from ${least} to 65535, not "${text}".`)
}

/** A number of days; 0 means for ever. */
export function daysOf(setting: string, text: string): number {
  const days = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (days <= 36_500) return days
  throw invalid(setting, `is a number of days from 0 (for ever) to 36500, not "${text}".`)
}

/** An IP address or a host name to listen on. */
export function hostOf(setting: string, text: string): string {
  if (isHost(text)) return text
  throw invalid(setting, `is an IP address or a host name, such as 127.0.0.1 or 0.0.0.0, not "${text}".`)
}

/** `name`, `name:port`, or an IP address (version 6 in brackets), in lower case. */
export function hostWithPortOf(setting: string, text: string): string {
  const [, host, port] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  const bare = host?.replace(/^\[(.*)\]$/, '$1')
  const fits =
    bare !== undefined &&
    isHost(bare) &&
    (isIP(bare) === 6) === host!.startsWith('[') &&
    (port === undefined || (Number(port) > 0 && Number(port) <= 65_535))
  if (fits) return text.toLowerCase()
  throw invalid(setting, `lists hosts as name or name:port, such as ci.internal:8080; "${text}" is neither.`)
}

function isHost(text: string): boolean {
  // Digits and dots alone are a mistyped address, not a name.
  return isIP(text) !== 0 || (name.test(text) && !/^[\d.]+$/.test(text))
}

/** An http or https address, without a slash at its end. */
export function webUrlOf(setting: string, text: string): string {
  const url = URL.parse(text)
  const fits =
    url &&
    ['http:', 'https:'].includes(url.protocol) &&
    !(url.username || url.password || url.search || url.hash) &&
    isHost(url.hostname.replace(/^\[(.*)\]$/, '$1'))
  if (fits) return url.href.replace(/\/+$/, '')
  throw invalid(setting, `is an http or https address without user name, query or fragment, not "${text}".`)
}

/** The address of a Postgres database. What is refused is not repeated: it may hold a password. */
export function databaseUrlOf(setting: string, text: string): string {
  const url = URL.parse(text)
  const protocol = url?.protocol ?? ''
  if (!url || !['postgres:', 'postgresql:'].includes(protocol)) {
    const given = protocol && protocol !== text ? `, not ${protocol}//…` : ''
    throw invalid(
      setting,
      `is the address of a Postgres database, such as postgres://user@host/name${given}.`,
    )
  }
  if (!url.hostname && !url.searchParams.get('host')) {
    throw invalid(setting, 'names no host: postgres://user@host/name.')
  }
  return text
}

/** A secret that others may try to guess. */
export function secretOf(setting: string, text: string): string {
  if (text.length >= leastSecret) return text
  throw invalid(
    setting,
    `is too short to be a secret: ${leastSecret} characters at least. Make one: openssl rand -hex 32`,
  )
}
const leastSecret = 16

/** What goes into a header as it is: visible ASCII, no space. */
export function tokenOf(setting: string, text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw invalid(
    setting,
    'is one word of letters, digits and signs; it has a space or another character inside.',
  )
}

/** The entries between commas. A comma without an entry beside it is a slip, not an empty entry. */
export function listOf(setting: string, text: string): string[] {
  const entries = text.split(',').map((entry) => entry.trim())
  if (entries.every(Boolean)) return entries
  throw invalid(setting, 'has a comma with nothing beside it.')
}

/** One of a few words. */
export function wordOf(setting: string, text: string, words: readonly string[]): string {
  if (words.includes(text)) return text
  throw invalid(setting, `is one of ${words.join(', ')}, not "${text}".`)
}

/** `config_invalid` for a setting. */
export function invalid(setting: string, what: string, cause?: unknown): Error {
  return coded('config_invalid', `Setting ${setting} ${what}`, { cause })
}
