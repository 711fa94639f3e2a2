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
      entry = { statement, returnsRows: statement.columns().length > 0 }
      if (prepared.size >= kept) prepared.delete(prepared.keys().next().value as string)
      prepared.set(sql, entry)
    }
    const values = parameters as SQLInputValue[]
    if (entry.returnsRows) return { rows: entry.statement.all(...values), affected: undefined }
    return { rows: [], affected: Number(entry.statement.run(...values).changes) }
  }
}
