import pg from 'pg'
import { toCodedError } from './postgres-errors.ts'
import type { Execute } from './store-dialect.ts'

const readers = 10
const connectMs = 5_000
/** A server that says nothing for so long, on a network that drops everything, counts as lost. */
const answerMs = 30_000
/** A process that hangs in the middle of its transaction must not hold the locks of others for ever. */
const idleInTransactionMs = 30_000
const lockMs = 10_000

const common = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'cldcde',
  connectionTimeoutMillis: connectMs,
  keepAlive: true,
  keepAliveInitialDelayMillis: 10_000,
  types: { getTypeParser },
})

/** Connections for reading; one that breaks, idle or in use, is dropped, and the next query opens another. */
export function createReadingPool(url: string): { execute: Execute; close(): Promise<void> } {
  const pool = new pg.Pool({ ...common(url), max: readers, query_timeout: answerMs })
  pool.on('error', ignore)
  // A connection in use tells its query of the break, and then itself: without a listener that ends the process.
  pool.on('connect', (client) => client.on('error', ignore))
  return {
    execute: (statement) => answer(pool, statement),
    close: () => pool.end(),
  }
}

/**
 * Opens a connection on which statements may be sent before the answers of those before have come. A `patient` one
 * waits for locks and answers for ever.
 */
export async function connect(url: string, { patient = false } = {}): Promise<pg.Client> {
  const limits = {
    query_timeout: answerMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
  }
  const client = new pg.Client({ ...common(url), pipeline: true, ...(patient ? {} : limits) })
  client.on('error', ignore) // 'end' follows
  try {
    await client.connect()
  } catch (error) {
    throw toCodedError(error)
  }
  return client
}

/** Runs a statement of Kysely; throws coded errors. */
export async function answer(client: pg.Pool | pg.Client, statement: Parameters<Execute>[0]) {
  const { sql: text, parameters, name } = statement
  try {
    const { command, rowCount, rows } = await client.query({ text, values: parameters as unknown[], name })
    return { rows, affected: counting.has(command) ? (rowCount ?? 0) : undefined }
  } catch (error) {
    throw toCodedError(error)
  }
}

const counting = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

function ignore(): void {}

/** Our integers are all below 2^53: ids of GitHub, milliseconds, counts. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number
  return pg.types.getTypeParser(oid, format as 'text')
}
