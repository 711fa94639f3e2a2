import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type DialectAdapter,
  Kysely,
  type QueryCompiler,
  type QueryResult,
  Transaction,
} from 'kysely'
import type { Schema } from './schema.ts'
import type { Db } from './store.ts'

/** What came of one statement, in words that survive the way from a worker thread. */
export interface StatementResult {
  rows: unknown[]
  affected: number | undefined
}

/** One statement: `name` where its text never changes, so that a server may keep it prepared. */
export interface Statement {
  sql: string
  parameters: readonly unknown[]
  name?: string | undefined
}

/** Runs one statement somewhere: in this thread at once, or in a reader's or a server later. */
export type Execute = (statement: Statement) => StatementResult | Promise<StatementResult>

interface Sending {
  execute: Execute
  /** What was sent and not answered yet. */
  underway: Promise<unknown>[]
}

/** Where a transaction keeps it: there are many, and a map of them all is work for the garbage collector. */
const sending = Symbol('sending')

function sendingIn(db: Db): Sending | undefined {
  return (db as { [sending]?: Sending })[sending]
}

/**
 * Runs a statement on a transaction before whatever is asked of it next, without waiting for an answer from elsewhere
 * that nobody needs. `settle` tells whether it failed, and so does the commit.
 */
export function send(tx: Db, statement: Statement): void {
  const { execute, underway } = sendingOf(tx)
  const answer = execute(statement)
  if (!(answer instanceof Promise)) return
  answer.catch(() => {})
  underway.push(answer)
}

/** Resolves when all that was sent is done; throws what the first of it that failed did. */
export async function settle(tx: Db): Promise<void> {
  const { underway } = sendingOf(tx)
  if (underway.length > 0) await Promise.all(underway.splice(0))
}

function sendingOf(tx: Db): Sending {
  const found = sendingIn(tx)
  if (!found) throw new Error('not a transaction of this store')
  return found
}

/** How to run a statement on a transaction without asking Kysely, which has no more to do for a text that is known. */
export function executeOn(tx: Db): Execute | undefined {
  return sendingIn(tx)?.execute
}

/** What a database needs to be spoken to through Kysely. */
interface Database {
  compiler: QueryCompiler
  adapter: DialectAdapter
  /** Answers what is asked outside of transactions. */
  execute: Execute
}

/** A transaction's own handle: it ends with the transaction, so that a forgotten await cannot write into the next. */
export interface Handle {
  tx: Db
  end(): void
}

/**
 * Kysely over functions that execute statements. Transactions are begun by the store and not through Kysely, which
 * only builds the texts: `open` gives one a handle.
 */
export function createKysely({ compiler, adapter, execute }: Database): {
  db: Db
  open(execute: Execute): Handle
} {
  const connection = connectionOf(execute)
  const driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    beginTransaction: refuseTransaction,
    commitTransaction: refuseTransaction,
    rollbackTransaction: refuseTransaction,
    destroy: async () => {},
  }
  const dialect: Dialect = {
    createAdapter: () => adapter,
    createQueryCompiler: () => compiler,
    createIntrospector: () => {
      throw new Error('the schema is what the migrations say')
    },
    createDriver: () => driver,
  }
  return {
    db: new Kysely<Schema>({ dialect }),
    open(execute) {
      let open = true
      const executeWhileOpen: Execute = (statement) => {
        if (!open) throw new Error('this transaction has ended: a query was not awaited')
        return execute(statement)
      }
      const connection = connectionOf(executeWhileOpen)
      const executor = new DefaultQueryExecutor(compiler, adapter, {
        provideConnection: (consumer) => consumer(connection),
      })
      const tx = Object.assign(new Transaction<Schema>({ config: { dialect }, driver, executor, dialect }), {
        [sending]: { execute: executeWhileOpen, underway: [] } satisfies Sending,
      })
      return {
        tx,
        end() {
          open = false
        },
      }
    },
  }
}

/** A Kysely connection whose queries `execute` answers. */
function connectionOf(execute: Execute): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { rows, affected } = await execute(query)
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
