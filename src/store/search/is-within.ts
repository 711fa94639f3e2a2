import { type RawBuilder, sql } from 'kysely'
import type { Range } from '../../../contract/search/ranges.ts'

/** Whether a column is in one of the ranges; what has no value is in none. */
export function isWithin(column: RawBuilder<unknown>, ranges: readonly Range[]): RawBuilder<unknown> {
  const one = ({ from, to }: Range) =>
    sql`(${sql.join(
      [
        sql`${column} is not null`,
        ...(from === null ? [] : [sql`${column} >= ${from}`]),
        ...(to === null ? [] : [sql`${column} <= ${to}`]),
      ],
      sql` and `,
    )})`
  return sql`(${sql.join(ranges.map(one), sql` or `)})`
}
