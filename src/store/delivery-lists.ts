import { type Selectable, type SqlBool, sql } from 'kysely'
import { restrictedEvents } from '../mirror/restricted.ts'
import { readableBy, unrestricted } from './access.ts'
import { checkKey, type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import { mergeRows, walkReadable } from './readable-walk.ts'
import type { DeliveryRow } from './rows/log.ts'
import type { Db } from './store.ts'

type Delivery = Selectable<DeliveryRow>

/** A delivery as people see it: with its repository's name. */
export interface ListedDelivery
  extends Omit<Delivery, 'seq' | 'headers' | 'attempts' | 'due_at' | 'digest' | 'overtaken'> {
  repository: string | null
}

const columns = [
  'deliveries.id',
  'deliveries.event',
  'deliveries.action',
  'deliveries.repository_id',
  'deliveries.number',
  'deliveries.received_at',
  'deliveries.applied_at',
  'deliveries.state',
  'deliveries.error',
  'deliveries.size',
  'deliveries.repeat_of',
] as const
const name = sql`repositories.full_name as repository`

const words = { word: 'deliveries.event', repository: 'deliveries.repository_id' }

interface Eyes {
  /** Only deliveries of repositories that this user may read, and of what they may see there. */
  userId: string
  /** Also deliveries of no repository that we know; for the owner. */
  seesUnassigned: boolean
}

interface DeliveryFilter extends Eyes, PageRequest {
  state?: Delivery['state'] | undefined
  event?: string | undefined
  repositoryId?: number | undefined
  /** Only about the issue or pull request of this number, in that repository. */
  number?: number | undefined
}

/** Lists deliveries newest first, as far as the user may see them. */
export async function listDeliveries(db: Db, filter: DeliveryFilter): Promise<Page<ListedDelivery>> {
  const { userId, seesUnassigned, repositoryId, number, limit, after, state, event } = filter
  const keyOf = (row: ListedDelivery) => [row.received_at, row.id]
  const where = [
    ...(number === undefined ? [] : [sql<SqlBool>`deliveries.number is not null`]),
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
      columns: sql.join([...columns.map((column) => sql.ref(column)), name]),
      repository: 'deliveries.repository_id',
      within: number === undefined ? [] : [{ by: 'deliveries.number', value: number }],
      isUnique: true,
      where: [...where, unrestricted(userId, words, restrictedEvents)],
    },
  )
  const unassigned =
    seesUnassigned && repositoryId === undefined
      ? paged(
          db
            .selectFrom('deliveries')
            .select([...columns, sql<null>`null`.as('repository')])
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
    .select([...columns, 'repositories.full_name as repository'])
    .where(({ or, and, eb }) =>
      or([
        and([readableBy(userId, 'deliveries.repository_id'), unrestricted(userId, words, restrictedEvents)]),
        ...(seesUnassigned ? [eb('deliveries.repository_id', 'is', null)] : []),
      ]),
    )
}
