import { type SqlBool, sql } from 'kysely'
import type { RepositoryCondition, Tree } from '../../domain/search/condition.ts'
import type { Db } from '../store.ts'
import { treeHolds } from './conditions.ts'
import { repositoryIs } from './repository-is.ts'
import type { Reach } from './search-words.ts'

interface Whose {
  userId: string
  /** Only this one. */
  repositoryId?: number | undefined
  conditions: readonly Tree<RepositoryCondition>[]
}

/** The repositories that a search may look into: those that its person may read and that the query does not rule out. */
export async function findReach(db: Db, { userId, repositoryId, conditions }: Whose): Promise<Reach> {
  let query = db
    .selectFrom('access')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .leftJoin('search_shelves', 'search_shelves.repository_id', 'access.repository_id')
    .select(['access.repository_id as repositoryId', 'search_shelves.shelf'])
    .where('access.user_id', '=', userId)
    .where('repositories.deleted_at', 'is', null)
  if (repositoryId !== undefined) query = query.where('access.repository_id', '=', repositoryId)
  for (const condition of conditions) {
    query = query.where(sql<SqlBool>`${treeHolds(condition, repositoryIs)}`)
  }
  const rows = await query.execute()
  // One without a shelf has no entries on SQLite; Postgres has no shelves.
  return { repositories: rows.map(({ repositoryId, shelf }) => ({ repositoryId, shelf: shelf ?? 0 })) }
}
