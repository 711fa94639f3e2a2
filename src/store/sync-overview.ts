import { sql } from 'kysely'
import type { Db } from './store.ts'

/** How many of the repositories that a user may read are read; `sinceLately`: when the first of those read lately was begun. */
export async function countSynced(
  db: Db,
  { userId, since }: { userId: string; since: number },
): Promise<{ total: number; done: number; doneLately: number; sinceLately: number | null }> {
  const row = await db
    .selectFrom('access')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .select(({ fn }) => [
      fn.countAll<number>().as('total'),
      fn.count<number>('repositories.synced_at').as('done'),
      sql<number | null>`sum(case when repositories.synced_at >= ${since} then 1 else 0 end)`.as('lately'),
      sql<
        number | null
      >`min(case when repositories.synced_at >= ${since} then repositories.synced_at end)`.as('first'),
    ])
    .where('access.user_id', '=', userId)
    .where('repositories.deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  return {
    total: Number(row.total),
    done: Number(row.done),
    doneLately: Number(row.lately ?? 0),
    sinceLately: row.first === null ? null : Number(row.first),
  }
}

/** How much was read of each kind in the last sync of each of a user's repositories, and is known to be there. */
export async function countRead(
  db: Db,
  { userId }: { userId: string },
): Promise<{ resource: string; done: number; total: number }[]> {
  const rows = await db
    .selectFrom('access')
    .innerJoin('sync_progress', (join) =>
      join.on('sync_progress.scope', '=', sql<string>`'repo:' || access.repository_id`),
    )
    .select(({ fn }) => [
      'sync_progress.resource',
      fn.sum<number>('sync_progress.done').as('done'),
      sql<number>`sum(coalesce(sync_progress.total, sync_progress.done))`.as('total'),
    ])
    .where('access.user_id', '=', userId)
    .groupBy('sync_progress.resource')
    .orderBy('sync_progress.resource')
    .execute()
  return rows.map(({ resource, done, total }) => ({ resource, done: Number(done), total: Number(total) }))
}

/** Of a user's repositories, those whose sync has not ended (`waiting` and `running`), or left something unread. */
export async function listUnended(
  db: Db,
  { userId, states }: { userId: string; states: readonly ('waiting' | 'running' | 'failed')[] },
): Promise<number[]> {
  const rows = await db
    .selectFrom('access')
    .innerJoin('sync_progress', (join) =>
      join.on('sync_progress.scope', '=', sql<string>`'repo:' || access.repository_id`),
    )
    .select('access.repository_id')
    .distinct()
    .where('access.user_id', '=', userId)
    .where('sync_progress.state', 'in', states)
    .where('sync_progress.resource', 'not in', ['deliveries', 'webhook'])
    .execute()
  return rows.map(({ repository_id }) => repository_id)
}
