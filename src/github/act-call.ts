import type { Act } from '../../contract/acts/act.ts'

/** An act, and what it is about. */
export interface ActCall {
  act: Pick<Act, 'method' | 'path' | 'recall' | 'mutation' | 'procedure'>
  /** What stands in the address for `:owner`, `:repo`, … */
  values: Readonly<Record<string, string | number>>
  body: Readonly<Record<string, unknown>>
  /** Who does it. */
  login: string
  signal: AbortSignal
}

/** What GitHub answered. */
export interface Sent {
  data: unknown
  /** When, by GitHub's clock: ISO 8601; null where it does not tell. */
  at: string | null
  /** The nodes that a mutation was about, by its fields. */
  nodes: Readonly<Record<string, string>>
}

/** The same second as webhooks tell it. */
export function timeOfAnswer({ date }: { date?: string | undefined }): string | null {
  const at = new Date(date ?? Number.NaN)
  return Number.isNaN(at.getTime()) ? null : at.toISOString().replace('.000', '')
}
