import { decode } from '../mirror/columns.ts'
import type { Kind } from '../mirror/kind.ts'
import { toldColumnName } from '../mirror/told.ts'
import { readableBy, seenBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

interface Listing extends PageRequest {
  userId: string
  repositoryId: number
  /** Only those that hang under one thing: the column that names it, and its value. */
  under?: { column: string; value: number | string } | undefined
  /** Of the key: `desc` has the last one first. */
  direction?: 'asc' | 'desc'
}

/** Lists what a repository has of a kind, by its key, if the user may read it. */
export async function listItems(
  db: Db,
  kind: Kind<object>,
  { userId, repositoryId, under, direction = 'desc', limit, after }: Listing,
): Promise<Page<object>> {
  // The key's last column is unique within a repository, and an index is in its order. Which table and columns these
  // are, the descriptor says; any will do for the compiler.
  const table = kind.table as 'issues'
  const column = kind.key.at(-1) as 'number'
  let query = db
    .selectFrom(table)
    .select(shownColumns(kind) as ('id' | 'number')[])
    .where('repository_id', '=', repositoryId)
    .where(
      kind.seenBy
        ? seenBy(userId, `${table}.repository_id`, kind.seenBy)
        : readableBy(userId, `${table}.repository_id`),
    )
  if (under) query = query.where(under.column as 'number', '=', under.value as number)
  const type = column === ('name' as string) ? 'string' : 'number'
  const rows = await paged(query, {
    order: [{ by: `${table}.${column}`, type }],
    direction,
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: (row) => [row[column]], present: (row) => decode(kind, row) })
}

/** All but what only `/api/v3` shows. */
function shownColumns(kind: Kind<object>): string[] {
  const own = kind.columns.flatMap(({ names }) => names).filter((name) => name !== toldColumnName)
  return [...new Set(['repository_id', ...own])]
}
