import { type Selectable, sql } from 'kysely'
import { compiled, compiledInsert, compiledSending } from './compiled.ts'
import { saveBodies } from './delivery-bodies.ts'
import type { DeliveryRow } from './rows/log.ts'
import type { Db } from './store.ts'

type Delivery = Selectable<DeliveryRow>

/** The whole row, and the body while that is kept. */
export type StoredDelivery = Delivery & { body: Uint8Array | null }

type Accepted = Pick<Delivery, 'id' | 'event' | 'received_at'> &
  Pick<StoredDelivery, 'headers'> & { body: Uint8Array }
/** A webhook as it comes; of one that does not come but is fetched, whether a sync has begun since it was sent. */
export type Incoming = Omit<Accepted, 'headers'> &
  Partial<Pick<Accepted, 'headers'>> & { isOvertaken?: boolean }

/**
 * Stores a webhook as received; false when its GUID is known already and nothing was written. One that failed is
 * tried again when GitHub delivers it again.
 */
export async function acceptDelivery(tx: Db, delivery: Incoming): Promise<boolean> {
  const [isNew] = await acceptDeliveries(tx, [delivery])
  return isNew === true
}

/** As `acceptDelivery`, for many: answers for each of them, in their order. */
export async function acceptDeliveries(tx: Db, deliveries: readonly Incoming[]): Promise<boolean[]> {
  const added = await store(
    tx,
    deliveries.map((delivery) => ({ ...delivery, ...pending, due_at: delivery.received_at })),
  )
  for (const [index, { id, body, received_at: due_at }] of deliveries.entries()) {
    if (!added[index]) added[index] = (await retry(tx, { id, body, due_at })).affected > 0
  }
  return added
}

const pending = { state: 'pending', applied_at: null, error: null } as const

/** Which of these GUIDs were stored before. */
export async function listKnownDeliveries(db: Db, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.selectFrom('deliveries').select('id').where('id', 'in', ids).execute()
  return new Set(rows.map(({ id }) => id))
}

/** Stores a webhook that will not be applied, with the reason; false when its GUID is known already. */
export async function storeUnapplied(tx: Db, delivery: Incoming & { error: string }): Promise<boolean> {
  const { received_at: applied_at } = delivery
  const [isNew] = await store(tx, [{ ...delivery, state: 'failed', due_at: null, applied_at }])
  return isNew === true
}

type Begin = Pick<Delivery, 'state' | 'due_at' | 'applied_at' | 'error'>

/** Of deliveries with one GUID the first is stored. */
async function store(tx: Db, deliveries: readonly (Incoming & Begin)[]): Promise<boolean[]> {
  const values: unknown[] = []
  for (const { id, event, received_at, headers = null, body, isOvertaken = false, ...begin } of deliveries) {
    const { state, due_at, applied_at, error } = begin
    const overtaken = isOvertaken ? 1 : 0
    values.push(id, event, received_at, headers, body.byteLength, state, due_at, applied_at, error, overtaken)
  }
  const rows = await insert(tx, values)
  const seqs = new Map(rows.map(({ id, seq }) => [id, seq]))
  const bodies: unknown[] = []
  const added = deliveries.map(({ id, body }) => {
    const seq = seqs.get(id)
    if (seq === undefined) return false
    seqs.delete(id)
    bodies.push(seq, body)
    return true
  })
  await saveBodies(tx, bodies)
  return added
}

const insert = compiledInsert<'deliveries', Pick<Delivery, 'id' | 'seq'>>(
  'deliveries',
  ['id', 'event', 'received_at', 'headers', 'size', 'state', 'due_at', 'applied_at', 'error', 'overtaken'],
  (rows) => rows.onConflict((conflict) => conflict.column('id').doNothing()).returning(['id', 'seq']),
)

const retry = compiled<Pick<Accepted, 'id' | 'body'> & { due_at: number }, unknown>((db, value) =>
  db
    .updateTable('deliveries')
    .set({ state: 'pending', attempts: 0, due_at: value('due_at') })
    .where('id', '=', value('id'))
    .where('state', '=', sql.lit('failed'))
    // The GUID is not signed: another body under it is another delivery's.
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('delivery_bodies')
          .select('delivery_seq')
          .whereRef('delivery_seq', '=', 'deliveries.seq')
          .where('body', '=', value('body')),
      ),
    ),
)

/** The whole delivery, or nothing for an unknown GUID. */
export async function loadDelivery(db: Db, id: string): Promise<StoredDelivery | undefined> {
  const { rows } = await load(db, { id })
  return rows[0]
}

const load = compiled<{ id: string }, StoredDelivery>((db, value) =>
  db
    .selectFrom('deliveries')
    .leftJoin('delivery_bodies', 'delivery_seq', 'seq')
    .selectAll('deliveries')
    .select('body')
    .where('id', '=', value('id')),
)

/** A delivery that waits to be applied, without its body. */
export type DueDelivery = Pick<
  Delivery,
  'seq' | 'id' | 'event' | 'received_at' | 'due_at' | 'attempts' | 'error' | 'size' | 'overtaken'
>

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
    .select(['seq', 'id', 'event', 'received_at', 'due_at', 'attempts', 'error', 'size', 'overtaken'])
    .where('state', '=', sql.lit('pending'))
    .where('due_at', '<=', value('now'))
    .orderBy('due_at')
    .orderBy('seq')
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

/** Writes down that these are about to be tried. */
export async function countAttempts(tx: Db, seqs: readonly number[]): Promise<void> {
  await tx
    .updateTable('deliveries')
    .set({ attempts: sql<number>`attempts + 1` })
    .where('seq', 'in', seqs)
    .execute()
}

/** The number of the last delivery that came; 0 before the first. */
export async function lastArrival(db: Db): Promise<number> {
  const row = await db
    .selectFrom('deliveries')
    .select('seq')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.seq ?? 0
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
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('delivery_bodies').select('delivery_seq').whereRef('delivery_seq', '=', 'deliveries.seq'),
      ),
    )
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

export type DeliveryOutcome = Pick<Delivery, 'state'> &
  Partial<
    Pick<Delivery, 'action' | 'repository_id' | 'number' | 'applied_at' | 'error' | 'digest' | 'repeat_of'>
  >

/** Writes down what became of a delivery; fields that are not given become null. */
export async function markDelivery(tx: Db, id: string, outcome: DeliveryOutcome): Promise<void> {
  mark(tx, { ...unknown, id, ...outcome })
}

const unknown = {
  ...{ action: null, repository_id: null, number: null, applied_at: null, error: null },
  ...{ digest: null, repeat_of: null },
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
      // A body that was recognised once stays so, also when its delivery fails when it is applied again.
      digest: sql`coalesce(${value('digest')}, digest)`,
      repeat_of: value('repeat_of'),
      due_at: null,
    })
    .where('id', '=', value('id')),
)
