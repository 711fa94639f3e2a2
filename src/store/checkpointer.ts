import type { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'

/** Frames (of 4 KiB) that wait in the write-ahead log before they are copied into the database. */
const worthCopying = 8_000
/** Few enough for the writer itself, which alone can meet the end of the log and let it start over. */
const quicklyFinished = 800
/** Beyond this the writer copies everything, however long that takes: the log must not fill the disk. */
const tooMany = 65_536
/** Looking is cheap, but not free. */
const lookEveryMs = 20
const retryMs = 1_000
/** The thread ends after so long without work: it holds some 10 MB. */
const usualRestMs = 10_000

export interface Checkpointer {
  /** To be called after commits. */
  look(): void
  /** Whether there is a thread now. */
  hasThread(): boolean
  close(): Promise<void>
}

/**
 * Keeps the write-ahead log short without holding the event loop: a thread copies the bulk while writes go on, the
 * writer only the last few frames. Under a storm of webhooks the pauses are milliseconds instead of hundreds.
 * The thread starts when there is enough to copy, and ends when there has been nothing for a while.
 */
export function createCheckpointer({
  database,
  path,
  restMs = usualRestMs,
}: {
  database: DatabaseSync
  path: string
  restMs?: number
}): Checkpointer {
  database.exec(`pragma wal_autocheckpoint = ${tooMany}`)
  const progress = database.prepare('pragma wal_checkpoint(noop)')
  const finish = database.prepare('pragma wal_checkpoint(passive)')
  let thread: Worker | undefined
  let resting: NodeJS.Timeout | undefined
  /** The thread that was last told to end. */
  let leaving: Promise<void> | undefined
  let copying = false
  let lookedAt = 0

  function waiting(): number {
    const { log, checkpointed } = progress.get() as { log: number; checkpointed: number }
    return log - checkpointed
  }

  /** Whatever keeps pages from the database, they are safe in the log; a commit that fails will say it. */
  function finishQuietly(): void {
    try {
      finish.get()
    } catch {
      lookedAt = performance.now() + retryMs
    }
  }

  function copy(): void {
    copying = true
    clearTimeout(resting)
    thread ??= start()
    thread.postMessage('checkpoint')
  }

  function start(): Worker {
    const worker = new Worker(new URL('./checkpoint-thread.ts', import.meta.url), {
      workerData: { path },
      resourceLimits: { maxYoungGenerationSizeMb: 1 },
    })
    worker.unref()
    worker.on('message', () => {
      copying = false
      if (waiting() > quicklyFinished) copy()
      else rest(worker)
    })
    // Without the thread the writer copies, as SQLite does by itself; the next storm tries a new thread.
    worker.on('error', finishQuietly)
    worker.on('exit', () => {
      if (thread !== worker) return
      copying = false
      thread = undefined
    })
    return worker
  }

  function rest(worker: Worker): void {
    finishQuietly()
    resting = setTimeout(() => {
      thread = undefined
      leaving = end(worker)
    }, restMs).unref()
  }

  function end(worker: Worker): Promise<void> {
    worker.ref()
    return new Promise((resolve) => {
      worker.once('exit', () => resolve())
      worker.postMessage('close')
    })
  }

  return {
    look() {
      const now = performance.now()
      if (copying || now - lookedAt < lookEveryMs) return
      lookedAt = now
      if (waiting() > worthCopying) copy()
    },
    hasThread: () => thread !== undefined,
    async close() {
      clearTimeout(resting)
      await Promise.all([leaving, thread && end(thread)])
    },
  }
}
