import type { Compilable, CompiledQuery, InsertQueryBuilder, InsertResult } from 'kysely'
import type { Schema } from './schema.ts'
import type { Db } from './store.ts'
import { executeOn, send } from './store-dialect.ts'

/** Stands in a query for a value that is known only when it runs. */
class Slot {
  readonly name: PropertyKey

  constructor(name: PropertyKey) {
    this.name = name
  }
}

/** A name for each text, under which a server keeps it prepared. */
let named = 0

/** What a compiled query answers; `affected` counts the rows that an insert, update or delete touched. */
export interface Answer<Row> {
  rows: Row[]
  affected: number
}

/**
 * Builds a query once per database and only fills in its values afterwards: on the hot paths building the text
 * takes longer than running it. `build` names each value with `value('name')` where the value itself would stand.
 */
export function compiled<Values extends object, Row>(
  build: (db: Db, value: <Name extends keyof Values>(name: Name) => Values[Name]) => Compilable<Row>,
): (db: Db, values: Values) => Promise<Answer<Row>> {
  const fill = filling(build)
  return async (db, values) => {
    const statement = fill(db, values)
    const execute = executeOn(db)
    if (execute) {
      const { rows, affected = 0 } = await execute(statement)
      return { rows: rows as Row[], affected }
    }
    const { rows, numAffectedRows } = await db.executeQuery<Row>(statement)
    return { rows, affected: Number(numAffectedRows ?? 0) }
  }
}

/**
 * As `compiled`, for a statement of a transaction whose answer nobody needs: it is sent, and the next one need not
 * wait until a server elsewhere has done it. When it fails, so does the savepoint or the commit that it is part of.
 */
export function compiledSending<Values extends object>(
  build: (db: Db, value: <Name extends keyof Values>(name: Name) => Values[Name]) => Compilable<unknown>,
): (tx: Db, values: Values) => void {
  const fill = filling(build)
  return (tx, values) => send(tx, fill(tx, values))
}

type Filled<Row> = CompiledQuery<Row> & { name: string }

function filling<Values extends object, Row>(
  build: (db: Db, value: <Name extends keyof Values>(name: Name) => Values[Name]) => Compilable<Row>,
): (db: Db, values: Values) => Filled<Row> {
  const queries = new WeakMap<object, CompiledQuery<Row>>()
  const name = `compiled ${++named}`
  return (db, values) => {
    const { adapter } = db.getExecutor()
    let query = queries.get(adapter)
    if (!query) {
      query = build(db, (name) => new Slot(name) as never).compile()
      queries.set(adapter, query)
    }
    const parameters = query.parameters.map((parameter) =>
      parameter instanceof Slot ? values[parameter.name as keyof Values] : parameter,
    )
    return { ...query, parameters, name }
  }
}

/** Rows of one statement, the widest that fit first: few texts, all of which stay prepared. */
const widths = [64, 8, 1]

/**
 * Inserts many rows of a table, in as few statements as may be; values are given as one list, row by row, in the order
 * of `columns`. Resolves when all of them are done, with what `also` lets them answer.
 */
export function compiledInsert<Table extends keyof Schema, Row = never>(
  table: Table,
  columns: readonly (keyof Schema[Table] & string)[],
  also: (insert: InsertQueryBuilder<Schema, Table, InsertResult>) => Compilable<Row> = (insert) =>
    insert as Compilable<never>,
): (tx: Db, values: readonly unknown[]) => Promise<readonly Row[]> {
  const inserts = new Map(widths.map((rows) => [rows, compiledRows((db) => also(insertOf(db, rows)))]))

  function insertOf(db: Db, rows: number): InsertQueryBuilder<Schema, Table, InsertResult> {
    const row = Object.fromEntries(columns.map((column) => [column, new Slot('')]))
    return db.insertInto(table).values(Array.from({ length: rows }, () => row) as never)
  }

  return async (tx, values) => {
    const inserting: Promise<readonly Row[]>[] = []
    for (let start = 0; start < values.length; ) {
      const left = (values.length - start) / columns.length
      const width = widths.find((rows) => rows <= left)!
      const end = start + width * columns.length
      const part = start === 0 && end === values.length ? values : values.slice(start, end)
      inserting.push(inserts.get(width)!(tx, part))
      start = end
    }
    return inserting.length === 1 ? await inserting[0]! : (await Promise.all(inserting)).flat()
  }
}

/** As `compiled`, without names: the values are given as one list in the order in which they stand in the statement. */
function compiledRows<Row>(
  build: (db: Db) => Compilable<Row>,
): (db: Db, values: readonly unknown[]) => Promise<readonly Row[]> {
  const queries = new WeakMap<object, CompiledQuery<Row>>()
  const name = `compiled ${++named}`

  return async (db, values) => {
    const { adapter } = db.getExecutor()
    let query = queries.get(adapter)
    if (!query) {
      query = build(db).compile()
      queries.set(adapter, query)
    }
    const statement = { ...query, parameters: values, name } as CompiledQuery<Row>
    const execute = executeOn(db)
    const { rows } = await (execute ? execute(statement) : db.executeQuery(statement))
    return rows as Row[]
  }
}
