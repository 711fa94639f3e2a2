import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { mayRead } from './access.ts'
import { compiled } from './compiled.ts'
import { checkKey, type Direction, type Key, type PageRequest } from './keyset.ts'
import type { Db } from './store.ts'

/** How a list is read of one repository: along one index, from its newest or oldest row on. */
export interface Walk extends PageRequest {
  /** `from …`, as far as the joins. */
  from: RawBuilder<unknown>
  /** What is selected. */
  columns: RawBuilder<unknown>
  /** The column of the repository: the first of the index. */
  repository: string
  /** The columns that come next in the index and of which one value is asked for. */
  within?: readonly { by: string; value: string | number }[]
  /** The columns that come last in the index: the order, unique in a repository. */
  order: readonly { by: string; type: 'number' | 'string' }[]
  /** Whether no two rows are alike in `order`, whatever their repositories. Rows that are found twice count once. */
  isUnique?: boolean
  direction: Direction
  /** Further conditions on what the walk comes by. */
  where?: readonly Expression<SqlBool>[]
}

interface Whose {
  userId: string
  /** Only this one of the repositories that the user may read. */
  repositoryId?: number | undefined
}

/**
 * Reads a page over all repositories that a user may read, one row more than asked for, without touching a row of any
 * other: an index is walked for each repository, and the walks are merged. First the head of each walk is looked at;
 * only the repositories whose heads are among the first are walked on. `keyOf` gives the values of `order`; where they
 * are not unique, and over several repositories, the key of a page ends with the repository.
 *
 * The repository stands in ranges and in the order, instead of an equation, so that Postgres cannot take an index that
 * has the order without the repository, and read everybody's rows until enough of them fit.
 */
export async function walkReadable<Row extends { repository_id: number | null }>(
  db: Db,
  { userId, repositoryId }: Whose,
  walk: Walk & { keyOf: (row: Row) => Key },
): Promise<Row[]> {
  const { after, order, keyOf } = walk
  const isOne = repositoryId !== undefined
  const isWhole = isOne || walk.isUnique === true
  checkKey(after, isWhole ? order : [...order, { type: 'number' }])
  const keys = after?.slice(0, order.length)
  const read = readerOf<Row>(walk, keys)
  const repositories = isOne
    ? (await mayRead(db, { userId, repositoryId }))
      ? [repositoryId]
      : []
    : await findRepositories(db, { userId, walk, keys })
  const found = await Promise.all(repositories.map((id) => read(db, { first: id })))
  const rows = found.flatMap((answer) => answer.rows)
  return mergeRows(rows, {
    ...walk,
    keyOf: (row) => (isWhole ? keyOf(row) : [...keyOf(row), row.repository_id!]),
  })
}

/** As `walkReadable`, of one walk whose index begins with another column than the repository's: with this value. */
export async function walkOne<Row>(
  db: Db,
  first: string,
  walk: Walk & { keyOf: (row: Row) => Key },
): Promise<Row[]> {
  checkKey(walk.after, walk.order)
  const { rows } = await readerOf<Row>(walk, walk.after)(db, { first })
  return mergeRows(rows, walk)
}

/** Puts rows of several walks in order, each row once: those that come after the key, one more than asked for. */
export function mergeRows<Row>(
  rows: readonly Row[],
  { keyOf, direction, limit, after }: PageRequest & { keyOf: (row: Row) => Key; direction: Direction },
): Row[] {
  const compare = direction === 'asc' ? compareKeys : (a: Key, b: Key) => compareKeys(b, a)
  const unique = new Map(rows.map((row) => [JSON.stringify(keyOf(row)), row]))
  return [...unique.values()]
    .filter((row) => !after || compare(keyOf(row), after) > 0)
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
    .slice(0, limit + 1)
}

/** Reads the rows of one walk, compiled once for all of them. */
function readerOf<Row>(walk: Walk, keys: Key | undefined) {
  return compiled<{ first: number | string }, Row>((db, value) => ({
    compile: () =>
      sql<Row>`select ${walk.columns} ${tail(walk, { first: value('first'), keys, limit: walk.limit + 2 })}`.compile(
        db,
      ),
  }))
}

/** The repositories whose rows may be on the page: those whose first row is among the first of all. */
async function findRepositories(
  db: Db,
  { userId, walk, keys }: { userId: string; walk: Walk; keys: Key | undefined },
): Promise<number[]> {
  const [first] = walk.order
  const repository = sql.ref('access.repository_id')
  const { rows } = await sql<{ id: number; head: string | number | null }>`
    select ${repository} as id,
      (select ${sql.ref(first!.by)} ${tail(walk, { first: repository, keys, limit: 1 })}) as head
    from access where access.user_id = ${userId}`.execute(db)
  const compare = walk.direction === 'asc' ? compareKeys : (a: Key, b: Key) => compareKeys(b, a)
  const heads = rows
    .flatMap(({ id, head }) => (head === null ? [] : [{ id, head }]))
    .sort((a, b) => compare([a.head], [b.head]))
  // A head with the first value of the key may be the key's own row, which is not on the page.
  const certain = new Set(heads.map(({ head }) => head).filter((head) => head !== keys?.[0]))
  const last = [...certain][walk.limit]
  return heads.filter(({ head }) => last === undefined || compare([head], [last]) <= 0).map(({ id }) => id)
}

/** What comes after the selection: the rows of one repository in order, from the key on and with its own row. */
function tail(
  { from, repository: column, within = [], order, direction, where = [] }: Walk,
  { first, keys, limit }: { first: unknown; keys: Key | undefined; limit: number },
): RawBuilder<unknown> {
  const prefix = [column, ...within.map(({ by }) => by)].map((by) => sql.ref(by))
  const values = [first, ...within.map(({ value }) => value)].map((value) => sql`${value}`)
  const columns = order.map(({ by }) => sql.ref(by))
  const near = sql`(${sql.join(prefix)}) ${sql.raw(direction === 'asc' ? '<=' : '>=')} (${sql.join(values)})`
  const far = sql.raw(direction === 'asc' ? '>=' : '<=')
  const begin = keys
    ? sql`(${sql.join([...prefix, ...columns])}) ${far} (${sql.join([...values, ...keys.map((key) => sql`${key}`)])})`
    : sql`(${sql.join(prefix)}) ${far} (${sql.join(values)})`
  const conditions = [begin, near, ...where]
  const ordered = [...prefix, ...columns].map((by) => sql`${by} ${sql.raw(direction)}`)
  return sql`${from} where ${sql.join(conditions, sql` and `)} order by ${sql.join(ordered)} limit ${limit}`
}

/** Orders keys as the databases do: by their first values, then by their second … */
function compareKeys(a: Key, b: Key): number {
  for (const [index, value] of a.entries()) {
    const other = b[index]!
    if (value !== other) return value < other ? -1 : 1
  }
  return 0
}
