import { type RawBuilder, sql } from 'kysely'

/** Further tables of a `from`, `table as name`, read in this order; their conditions stand behind. */
export function besides(tables: readonly string[]): RawBuilder<unknown> {
  const named = (table: string) => {
    const [name = '', alias = name] = table.split(' as ')
    return sql`cross join ${sql.table(name)} as ${sql.ref(alias)}`
  }
  return sql.join(tables.map(named), sql` `)
}
