import { sql } from 'kysely'
import type { SyncProgress } from '../../contract/sync.ts'
import { sendingUpsert, toTime } from './columns.ts'
import { compiled } from './compiled.ts'
import type { SyncProgressRow } from './rows/sync.ts'
import type { Db } from './store.ts'

type ProgressOf = Pick<SyncProgressRow, 'scope' | 'resource'>

/** How far the sync of one resource is; nothing before its first page. */
export async function findProgress(
  db: Db,
  { scope, resource }: ProgressOf,
): Promise<SyncProgressRow | undefined> {
  const { rows } = await find(db, { scope, resource })
  return rows[0]
}

const find = compiled<ProgressOf, SyncProgressRow>((db, value) =>
  db
    .selectFrom('sync_progress')
    .selectAll()
    .where('scope', '=', value('scope'))
    .where('resource', '=', value('resource')),
)

const columns: readonly (keyof SyncProgressRow)[] = [
  ...(['scope', 'resource', 'state', 'next_page', 'done', 'total', 'error'] as const),
  ...(['since', 'set_aside', 'healed', 'started_at', 'updated_at'] as const),
]

const save = sendingUpsert('sync_progress', { columns, key: ['scope', 'resource'] })

/** Writes down how far the sync of one resource is. */
export function saveProgress(tx: Db, row: SyncProgressRow): void {
  save(tx, row)
}

/** Which resource of `sync_progress` stands for the sync of a repository as a whole; its `done` counts resources. */
export const wholeSync = 'repository'

/** In `sync_progress`: when everything in a repository was compared with GitHub last, and how much differed. */
export const comparison = 'reconciliation'

/** Lets the next sync of a repository compare everything, as something may differ that no list of changes shows. */
export async function requestComparison(tx: Db, repositoryId: number): Promise<void> {
  await tx
    .deleteFrom('sync_progress')
    .where('scope', '=', `repo:${repositoryId}`)
    .where('resource', '=', comparison)
    .execute()
}

/** Lets the next sync of a repository read everything, whatever GitHub says did not change. */
export async function forgetSync(tx: Db, repositoryId: number): Promise<void> {
  await tx.deleteFrom('sync_progress').where('scope', '=', `repo:${repositoryId}`).execute()
  await tx.deleteFrom('listed_pages').where('repository_id', '=', repositoryId).execute()
}

/** How much differed from GitHub in the syncs of a scope since a time. */
export async function countHealed(
  db: Db,
  { scope, since }: Pick<SyncProgressRow, 'scope'> & { since: number },
): Promise<number> {
  const { healed } = await db
    .selectFrom('sync_progress')
    .select(({ fn }) => fn.sum<number>('healed').as('healed'))
    .where('scope', '=', scope)
    .where('started_at', '>=', since)
    .executeTakeFirstOrThrow()
  return Number(healed ?? 0)
}

/** More than a page shows; what is under way comes first, then each repository as a whole. */
const mostShown = 1000

/** Lists how far the syncs are that a user may know of: their own list of repositories, and what is in those. */
export async function listSyncProgress(db: Db, { userId }: { userId: string }): Promise<SyncProgress[]> {
  const own = await db.selectFrom('sync_progress').selectAll().where('scope', '=', `user:${userId}`).execute()
  const repositories = await db
    .selectFrom('access')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .innerJoin('sync_progress', (join) =>
      join.on('sync_progress.scope', '=', sql<string>`'repo:' || access.repository_id`),
    )
    .selectAll('sync_progress')
    .select(['repositories.id', 'repositories.full_name'])
    .where('access.user_id', '=', userId)
    .orderBy(
      sql`case sync_progress.state when 'running' then 0 when 'waiting' then 1 when 'failed' then 2 else
        case sync_progress.resource when 'repository' then 3 else 4 end end`,
    )
    .orderBy('sync_progress.updated_at', 'desc')
    .orderBy('sync_progress.scope')
    .orderBy('sync_progress.resource')
    .limit(mostShown)
    .execute()
  return [
    ...own.map((row) => present(row, null)),
    ...repositories.map((row) => present(row, { id: row.id, full_name: row.full_name })),
  ]
}

function present(row: SyncProgressRow, repository: { id: number; full_name: string } | null): SyncProgress {
  return {
    repository: repository?.full_name ?? null,
    repository_id: repository?.id ?? null,
    state: row.state,
    resource: row.resource,
    done: row.done,
    total: row.total,
    error: row.error,
    set_aside: row.set_aside,
    healed: row.healed,
    updated_at: toTime(row.updated_at),
  }
}
