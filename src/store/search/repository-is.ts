import { type RawBuilder, sql } from 'kysely'
import type { RepositoryCondition } from '../../domain/search/condition.ts'
import { likeText } from './holds-text.ts'

/** Whether a repository is what a query asks for; names are equal in any case. */
export function repositoryIs({ repository: column, values }: RepositoryCondition): RawBuilder<unknown> {
  const asked = sql.join(values.map((value) => sql`${value}`))
  if (column === 'topics') {
    return sql`(${sql.join(
      values.map(
        (value) => sql`repositories.topics like ${`%${likeText(JSON.stringify(value))}%`} escape '\\'`,
      ),
      sql` or `,
    )})`
  }
  return column === 'private' || column === 'archived' || column === 'fork'
    ? sql`repositories.${sql.ref(column)} in (${asked})`
    : sql`coalesce(lower(repositories.${sql.ref(column)}), '') in (${asked})`
}
