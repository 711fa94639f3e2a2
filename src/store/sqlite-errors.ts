import { coded, isCoded, messageOf } from '../errors.ts'

/** SQLITE_BUSY, SQLITE_LOCKED and SQLITE_FULL pass: another process writes, or somebody frees space. */
const passing = new Set([5, 6, 13])
/** Those and SQLITE_IOERR: not the statement's fault, so worth another try later. */
const unavailable = new Set([...passing, 10])
/** SQLITE_ERROR, SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH and SQLITE_RANGE: the statement's own fault. */
const refused = new Set([1, 18, 19, 20, 25])

/** Whether a commit that failed may succeed later. */
export function isPassing(error: unknown): boolean {
  return passing.has(resultCode(error))
}

/**
 * An error of SQLite in the words of our table, as on Postgres: `unavailable` for what is not the statement's fault,
 * `database_refused` for a statement that would be refused again. Whatever else was thrown stays as it is.
 */
export function toCodedError(error: unknown): unknown {
  if (isCoded(error)) return error
  const code = resultCode(error)
  if (unavailable.has(code))
    return coded('unavailable', `The database cannot write: ${messageOf(error)}.`, { cause: error })
  if (refused.has(code))
    return coded('database_refused', `The database refused a statement (${code}).`, { cause: error })
  return error
}

/** SQLite's primary result code, the low byte of the extended one: https://www.sqlite.org/rescode.html */
function resultCode(error: unknown): number {
  const cause = (isCoded(error) ? error.cause : error) as { errcode?: number } | undefined
  return (cause?.errcode ?? 0) & 0xff
}
