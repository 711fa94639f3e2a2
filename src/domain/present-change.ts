import type { Change } from '../../contract/live.ts'

/** A row of the log with its data parsed. */
export interface LoggedChange {
  seq: number
  at: number
  topic: string
  kind: string
  actor: string | null
  repository_id: number | null
  delivery_id: string | null
  received_at: number | null
  data: unknown
}

/** The change as lists and frames carry it. */
export function toChange(change: LoggedChange): Change {
  return {
    seq: change.seq,
    at: new Date(change.at).toISOString(),
    topic: change.topic,
    kind: change.kind,
    actor: change.actor,
    repository_id: change.repository_id,
    delivery_id: change.delivery_id,
    received_at: change.received_at === null ? null : new Date(change.received_at).toISOString(),
    data: change.data,
  }
}
