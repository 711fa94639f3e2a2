import { sql } from 'kysely'
import { readableBy } from './access.ts'
import { type Answer, compiled } from './compiled.ts'
import type { ChangeRow } from './schema.ts'
import { noteChanges } from './signals.ts'
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
}

/** A change of the log, its data parsed. */
export interface LoggedChange extends Omit<ChangeRow, 'data'> {
  data: unknown
}

type Insert = (db: Db, values: Record<string, unknown>) => Promise<Answer<unknown>>

/** Rows of one insert: enough for any journal entry or delivery, few enough texts to keep prepared. */
const insertRows = 20
const inserts: Insert[] = []

/**
 * Appends changes to the log and returns their seqs. Numbers have no gaps and follow the order of commit: the
 * row of `change_head` is held until the transaction ends, and a rollback gives its numbers back.
 */
export async function appendChanges(tx: Db, now: number, changes: readonly NewChange[]): Promise<number[]> {
  if (changes.length === 0) return []
  const { rows } = await advance(tx, { count: changes.length })
  const last = rows[0]!.seq
  const first = last - changes.length + 1
  for (let start = 0; start < changes.length; start += insertRows) {
    const part = changes.slice(start, start + insertRows)
    const values: Record<string, unknown> = { at: now }
    part.forEach((change, row) => {
      values[`seq${row}`] = first + start + row
      values[`topic${row}`] = change.topic
      values[`kind${row}`] = change.kind
      values[`actor${row}`] = change.actor ?? null
      values[`repository${row}`] = change.repository_id ?? null
      values[`delivery${row}`] = change.delivery_id ?? null
      values[`received${row}`] = change.received_at ?? null
      values[`data${row}`] = JSON.stringify(change.data)
    })
    inserts[part.length] ??= insertOf(part.length)
    await inserts[part.length]!(tx, values)
  }
  noteChanges(tx, last)
  return changes.map((_, index) => first + index)
}

const advance = compiled<{ count: number }, { seq: number }>((db, value) =>
  db
    .updateTable('change_head')
    .set({ seq: sql`seq + ${value('count')}` })
    .where('id', '=', 1)
    .returning('seq'),
)

function insertOf(rows: number): Insert {
  return compiled<Record<string, unknown>, unknown>((db, value) =>
    db.insertInto('changes').values(
      Array.from({ length: rows }, (_, row) => ({
        seq: value(`seq${row}`) as number,
        at: value('at') as number,
        topic: value(`topic${row}`) as string,
        kind: value(`kind${row}`) as string,
        actor: value(`actor${row}`) as string,
        repository_id: value(`repository${row}`) as number,
        delivery_id: value(`delivery${row}`) as string,
        received_at: value(`received${row}`) as number,
        data: value(`data${row}`) as string,
      })),
    ),
  )
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
  return { ...row, data: JSON.parse(row.data) as unknown }
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
  /** Whose eyes: repositories this user may read, the user's own inbox, and what belongs to everybody. */
  userId: string
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
  { userId, limit, before = Number.MAX_SAFE_INTEGER, after, topic }: ChangeFilter,
): Promise<LoggedChange[]> {
  let query = db
    .selectFrom('changes')
    .selectAll('changes')
    .where('changes.seq', '<', before)
    .where(({ or, and, eb }) =>
      or([
        readableBy(userId, 'changes.repository_id'),
        and([
          eb('changes.repository_id', 'is', null),
          or([eb('changes.topic', '=', `inbox:${userId}`), eb('changes.topic', 'not like', 'inbox:%')]),
        ]),
      ]),
    )
    .orderBy('changes.seq', after === undefined ? 'desc' : 'asc')
    .limit(limit)
  if (after !== undefined) query = query.where('changes.seq', '>', after)
  if (topic !== undefined) query = query.where('changes.topic', '=', topic)
  return (await query.execute()).map(parsed)
}
