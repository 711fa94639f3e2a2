import { PostgresAdapter, type RawBuilder, sql } from 'kysely'
import { readableBy } from '../access.ts'
import type { Page } from '../keyset.ts'
import type { Db } from '../store.ts'
import type { FoundEntries } from './find-entries.ts'

interface Found {
  userId: string
  found: FoundEntries
  table: string
  /** The column that an entry's key is of, and whether it is a number. */
  key: { column: string; type: 'number' | 'string' }
  columns: RawBuilder<unknown>
  /** Further tables and their conditions. */
  join?: RawBuilder<unknown>
}

/** Reads the rows of what was found, in its order, once more only as far as the person may read them. */
export async function readFound<Row, T>(
  db: Db,
  { userId, found: { entries, next }, table, key, columns, join = sql`` }: Found,
  present: (row: Row) => T,
): Promise<Page<T>> {
  if (entries.length === 0) return { items: [], next }
  const ids = sql.join(entries.map(({ id }) => sql`${id}`))
  const number = db.getExecutor().adapter instanceof PostgresAdapter ? sql`bigint` : sql`integer`
  const name = key.type === 'number' ? sql`cast(e.key as ${number})` : sql`e.key`
  const { rows } = await sql<Row & { entry_id: number }>`
    select e.id as entry_id, ${columns}, repositories.full_name as repository
    from search_entries as e cross join ${sql.table(table)} cross join repositories ${join}
    where e.id in (${ids})
      and ${sql.ref(`${table}.repository_id`)} = e.repository_id and ${sql.ref(`${table}.${key.column}`)} = ${name}
      and repositories.id = e.repository_id and ${readableBy(userId, 'e.repository_id')}`.execute(db)
  const byId = new Map(rows.map((row) => [Number(row.entry_id), row]))
  const items = entries.flatMap(({ id }) => {
    const row = byId.get(Number(id))
    return row ? [present(row)] : []
  })
  return { items, next }
}
