import { type Expression, type SqlBool, sql } from 'kysely'
import type { RepositoryCondition } from '../../domain/search/plan-search.ts'
import type { Db } from '../store.ts'
import { likeText } from './holds-text.ts'
import type { Reach } from './search-words.ts'

interface Whose {
  userId: string
  /** Only this one. */
  repositoryId?: number | undefined
  conditions: readonly RepositoryCondition[]
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
  for (const condition of conditions) query = query.where(holds(condition))
  const rows = await query.execute()
  // One without a shelf has no entries on SQLite; Postgres has no shelves.
  return { repositories: rows.map(({ repositoryId, shelf }) => ({ repositoryId, shelf: shelf ?? 0 })) }
}

/** Whether a repository is what a query asks for; names are equal in any case. */
export function holds({ column, values, negated }: RepositoryCondition): Expression<SqlBool> {
  const asked = sql.join(values.map((value) => sql`${value}`))
  const condition =
    column === 'topics'
      ? sql<SqlBool>`(${sql.join(
          values.map(
            (value) => sql`repositories.topics like ${`%${likeText(JSON.stringify(value))}%`} escape '\\'`,
          ),
          sql` or `,
        )})`
      : column === 'private' || column === 'archived' || column === 'fork'
        ? sql<SqlBool>`repositories.${sql.ref(column)} in (${asked})`
        : sql<SqlBool>`coalesce(lower(repositories.${sql.ref(column)}), '') in (${asked})`
  return negated ? sql<SqlBool>`not ${condition}` : condition
}
