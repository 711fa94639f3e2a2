import { sql } from 'kysely'
import { readableBy } from './access.ts'
import { compiled } from './compiled.ts'
import { readsAll } from './run-audience.ts'
import type { ChangeRow } from './schema.ts'
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

interface Range {
  /** Only changes with a greater seq. */
  after: number
  limit: number
  /** Only changes of these topics. */
  topics?: readonly string[]
}

/** Reads the log upwards from a seq; fewer than `limit` rows mean that there is no more for now. */
export async function readChanges(db: Db, { after, limit, topics }: Range): Promise<LoggedChange[]> {
  if (!topics) return (await readAll(db, { after, limit })).rows.map(parsed)
  // One index walk per topic, then merged: `topic in (…) order by seq` would sort all of their rows.
  const lists = await Promise.all(topics.map((topic) => readTopic(db, { topic, after, limit })))
  return lists
    .flatMap(({ rows }) => rows)
    .sort((a, b) => a.seq - b.seq)
    .slice(0, limit)
    .map(parsed)
}

const readAll = compiled<{ after: number; limit: number }, ChangeRow>((db, value) =>
  db.selectFrom('changes').selectAll().where('seq', '>', value('after')).orderBy('seq').limit(value('limit')),
)

const readTopic = compiled<{ topic: string; after: number; limit: number }, ChangeRow>((db, value) =>
  db
    .selectFrom('changes')
    .selectAll()
    .where('topic', '=', value('topic'))
    .where('seq', '>', value('after'))
    .orderBy('seq')
    .limit(value('limit')),
)

function parsed(row: ChangeRow): LoggedChange {
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

interface ChangeFilter {
  /** Whose eyes: repositories this user may read, the user's own inbox and runs, and what belongs to everybody. */
  userId: string
  /** Also sees workflows of others that are not shared. */
  maintains: boolean
  limit: number
  /** Only changes with a smaller seq. */
  before?: number | undefined
  /** Only changes with a greater seq, and these oldest first. */
  after?: number | undefined
  topic?: string | undefined
}

/**
 * Lists changes newest first (with `after` oldest first), as far as the user may see them: the same rule as
 * `maySeeChange` in `domain/access.ts`.
 */
export async function listChanges(
  db: Db,
  { userId, maintains, limit, before = Number.MAX_SAFE_INTEGER, after, topic }: ChangeFilter,
): Promise<LoggedChange[]> {
  let query = db
    .selectFrom('changes')
    .selectAll('changes')
    .where('changes.seq', '<', before)
    .where(({ or, and, eb }) =>
      or([
        and([
          readableBy(userId, 'changes.repository_id'),
          or([
            eb('changes.repositories', 'is', null),
            readsAll(userId, sql`substr(${sql.ref('changes.topic')}, 5)`),
          ]),
        ]),
        and([
          eb('changes.repository_id', 'is', null),
          or([
            eb('changes.maker', '=', userId),
            eb('changes.topic', '=', `inbox:${userId}`),
            eb('changes.started_by', '=', userId),
            and([
              eb('changes.topic', 'not like', 'inbox:%'),
              eb('changes.topic', 'not like', 'run:%'),
              ...(maintains ? [] : [eb('changes.maker', 'is', null)]),
            ]),
          ]),
        ]),
      ]),
    )
    .orderBy('changes.seq', after === undefined ? 'desc' : 'asc')
    .limit(limit)
  if (after !== undefined) query = query.where('changes.seq', '>', after)
  if (topic !== undefined) query = query.where('changes.topic', '=', topic)
  return (await query.execute()).map(parsed)
}
