import { isCoded } from '../errors.ts'
import { markNotes } from './signals.ts'
import type { Db } from './store.ts'
import { send, settle } from './store-dialect.ts'

/**
 * Runs a part of a transaction that may fail without the rest: when `work` throws, what it wrote, collected and
 * enqueued is undone, its error is thrown on, and the transaction goes on from where it stood.
 */
export async function inSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  const forget = markNotes(tx)
  const say = (sql: string) => send(tx, { sql, parameters: [] })
  say('savepoint part')
  let result: T
  try {
    result = await work()
    await settle(tx)
  } catch (error) {
    forget()
    await settle(tx).catch(() => {})
    try {
      say('rollback to savepoint part')
      say('release savepoint part')
    } catch {
      // The database has given up the transaction as a whole, as on a full disk: the commit says so.
    }
    throw error
  }
  say('release savepoint part')
  return result
}

/**
 * Whether the database itself could not do its work, other than by refusing a value: what is left of the transaction is
 * then not to be gone on with.
 */
export function isDatabaseError(error: unknown): boolean {
  if (isCoded(error, 'unavailable')) return true
  const { errcode, severity, code } = (isCoded(error, 'database_refused') ? error.cause : error) as {
    errcode?: unknown
    severity?: unknown
    code?: unknown
  }
  if (typeof errcode === 'number') return (errcode & 0xff) !== 19 // SQLITE_CONSTRAINT
  return severity !== undefined && !String(code).startsWith('23') // integrity_constraint_violation
}
