import type { Change } from '../../contract/live.ts'

/** A row of the log with its data parsed; times in milliseconds. */
type Row = Omit<Change, 'at' | 'received_at'> & { at: number; received_at: number | null }

/** The change as lists and frames carry it. */
export function toChange(row: Row): Change {
  return {
    seq: row.seq,
    at: new Date(row.at).toISOString(),
    topic: row.topic,
    kind: row.kind,
    actor: row.actor,
    repository_id: row.repository_id,
    delivery_id: row.delivery_id,
    received_at: row.received_at === null ? null : new Date(row.received_at).toISOString(),
    data: row.data,
  }
}
