import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { coded } from '../errors.ts'

/** The sort values of a page's last row: where the next page begins. Routes write it as an opaque cursor. */
export type Key = readonly (string | number)[]

export interface PageRequest {
  limit: number
  /** The `next` of the page before. */
  after?: Key | undefined
}

export interface Page<T> {
  items: T[]
  /** null: this is the last page. */
  next: Key | null
}

export type Direction = 'asc' | 'desc'

/** One column of a list's order, and what it holds. The last one must be unique among the rows. */
export type Order = readonly { by: string | Expression<unknown>; type: 'number' | 'string' }[]

/**
 * Puts a query in order and cuts one page out of it, one row more than asked for, so that `pageOf` sees whether
 * there is a next. Pages stay true while rows are inserted. Throws `invalid_request` for a key of another list.
 */
export function paged<DB, Tables extends keyof DB, Row>(
  query: SelectQueryBuilder<DB, Tables, Row>,
  { order, direction, limit, after }: PageRequest & { order: Order; direction: Direction },
): SelectQueryBuilder<DB, Tables, Row> {
  const columns = order.map(({ by }) => (typeof by === 'string' ? sql.ref(by) : by))
  let page = query.limit(limit + 1)
  for (const column of columns) page = page.orderBy(column, direction)
  if (!after) return page
  checkKey(after, order)
  const beyond = sql.raw(direction === 'asc' ? '>' : '<')
  return page.where(sql<SqlBool>`(${sql.join(columns)}) ${beyond} (${sql.join(after)})`)
}

/** Throws `invalid_request` for a key that no page of this order gave. */
export function checkKey(after: Key | undefined, order: readonly { type: 'number' | 'string' }[]): void {
  if (!after) return
  if (after.length === order.length && order.every(({ type }, index) => typeof after[index] === type)) return
  throw coded(
    'invalid_request',
    'This `after` is not of this list. Take it from the Link header of the page before.',
  )
}

/** Makes a page of the rows that a query of `paged` gave. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  { limit, keyOf, present }: { limit: number; keyOf: (row: Row) => Key; present: (row: Row) => T },
): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(present), next: rows.length > limit && last ? keyOf(last) : null }
}
