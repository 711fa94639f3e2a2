import { close, fdatasync, openSync } from 'node:fs'
import { promisify } from 'node:util'
import { coded, messageOf } from '../errors.ts'

/** Brings SQLite's write-ahead log to disk, off the event loop. */
export interface WalSync {
  /** Resolves once all that was committed before is on disk; throws `unavailable` when the disk refuses. */
  flush(): Promise<void>
  close(): Promise<void>
}

const sync = promisify(fdatasync)
const closeFile = promisify(close)

/**
 * For a database that is open: SQLite makes the log before the first commit and leaves it in its place until the last
 * connection closes. Its frames carry checksums that build upon one another, so that after a power cut it ends with a
 * whole commit; and before SQLite copies any of them into the database it syncs the log itself.
 */
export function createWalSync(path: string): WalSync {
  let log: number | undefined
  return {
    async flush() {
      try {
        log ??= openSync(`${path}-wal`, 'r+')
        await sync(log)
      } catch (error) {
        throw coded('unavailable', `The disk did not take a commit: ${messageOf(error)}.`, { cause: error })
      }
    },
    async close() {
      if (log !== undefined) await closeFile(log)
    },
  }
}
