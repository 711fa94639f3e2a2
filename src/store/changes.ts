import { compiled } from './compiled.ts'
import type { ChangeRow } from './rows/log.ts'
import { collectChanges } from './signals.ts'
import type { Db } from './store.ts'

/** A change to append; `data` becomes JSON. */
export interface NewChange {
  topic: string
  kind: string
  data: unknown
  actor?: string | null
  repository_id?: number | null
  delivery_id?: string | null
  received_at?: number | null
  /** Whose it is, see `ChangeRow`. */
  maker?: string | null
  started_by?: string | null
  repositories?: readonly number[] | null
}

/** A change of the log, its data parsed. */
export interface LoggedChange extends Omit<ChangeRow, 'data' | 'repositories'> {
  data: unknown
  repositories: readonly number[] | null
}

/**
 * Appends changes to the log as part of a transaction, which the store numbers and inserts as its last statement:
 * only after the commit have they a `seq` (see `afterCommit` and `Store.onAppended`) and can be read. Throws for a
 * value that the log cannot hold.
 */
export function appendChanges(tx: Db, now: number, changes: readonly NewChange[]): void {
  collectChanges(
    tx,
    changes.map((change) => ({
      at: integer(now),
      topic: change.topic,
      kind: change.kind,
      actor: change.actor ?? null,
      repository_id: integerOrNull(change.repository_id),
      delivery_id: change.delivery_id ?? null,
      received_at: integerOrNull(change.received_at),
      maker: change.maker ?? null,
      started_by: change.started_by ?? null,
      repositories: change.repositories ?? null,
      data: change.data,
      json: JSON.stringify(change.data ?? null),
    })),
  )
}

/** Refused here, where it came from: later it would take down everybody who shares the commit. */
function integer(value: number): number {
  if (!Number.isSafeInteger(value)) throw new TypeError(`a change cannot hold the number ${value}`)
  return value
}

function integerOrNull(value: number | null | undefined): number | null {
  return value === null || value === undefined ? null : integer(value)
}

/** Reads the log upwards from a seq; fewer than `limit` rows mean that there is no more for now. */
export async function readChanges(db: Db, range: { after: number; limit: number }): Promise<LoggedChange[]> {
  return (await readAll(db, range)).rows.map(toLogged)
}

const readAll = compiled<{ after: number; limit: number }, ChangeRow>((db, value) =>
  db.selectFrom('changes').selectAll().where('seq', '>', value('after')).orderBy('seq').limit(value('limit')),
)

/** A row as it is read. */
export function toLogged(row: ChangeRow): LoggedChange {
  const repositories = row.repositories === null ? null : (JSON.parse(row.repositories) as number[])
  return { ...row, repositories, data: JSON.parse(row.data) as unknown }
}

/** The seq of the last committed change; 0 before the first. */
export async function lastSeq(db: Db): Promise<number> {
  const head = await db.selectFrom('change_head').select('seq').where('id', '=', 1).executeTakeFirstOrThrow()
  return head.seq
}

/** The seq of the oldest change that is kept; one more than `lastSeq` when none is. */
export async function firstSeq(db: Db): Promise<number> {
  const row = await db.selectFrom('changes').select('seq').orderBy('seq').limit(1).executeTakeFirst()
  return row?.seq ?? (await lastSeq(db)) + 1
}
