import { createHash } from 'node:crypto'
import { type CodedError, messageOf } from '../errors.ts'
import type { Kind } from './kind.ts'

/** An object of GitHub that is not what GitHub documents: it is set aside, and everything else goes on. */
export interface Odd {
  kind: string
  /** GitHub's id of it, or a digest of what came where it tells none: the same one is kept once. */
  key: string
  reason: string
  /** What came, as JSON, cut at `mostRaw` characters. */
  raw: string
  /** Characters of the JSON; more than `raw` has: it cannot be read again from here. */
  size: number
  /** The reading that refused it. */
  version: string
}

const mostRaw = 64 * 1024

export function oddOf(kind: Kind<object>, value: unknown, error: CodedError): Odd {
  const json = JSON.stringify(value, digits) ?? 'null'
  return {
    kind: kind.name,
    key: idOf(value) || `sha256:${createHash('sha256').update(json).digest('hex').slice(0, 32)}`,
    reason: messageOf(error),
    raw: json.slice(0, mostRaw),
    size: json.length,
    version: readingOf(kind),
  }
}

/** Octokit reads numbers beyond 2^53 as big integers, which JSON has no words for. */
function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}

/** The version of a kind's reading, as set-aside items keep it. */
export function readingOf({ version }: Pick<Kind<object>, 'version'>): string {
  return String(version)
}

/** What GitHub knows an object by, and an item of ours as well; empty where it has no such name. */
export function idOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  const { id, name, sha } = value as Record<string, unknown>
  const known = id ?? name ?? sha
  const isName = typeof known === 'number' || typeof known === 'string' || typeof known === 'bigint'
  return isName ? String(known).slice(0, 100) : ''
}
