import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Kind } from '../mirror/kind.ts'
import { compiled } from './compiled.ts'
import type { Db } from './store.ts'

type Value = string | number

/** One condition: a column, and what it is compared with. */
export interface Condition {
  column: string
  is: '=' | '>=' | '<='
  value: Value
}

interface Items {
  repositoryId: number
  where?: readonly Condition[]
}

export interface ItemPage extends Items {
  /** The columns that rows are in the order of; the last one is unique within them. */
  order: readonly string[]
  direction: 'asc' | 'desc'
  limit: number
  offset: number
}

type Values = Record<string, Value>
type Query = ReturnType<typeof compiled<Values, object>>

/** Queries by what they look like: on the hot path building their text takes longer than running them. */
const queries = new Map<string, Query>()
const mostQueries = 500

function queryOf(shape: string, build: () => Query): Query {
  let query = queries.get(shape)
  if (!query) {
    if (queries.size >= mostQueries) queries.clear()
    query = build()
    queries.set(shape, query)
  }
  return query
}

/** A page of a repository's rows of a kind, as they are stored. The caller has judged who may read them. */
export async function listToldItems(db: Db, kind: Kind<object>, page: ItemPage): Promise<object[]> {
  const { where = [], order, direction } = page
  const shape = `list ${kind.table} ${shapeOf(where)} by ${order} ${direction}`
  const query = queryOf(shape, () =>
    compiled<Values, object>((db, value) => {
      let rows = db
        .selectFrom(kind.table as 'issues')
        .selectAll()
        .where(conditions(where, value))
      for (const column of order) rows = rows.orderBy(column as 'number', direction)
      return rows.limit(value('limit') as number).offset(value('offset') as number)
    }),
  )
  return (await query(db, { ...valuesOf(page), limit: page.limit, offset: page.offset })).rows
}

/** How many there are. */
export async function countToldItems(db: Db, kind: Kind<object>, items: Items): Promise<number> {
  const { where = [] } = items
  const query = queryOf(`count ${kind.table} ${shapeOf(where)}`, () =>
    compiled<Values, object>((db, value) =>
      db
        .selectFrom(kind.table as 'issues')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .where(conditions(where, value)),
    ),
  )
  const { rows } = await query(db, valuesOf(items))
  return Number((rows[0] as { total: number }).total)
}

const shapeOf = (where: readonly Condition[]) => where.map(({ column, is }) => `${column}${is}`).join()

function valuesOf({ repositoryId, where = [] }: Items): Values {
  const values: Values = { repository: repositoryId }
  where.forEach(({ value }, index) => {
    values[`value${index}`] = value
  })
  return values
}

function conditions(where: readonly Condition[], value: (name: string) => Value): RawBuilder<SqlBool> {
  const parts = where.map(
    ({ column, is }, index) => sql`${sql.ref(column)} ${sql.raw(is)} ${value(`value${index}`)}`,
  )
  return sql<SqlBool>`${sql.join([sql`repository_id = ${value('repository')}`, ...parts], sql` and `)}`
}
