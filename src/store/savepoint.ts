import { sql } from 'kysely'
import { markNotes } from './signals.ts'
import type { Db } from './store.ts'

/**
 * Runs a part of a transaction that may fail without the rest: when `work` throws, what it wrote, collected and
 * enqueued is undone, its error is thrown on, and the transaction goes on from where it stood.
 */
export async function inSavepoint<T>(tx: Db, work: () => Promise<T>): Promise<T> {
  const forget = markNotes(tx)
  await sql`savepoint part`.execute(tx)
  try {
    const result = await work()
    await sql`release savepoint part`.execute(tx)
    return result
  } catch (error) {
    forget()
    // Refused where the database has given up the transaction as a whole, as on a full disk: the commit says so.
    await sql`rollback to savepoint part`.execute(tx)
    await sql`release savepoint part`.execute(tx)
    throw error
  }
}

/**
 * Whether the database itself could not do its work, other than by refusing a value: what is left of the transaction is
 * then not to be gone on with.
 */
export function isDatabaseError(error: unknown): boolean {
  const { errcode, severity, code } = error as { errcode?: unknown; severity?: unknown; code?: unknown }
  if (typeof errcode === 'number') return (errcode & 0xff) !== 19 // SQLITE_CONSTRAINT
  return severity !== undefined && !String(code).startsWith('23') // integrity_constraint_violation
}
