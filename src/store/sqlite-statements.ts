import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { StatementResult } from './store-dialect.ts'

/** Prepared statements kept at most; the product issues a few hundred different ones. */
const kept = 1_000

/** Runs SQL on a connection, keeping each text prepared. */
export function createStatements(
  database: DatabaseSync,
): (sql: string, parameters: readonly unknown[]) => StatementResult {
  const prepared = new Map<string, { statement: StatementSync; returnsRows: boolean }>()

  return (sql, parameters) => {
    let entry = prepared.get(sql)
    if (!entry) {
      const statement = database.prepare(sql)
      const returnsRows = statement.columns().length > 0
      entry = { statement: returnsRows ? statement : withoutRows(statement), returnsRows }
      if (prepared.size >= kept) prepared.delete(prepared.keys().next().value as string)
      prepared.set(sql, entry)
    }
    const values = parameters as SQLInputValue[]
    if (entry.returnsRows) return { rows: entry.statement.all(...values), affected: undefined }
    return { rows: [], affected: Number(entry.statement.run(...values).changes) }
  }
}

/**
 * A statement that returns no rows still tells the id of the row that was written last. Those of full-text search are
 * larger than the numbers that JavaScript counts exactly, for which Node throws, of whatever statement comes next.
 */
export function withoutRows(statement: StatementSync): StatementSync {
  statement.setReadBigInts(true)
  return statement
}
