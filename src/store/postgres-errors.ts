import pg from 'pg'
import { coded, isCoded } from '../errors.ts'

/** How soon a caller may try again: Postgres restarts within a second or two. */
const retryAfterMs = 1_000

/** SQLSTATEs after which the connection is gone or useless: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lostStates = new Set([
  '57P01', // admin_shutdown: the server stops, or somebody ended this connection
  '57P02', // crash_shutdown
  '57P03', // cannot_connect_now: it starts or stops
  '57P05', // idle_session_timeout
  '25P03', // idle_in_transaction_session_timeout
  '25006', // read_only_sql_transaction: another server leads now
])

/** SQLSTATEs of trouble that passes while the connection lives. */
const passingStates = new Set([
  '40001', // serialization_failure
  '40P01', // deadlock_detected
  '55P03', // lock_not_available
  '57014', // query_canceled, by a timeout
  '58030', // io_error
])

/** Connection exceptions; too many connections, a full disk, no memory. */
const lostClass = '08'
const passingClass = '53'

/** Errors of sockets and of name resolution. */
const networkCodes =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_\w+|EHOST\w+|ENET\w+|ENOENT|EACCES|ERR_STREAM_\w+)$/

/** What `pg` says itself when a connection breaks or cannot be made: it gives these no code. */
const lostMessages =
  /^(Connection terminated|timeout expired|timeout exceeded|Client has encountered a connection error|Client was closed|Query read timeout)/

/** Whether the connection is gone, or was never made. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error)
  if (isDatabaseError(error)) return lostStates.has(code) || code.startsWith(lostClass)
  return networkCodes.test(code) || (error instanceof Error && lostMessages.test(error.message))
}

/** Whether others stood in the way: the same work, repeated alone, may find its way free. */
export function isBlocked(error: unknown): boolean {
  return ['40001', '40P01', '55P03'].includes(codeOf(error))
}

/**
 * An error of `pg` in the words of our table: `unavailable` for what passes, `database_refused` for a statement that
 * the server will refuse again. Whatever else was thrown stays as it is.
 */
export function toCodedError(error: unknown): unknown {
  if (isCoded(error)) return error
  const code = codeOf(error)
  if (isLost(error))
    return coded('unavailable', 'The database cannot be reached.', { cause: error, retryAfterMs })
  if (!isDatabaseError(error)) return error
  if (passingStates.has(code) || code.startsWith(passingClass))
    return coded('unavailable', 'The database is busy or has no room.', { cause: error, retryAfterMs })
  return coded('database_refused', `The database refused a statement (${code}).`, { cause: error })
}

function isDatabaseError(error: unknown): boolean {
  return error instanceof pg.DatabaseError
}

/** Of an error, or of the first of several: Node tries each address of a host. */
function codeOf(error: unknown): string {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] }
  if (typeof code === 'string') return code
  return errors?.length ? codeOf(errors[0]) : ''
}
