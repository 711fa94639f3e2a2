import { sql } from 'kysely'
import { readableBy } from './access.ts'
import { compiled } from './compiled.ts'
import type { DeliveryRow } from './schema.ts'
import type { Db } from './store.ts'

type Accepted = Pick<DeliveryRow, 'id' | 'event' | 'body' | 'received_at'>

/** Stores a webhook as received; false when its GUID is known already and nothing was written. */
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
    })
    .onConflict((conflict) => conflict.column('id').doNothing()),
)

/** The whole delivery with its body, or nothing for an unknown GUID. */
export async function loadDelivery(db: Db, id: string): Promise<DeliveryRow | undefined> {
  const { rows } = await load(db, { id })
  return rows[0]
}

const load = compiled<{ id: string }, DeliveryRow>((db, value) =>
  db.selectFrom('deliveries').selectAll().where('id', '=', value('id')),
)

export type DeliveryOutcome = Pick<DeliveryRow, 'state'> &
  Partial<Pick<DeliveryRow, 'action' | 'repository_id' | 'applied_at' | 'error'>>

/** Writes down what became of a delivery; fields that are not given become null. */
export async function markDelivery(tx: Db, id: string, outcome: DeliveryOutcome): Promise<void> {
  await mark(tx, { id, action: null, repository_id: null, applied_at: null, error: null, ...outcome })
}

const mark = compiled<{ id: string } & Required<DeliveryOutcome>, unknown>((db, value) =>
  db
    .updateTable('deliveries')
    .set({
      state: value('state'),
      action: value('action'),
      repository_id: value('repository_id'),
      applied_at: value('applied_at'),
      error: value('error'),
    })
    .where('id', '=', value('id')),
)

/** A delivery as people see it: without its body, but with its size in bytes and its repository's name. */
export interface ListedDelivery extends Omit<DeliveryRow, 'body'> {
  size: number
  repository: string | null
}

interface Eyes {
  /** Only deliveries of repositories that this user may read. */
  userId: string
  /** Also deliveries of no repository that we know; for the owner. */
  seesUnassigned: boolean
}

interface DeliveryFilter extends Eyes {
  limit: number
  /** The last row of the page before. */
  after?: Pick<DeliveryRow, 'received_at' | 'id'> | undefined
  state?: DeliveryRow['state'] | undefined
  event?: string | undefined
  repositoryId?: number | undefined
}

/** Lists deliveries newest first, as far as the user may see them. */
export async function listDeliveries(db: Db, filter: DeliveryFilter): Promise<ListedDelivery[]> {
  const { limit, after, state, event, repositoryId } = filter
  let query = visible(db, filter)
    .orderBy('deliveries.received_at', 'desc')
    .orderBy('deliveries.id', 'desc')
    .limit(limit)
  if (repositoryId !== undefined) query = query.where('deliveries.repository_id', '=', repositoryId)
  if (state !== undefined) query = query.where('deliveries.state', '=', state)
  if (event !== undefined) query = query.where('deliveries.event', '=', event)
  if (after) {
    const { received_at, id } = after
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('deliveries.received_at', 'deliveries.id'), '<', tuple(received_at, id)),
    )
  }
  return await query.execute()
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
    .select([
      'deliveries.id',
      'deliveries.event',
      'deliveries.action',
      'deliveries.repository_id',
      'deliveries.received_at',
      'deliveries.applied_at',
      'deliveries.state',
      'deliveries.error',
      'repositories.full_name as repository',
      sql<number>`octet_length(deliveries.body)`.as('size'),
    ])
    .where(({ or, eb }) =>
      or([
        readableBy(userId, 'deliveries.repository_id'),
        ...(seesUnassigned ? [eb('deliveries.repository_id', 'is', null)] : []),
      ]),
    )
}
