import { close, fdatasync, fdatasyncSync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { coded, messageOf } from '../errors.ts'

/** Brings SQLite's write-ahead log to disk. */
export interface WalSync {
  /**
   * Returns, or resolves, once all that was committed before is on disk: at once where the disk has been quick of late,
   * off the event loop where it takes its time. Throws, or rejects with, `unavailable` when the disk refuses.
   */
  flush(): Promise<void> | undefined
  close(): Promise<void>
}

interface WalSyncOptions {
  /** Tells the time of the disk's answers; another one for tests. */
  clock?: () => number
}

const sync = promisify(fdatasync)
const closeFile = promisify(close)

/** A disk that usually answers in less than that is waited for: the way to a thread and back takes longer. */
const quickMs = 2
/** The share that the last flush has in what is usual. */
const weight = 1 / 8

/**
 * For a database that is open: SQLite makes the log before the first commit and leaves it in its place until the last
 * connection closes. Its frames carry checksums that build upon one another, so that after a power cut it ends with a
 * whole commit; and before SQLite copies any of them into the database it syncs the log itself.
 */
export function createWalSync(
  path: string,
  { clock = () => performance.now() }: WalSyncOptions = {},
): WalSync {
  let log: number | undefined
  /** Not known to be quick before it has shown it. */
  let usualMs = 2 * quickMs

  function answered(began: number): void {
    usualMs += (clock() - began - usualMs) * weight
  }

  async function flushInPool(file: number, began: number): Promise<void> {
    try {
      await sync(file)
    } catch (error) {
      throw refusedBy(error)
    }
    answered(began)
  }

  return {
    flush() {
      const began = clock()
      try {
        log ??= openSync(`${path}-wal`, 'r+')
        if (usualMs >= quickMs) return flushInPool(log, began)
        fdatasyncSync(log)
      } catch (error) {
        throw refusedBy(error)
      }
      answered(began)
      return undefined
    },
    async close() {
      if (log !== undefined) await closeFile(log)
    },
  }
}

function refusedBy(error: unknown): Error {
  return coded('unavailable', `The disk did not take a commit: ${messageOf(error)}.`, { cause: error })
}
