import { decode } from '../mirror/columns.ts'
import type { Kind } from '../mirror/kind.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

/** Lists what a repository has of a kind, the last one first, if the user may read it. */
export async function listItems(
  db: Db,
  kind: Kind<object>,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId: number },
): Promise<Page<object>> {
  // The key's last column is unique within a repository, and the primary key is in its order. Which table and columns
  // these are, the descriptor says; any will do for the compiler.
  const table = kind.table as 'issues'
  const column = kind.key.at(-1) as 'number'
  const query = db
    .selectFrom(table)
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where(readableBy(userId, `${table}.repository_id`))
  const rows = await paged(query, {
    order: [{ by: `${table}.${column}`, type: 'number' }],
    direction: 'desc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: (row) => [row[column]], present: (row) => decode(kind, row) })
}
