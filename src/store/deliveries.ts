import { type Selectable, type SqlBool, sql } from 'kysely'
import { readableBy } from './access.ts'
import { compiled, compiledSending } from './compiled.ts'
import { checkKey, type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import { mergeRows, walkReadable } from './readable-walk.ts'
import type { DeliveryRow } from './rows/log.ts'
import type { Db } from './store.ts'

type Delivery = Selectable<DeliveryRow>

/** The whole row, body included. */
export type StoredDelivery = Delivery
type Accepted = Pick<Delivery, 'id' | 'event' | 'body' | 'received_at'>

/**
 * Stores a webhook as received; false when its GUID is known already and nothing was written. One that failed is
 * tried again when GitHub delivers it again.
 */
export async function acceptDelivery(tx: Db, delivery: Accepted): Promise<boolean> {
  const { affected } = await insert(tx, delivery)
  return affected > 0
}

const insert = compiled<Accepted, unknown>((db, value) =>
  db
    .insertInto('deliveries')
    .values({
      id: value('id'),
      event: value('event'),
      received_at: value('received_at'),
      body: value('body'),
      state: 'pending',
      due_at: value('received_at'),
    })
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet({ state: 'pending', attempts: 0, due_at: ({ ref }) => ref('excluded.due_at') })
        .where('deliveries.state', '=', sql.lit('failed'))
        // The GUID is not signed: another body under it is another delivery's.
        .whereRef('deliveries.body', '=', 'excluded.body'),
    ),
)

/** Stores a webhook that will not be applied, with the reason; false when its GUID is known already. */
export async function storeUnapplied(tx: Db, delivery: Accepted & { error: string }): Promise<boolean> {
  const { affected } = await insertUnapplied(tx, delivery)
  return affected > 0
}

