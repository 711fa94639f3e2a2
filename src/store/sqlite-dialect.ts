import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  type SqliteQueryCompiler,
} from 'kysely'
import type { StatementResult } from './sqlite-statements.ts'

/** Runs one statement somewhere: on the writer's connection at once, or in a reader's thread later. */
export type Execute = (
  sql: string,
  parameters: readonly unknown[],
) => StatementResult | Promise<StatementResult>

/** Our stores order their own writes, so Kysely need not hold a lock of its own. */
class ManyConnectionsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

/** Kysely's SQLite over a function that executes; transactions are begun by the store, not through Kysely. */
export function sqliteDialect(execute: Execute, compiler: SqliteQueryCompiler): Dialect {
  const connection = sqliteConnection(execute)
  return {
    createAdapter: () => new ManyConnectionsAdapter(),
    createQueryCompiler: () => compiler,
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => ({
      init: async () => {},
      acquireConnection: async () => connection,
      releaseConnection: async () => {},
      beginTransaction: refuseTransaction,
      commitTransaction: refuseTransaction,
      rollbackTransaction: refuseTransaction,
      destroy: async () => {},
    }),
  }
}

/** A Kysely connection whose queries `execute` answers. */
export function sqliteConnection(execute: Execute): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, affected } = await execute(sql, parameters)
      return affected === undefined
        ? { rows: rows as R[] }
        : { rows: rows as R[], numAffectedRows: BigInt(affected) }
    },
    // biome-ignore lint/correctness/useYield: the interface wants a generator, the store has no streams
    async *streamQuery() {
      throw new Error('page through rows instead of streaming them')
    },
  }
}

async function refuseTransaction(): Promise<void> {
  throw new Error('use store.write for a transaction')
}
