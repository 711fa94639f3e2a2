import { sql } from 'kysely'
import type { Db } from './store.ts'

/** Repositories without a webhook of the hub's that were read before, those that were looked at longest ago first. */
export async function listUnhooked(
  db: Db,
  { syncedBefore, limit }: { syncedBefore: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('repositories')
    .select('id')
    .where('hook_id', 'is', null)
    .where('deleted_at', 'is', null)
    .where('archived', '=', sql<0>`0`) // as the index says
    .where('synced_at', '<', syncedBefore)
    .orderBy('synced_at')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** By which way a user's repositories are kept current, and how many by each. */
export async function countCurrency(
  db: Db,
  { userId, fetchedSince }: { userId: string; fetchedSince: number },
): Promise<{ webhooks: number; log: number; looks: number }> {
  const row = await db
    .selectFrom('access')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .leftJoin('delivery_logs', 'delivery_logs.repository_id', 'access.repository_id')
    .select(({ fn }) => [
      fn.countAll<number>().as('total'),
      fn.count<number>('repositories.hook_id').as('hooked'),
      sql<
        number | null
      >`sum(case when repositories.hook_id is not null and delivery_logs.recovered_at >= ${fetchedSince} then 1 else 0 end)`.as(
        'fetched',
      ),
    ])
    .where('access.user_id', '=', userId)
    .where('repositories.deleted_at', 'is', null)
    .executeTakeFirstOrThrow()
  const [total, hooked, log] = [row.total, row.hooked, row.fetched ?? 0].map(Number) as [
    number,
    number,
    number,
  ]
  return { webhooks: hooked - log, log, looks: total - hooked }
}