const insertUnapplied = compiled<Accepted & { error: string }, unknown>((db, value) =>
  db
    .insertInto('deliveries')
    .values({
      id: value('id'),
      event: value('event'),
      received_at: value('received_at'),
      applied_at: value('received_at'),
      body: value('body'),
      state: 'failed',
      error: value('error'),
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

/** The whole delivery with its body, or nothing for an unknown GUID. */
export async function loadDelivery(db: Db, id: string): Promise<Delivery | undefined> {
  const { rows } = await load(db, { id })
  return rows[0]
}

const load = compiled<{ id: string }, Delivery>((db, value) =>
  db.selectFrom('deliveries').selectAll().where('id', '=', value('id')),
)

/** A delivery that waits to be applied, without its body. */
export type DueDelivery = Pick<Delivery, 'id' | 'event' | 'received_at' | 'attempts'>

/** Deliveries that are to be applied now, in the order in which they came. */
export async function listDueDeliveries(
  db: Db,
  values: { now: number; limit: number },
): Promise<DueDelivery[]> {
  const { rows } = await due(db, values)
  return rows
}

const due = compiled<{ now: number; limit: number }, DueDelivery>((db, value) =>
  db
    .selectFrom('deliveries')
    .select(['id', 'event', 'received_at', 'attempts'])
    .where('state', '=', sql.lit('pending'))
    .where('due_at', '<=', value('now'))
    .orderBy('due_at')
    .orderBy('id')
    .limit(value('limit')),
)

/** When the next delivery is to be applied; undefined when none waits. */
export async function nextDueDelivery(db: Db): Promise<number | undefined> {
  const { rows } = await nextDue(db, {})
  return rows[0]?.due_at ?? undefined
}

const nextDue = compiled<object, Pick<Delivery, 'due_at'>>((db) =>
  db
    .selectFrom('deliveries')
    .select('due_at')
    .where('state', '=', sql.lit('pending'))
    .orderBy('due_at')
    .limit(1),
)

/** How many deliveries wait to be applied, and how many of them not before a later time. */
export async function countPendingDeliveries(
  db: Db,
  now: number,
): Promise<{ ready: number; delayed: number }> {
  const count = db
    .selectFrom('deliveries')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('state', '=', sql.lit('pending'))
  const [ready, delayed] = await Promise.all([
    count.where('due_at', '<=', now).executeTakeFirstOrThrow(),
    count.where('due_at', '>', now).executeTakeFirstOrThrow(),
  ])
  return { ready: ready.count, delayed: delayed.count }
}

/** Lets a delivery that could not be applied wait for another try. */
export async function postponeDelivery(
  tx: Db,
  values: { id: string; attempts: number; due_at: number; error: string },
): Promise<void> {
  await postpone(tx, values)
}

const postpone = compiled<{ id: string; attempts: number; due_at: number; error: string }, unknown>(
  (db, value) =>
    db
      .updateTable('deliveries')
      .set({ attempts: value('attempts'), due_at: value('due_at'), error: value('error') })
      .where('id', '=', value('id')),
)

/**
 * Lets a delivery be applied once more, as if it had just come; false when it waits already or is applied, or when its
 * body is not kept any more.
 */
export async function applyAgain(tx: Db, { id, now }: { id: string; now: number }): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('deliveries')
    .set({ state: 'pending', due_at: now, attempts: 0, applied_at: null, error: null })
    .where('id', '=', id)
    .where('state', 'in', ['failed', 'stored'])
    .where('dropped_size', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export type DeliveryOutcome = Pick<Delivery, 'state'> &
  Partial<Pick<Delivery, 'action' | 'repository_id' | 'applied_at' | 'error'>>

/** Writes down what became of a delivery; fields that are not given become null. */
export async function markDelivery(tx: Db, id: string, outcome: DeliveryOutcome): Promise<void> {
  mark(tx, { id, action: null, repository_id: null, applied_at: null, error: null, ...outcome })
}

const mark = compiledSending<{ id: string } & Required<DeliveryOutcome>>((db, value) =>
  db
    .updateTable('deliveries')
    .set({
      state: value('state'),
      action: value('action'),
      repository_id: value('repository_id'),
      applied_at: value('applied_at'),
      error: value('error'),
      due_at: null,
    })
    .where('id', '=', value('id')),
)

/** A delivery as people see it: without its body, but with its size in bytes and its repository's name. */
export interface ListedDelivery extends Omit<Delivery, 'body' | 'attempts' | 'due_at' | 'dropped_size'> {
  repeat_of: string | null
  size: number
  repository: string | null
}

const columns = [
  'deliveries.id',
  'deliveries.event',
  'deliveries.action',
  'deliveries.repository_id',
  'deliveries.received_at',
  'deliveries.applied_at',
  'deliveries.state',
  'deliveries.error',
] as const
const name = sql`repositories.full_name as repository`
// What stands behind the body in its row is read through all of the body: only where that is empty.
const size = sql<number>`case octet_length(deliveries.body)
  when 0 then coalesce(deliveries.dropped_size, 0) else octet_length(deliveries.body) end`
const repeatOf = sql<
  string | null
>`(select repeat_of from delivery_bodies where delivery_id = deliveries.id)`.as('repeat_of')

interface Eyes {
  /** Only deliveries of repositories that this user may read. */
  userId: string
  /** Also deliveries of no repository that we know; for the owner. */
  seesUnassigned: boolean
}

interface DeliveryFilter extends Eyes, PageRequest {
  state?: Delivery['state'] | undefined
  event?: string | undefined
  repositoryId?: number | undefined
}

/** Lists deliveries newest first, as far as the user may see them. */
export async function listDeliveries(db: Db, filter: DeliveryFilter): Promise<Page<ListedDelivery>> {
  const { userId, seesUnassigned, repositoryId, limit, after, state, event } = filter
  const keyOf = (row: ListedDelivery) => [row.received_at, row.id]
  const where = [
    ...(state === undefined ? [] : [sql<SqlBool>`(deliveries.state = ${state}) is true`]),
    ...(event === undefined ? [] : [sql<SqlBool>`(deliveries.event = ${event}) is true`]),
  ]
  const order = [
    { by: 'deliveries.received_at', type: 'number' },
    { by: 'deliveries.id', type: 'string' },
  ] as const
  checkKey(after, order)
  const walk = { order, keyOf, direction: 'desc', limit, after } as const
  const assigned = walkReadable<ListedDelivery>(
    db,
    { userId, repositoryId },
    {
      ...walk,
      from: sql`from deliveries left join repositories on repositories.id = deliveries.repository_id`,
      columns: sql.join([
        ...columns.map((column) => sql.ref(column)),
        name,
        sql`${repeatOf}`,
        sql`${size} as size`,
      ]),
      repository: 'deliveries.repository_id',
      isUnique: true,
      where,
    },
  )
  const unassigned =
    seesUnassigned && repositoryId === undefined
      ? paged(
          db
            .selectFrom('deliveries')
            .select([...columns, sql<null>`null`.as('repository'), repeatOf, size.as('size')])
            .where('repository_id', 'is', null)
            .where((eb) => eb.and(where)),
          walk,
        ).execute()
      : []
  const rows = mergeRows((await Promise.all([assigned, unassigned])).flat(), walk)
  return pageOf(rows, { limit, keyOf, present: (row) => row })
}

/** A delivery by its GUID; nothing when the user may not see it. */
export async function getDelivery(
  db: Db,
  { id, ...eyes }: Eyes & { id: string },
): Promise<ListedDelivery | undefined> {
  return await visible(db, eyes).where('deliveries.id', '=', id).executeTakeFirst()
}

function visible(db: Db, { userId, seesUnassigned }: Eyes) {
  return db
    .selectFrom('deliveries')
    .leftJoin('repositories', 'repositories.id', 'deliveries.repository_id')
    .select([...columns, 'repositories.full_name as repository', repeatOf, size.as('size')])
    .where(({ or, eb }) =>
      or([
        readableBy(userId, 'deliveries.repository_id'),
        ...(seesUnassigned ? [eb('deliveries.repository_id', 'is', null)] : []),
      ]),
    )
}
