import { type SqlBool, sql } from 'kysely'
import type { InboxCount, InboxItem, InboxPlace } from '../../../contract/inbox.ts'
import { appendChanges } from '../changes.ts'
import { toFlag, toTime, toTimeOrNull } from '../columns.ts'
import { type Page, type PageRequest, paged, pageOf } from '../keyset.ts'
import type { InboxItemRow } from '../rows/inbox.ts'
import type { Db } from '../store.ts'

/** A person's threads in a place, the last moved first, as far as they may still read them. */
export async function listInbox(
  db: Db,
  { userId, place, now, limit, after }: PageRequest & { userId: string; place: InboxPlace; now: number },
): Promise<Page<InboxItem>> {
  const rows = await paged(readable(db, userId).where(isAt(place, now)), {
    order: [
      { by: 'inbox_items.at', type: 'number' },
      { by: 'inbox_items.repository_id', type: 'number' },
      { by: 'inbox_items.number', type: 'number' },
      { by: 'inbox_items.kind', type: 'string' },
    ],
    direction: 'desc',
    limit,
    after,
  }).execute()
  return pageOf(rows, {
    limit,
    keyOf: ({ at, repository_id, number, kind }) => [at, repository_id, number, kind],
    present: (row) => present(row, now),
  })
}

/** So many threads are counted; beyond, nobody needs the number. */
const mostCounted = 1_000

/** How many threads wait in the inbox, and how many of them were not looked at. */
export async function countInbox(
  db: Db,
  { userId, now }: { userId: string; now: number },
): Promise<InboxCount> {
  const rows = await readable(db, userId)
    .where(isAt('inbox', now))
    .orderBy('inbox_items.at', 'desc')
    .limit(mostCounted)
    .execute()
  const reasons: InboxCount['reasons'] = {}
  for (const { reason } of rows) reasons[reason] = (reasons[reason] ?? 0) + 1
  return { inbox: rows.length, unread: rows.filter(({ unread }) => unread === 1).length, reasons }
}

/** What a person may change about a thread of theirs. */
export interface InboxChange {
  done?: boolean | undefined
  unread?: boolean | undefined
  muted?: boolean | undefined
  snoozed_until?: number | null | undefined
}

/** Changes a thread; answers with it as it is then, or nothing where the person has none of this name. */
export async function changeInboxItem(
  tx: Db,
  { userId, id, change, now }: { userId: string; id: string; change: InboxChange; now: number },
): Promise<InboxItem | undefined> {
  const key = keyOfId(id)
  if (!key) return undefined
  const own = readable(tx, userId)
    .where('inbox_items.repository_id', '=', key.repository_id)
    .where('inbox_items.kind', '=', key.kind)
    .where('inbox_items.number', '=', key.number)
  const before = await own.executeTakeFirst()
  if (!before) return undefined
  const { done, unread, muted, snoozed_until } = change
  const set: Partial<InboxItemRow> = {
    ...(done !== undefined && { done: toFlag(done), snoozed_until: null }),
    ...(unread !== undefined && { unread: toFlag(unread) }),
    ...(muted !== undefined && { muted: toFlag(muted), ...(muted && { done: 1 as const }) }),
    ...(snoozed_until !== undefined && { snoozed_until }),
  }
  if (Object.keys(set).length > 0) {
    await tx
      .updateTable('inbox_items')
      .set(set)
      .where('user_id', '=', userId)
      .where('repository_id', '=', key.repository_id)
      .where('kind', '=', key.kind)
      .where('number', '=', key.number)
      .execute()
    appendChanges(tx, now, [{ topic: `inbox:${userId}`, kind: 'inbox.updated', data: key }])
  }
  return present({ ...before, ...set }, now)
}

function readable(db: Db, userId: string) {
  return db
    .selectFrom('inbox_items')
    .innerJoin('access', (join) =>
      join
        .onRef('access.user_id', '=', 'inbox_items.user_id')
        .onRef('access.repository_id', '=', 'inbox_items.repository_id'),
    )
    .innerJoin('repositories', 'repositories.id', 'inbox_items.repository_id')
    .selectAll('inbox_items')
    .select('repositories.full_name as repository')
    .where('inbox_items.user_id', '=', userId)
}

function isAt(place: InboxPlace, now: number) {
  if (place === 'done') return sql<SqlBool>`inbox_items.done = 1`
  return place === 'snoozed'
    ? sql<SqlBool>`inbox_items.done = 0 and inbox_items.snoozed_until > ${now}`
    : sql<SqlBool>`inbox_items.done = 0 and coalesce(inbox_items.snoozed_until, 0) <= ${now}`
}

function present(row: InboxItemRow & { repository: string }, now: number): InboxItem {
  const isSnoozed = row.snoozed_until !== null && row.snoozed_until > now
  return {
    id: `${row.repository_id}-${row.kind}-${row.number}`,
    repository: row.repository,
    kind: row.kind,
    number: row.number,
    title: row.title,
    reason: row.reason,
    actor: row.actor,
    at: toTime(row.at),
    unread: row.unread === 1,
    muted: row.muted === 1,
    place: row.done === 1 ? 'done' : isSnoozed ? 'snoozed' : 'inbox',
    snoozed_until: toTimeOrNull(row.snoozed_until),
  }
}

function keyOfId(id: string): Pick<InboxItemRow, 'repository_id' | 'kind' | 'number'> | null {
  const [, repository, kind, number] =
    /^(\d{1,15})-(issue|pull_request|actions_run)-(\d{1,15})$/.exec(id) ?? []
  if (!kind) return null
  return { repository_id: Number(repository), kind: kind as InboxItemRow['kind'], number: Number(number) }
}
