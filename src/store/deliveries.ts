import { type Selectable, sql } from 'kysely'
import { compiled, compiledSending } from './compiled.ts'
import type { DeliveryRow } from './rows/log.ts'
import type { Db } from './store.ts'

type Delivery = Selectable<DeliveryRow>

/** The whole row, body included. */
export type StoredDelivery = Delivery
type Accepted = Pick<Delivery, 'id' | 'event' | 'body' | 'received_at'> & Partial<Pick<Delivery, 'headers'>>
type Inserted = Required<Accepted>

/**
 * Stores a webhook as received; false when its GUID is known already and nothing was written. One that failed is
 * tried again when GitHub delivers it again.
 */
export async function acceptDelivery(tx: Db, delivery: Accepted): Promise<boolean> {
  const { affected } = await insert(tx, { headers: null, ...delivery })
  return affected > 0
}

/** Which of these GUIDs were stored before. */
export async function listKnownDeliveries(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.selectFrom('deliveries').select('id').where('id', 'in', ids).execute()
  return new Set(rows.map(({ id }) => id))
}

const insert = compiled<Inserted, unknown>((db, value) =>
  db
    .insertInto('deliveries')
    .values({
      id: value('id'),
      event: value('event'),
      received_at: value('received_at'),
      body: value('body'),
      headers: value('headers'),
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
  const { affected } = await insertUnapplied(tx, { headers: null, ...delivery })
  return affected > 0
}

const insertUnapplied = compiled<Inserted & { error: string }, unknown>((db, value) =>
  db
    .insertInto('deliveries')
    .values({
      id: value('id'),
      event: value('event'),
      received_at: value('received_at'),
      applied_at: value('received_at'),
      body: value('body'),
      headers: value('headers'),
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
  Partial<Pick<Delivery, 'action' | 'repository_id' | 'number' | 'applied_at' | 'error'>>

/** Writes down what became of a delivery; fields that are not given become null. */
export async function markDelivery(tx: Db, id: string, outcome: DeliveryOutcome): Promise<void> {
  mark(tx, { id, action: null, repository_id: null, number: null, applied_at: null, error: null, ...outcome })
}

const mark = compiledSending<{ id: string } & Required<DeliveryOutcome>>((db, value) =>
  db
    .updateTable('deliveries')
    .set({
      state: value('state'),
      action: value('action'),
      repository_id: value('repository_id'),
      number: value('number'),
      applied_at: value('applied_at'),
      error: value('error'),
      due_at: null,
    })
    .where('id', '=', value('id')),
)
