import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers'
import { type CodedError, coded } from '../errors.ts'
import type { LoggedChange } from './changes.ts'
import { isPassing, toCodedError } from './sqlite-errors.ts'
import { withoutRows } from './sqlite-statements.ts'
import type { Db } from './store.ts'

/** One write that waits for its turn. */
interface Waiting {
  tx: Db
  work(): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

interface Settled {
  waiting: Waiting
  value: unknown
}

interface GroupCommitOptions {
  database: DatabaseSync
  /** Returns, or resolves, once what was committed is on disk. */
  flush(): Promise<void> | undefined
  /** The disk refused a commit for a reason that waiting does not cure: nothing may be acknowledged any more. */
  onFatal(error: unknown): void
  /** Appends what these have collected, as the last statements of their commit. */
  append(txs: readonly Db[]): Promise<readonly LoggedChange[]>
  /** They are on disk; who wrote them hears of it next. */
  onCommit(commit: Commit, what: { txs: readonly Db[]; appended: readonly LoggedChange[] }): void
}

/** One commit: how many writes shared it, and how long the event loop was held for them. */
export interface Commit {
  writes: number
  ms: number
}

/** A group ends after so long, so that the event loop is not held, even when more writes wait. */
const groupMs = 6
const groupWrites = 500

export interface GroupCommit {
  write<T>(tx: Db, work: () => Promise<T>): Promise<T>
  /** Resolves when what can be read now is on disk; throws when it may never be. */
  flushed(): Promise<void>
  /** Commits what waits, refuses what comes later. */
  close(): Promise<void>
}

/**
 * Collects the writes of one turn of the event loop and runs them one after another in one transaction: one
 * flush for all of them. Each is a savepoint of its own, rolled back alone when it throws; promises resolve once the
 * commit is on disk. The event loop goes on meanwhile, and what it brings to be written makes the next group.
 */
export function createGroupCommit(options: GroupCommitOptions): GroupCommit {
  const { database, flush, onFatal, append, onCommit } = options
  const begin = withoutRows(database.prepare('begin immediate'))
  const commit = withoutRows(database.prepare('commit'))
  const rollback = withoutRows(database.prepare('rollback'))
  const savepoint = withoutRows(database.prepare('savepoint alone'))
  const release = withoutRows(database.prepare('release alone'))
  const rollbackAlone = withoutRows(database.prepare('rollback to alone'))

  let waiting: Waiting[] = []
  let running: Promise<void> | undefined
  let refused: CodedError | undefined
  /** What is committed and not yet known to be on disk. */
  let flushing: Promise<void> | undefined

  function schedule(): void {
    running ??= new Promise((resolve) => {
      setImmediate(async () => {
        await commitGroup()
        running = undefined
        if (waiting.length > 0) schedule()
        resolve()
      })
    })
  }

  async function commitGroup(): Promise<void> {
    const settled: Settled[] = []
    const txs: Db[] = []
    let appended: readonly LoggedChange[] = []
    const began = performance.now()
    let ms = 0
    let next = 0
    const group = waiting
    waiting = []
    try {
      begin.run()
    } catch (error) {
      fail(error, group)
      return
    }
    try {
      while (next < group.length) {
        const write = group[next++] as Waiting
        // The first write of a group has nothing before it to protect: it is rolled back by starting over.
        const first = settled.length === 0
        if (!first) savepoint.run()
        try {
          const value = await write.work()
          if (!first) release.run()
          settled.push({ waiting: write, value })
          txs.push(write.tx)
        } catch (error) {
          write.reject(toCodedError(error))
          if (!database.isTransaction) throw error // SQLite gave up the whole group, as on a full disk
          if (first) {
            rollback.run()
            begin.run()
          } else {
            rollbackAlone.run()
            release.run()
          }
        }
        if (performance.now() - began > groupMs || next >= groupWrites) break
      }
      appended = await append(txs)
      commit.run()
      ms = performance.now() - began
      flushing = flush()
      if (flushing) await flushing
      flushing = undefined
    } catch (error) {
      if (database.isTransaction) rollback.run()
      waiting = group.slice(next).concat(waiting)
      fail(
        error,
        settled.map((write) => write.waiting),
      )
      return
    }
    // What the group had no time for goes first in the next one.
    if (next < group.length) waiting = group.slice(next).concat(waiting)
    onCommit({ writes: settled.length, ms }, { txs, appended })
    for (const { waiting: write, value } of settled) write.resolve(value)
  }

  function fail(error: unknown, writes: Waiting[]): void {
    const reason = toCodedError(error)
    for (const { reject } of writes) reject(reason)
    if (isPassing(error)) return
    refused = coded('unavailable', 'The database does not commit any more; the hub must be restarted.', {
      cause: error,
    })
    for (const { reject } of waiting.splice(0)) reject(refused)
    onFatal(error)
  }

  return {
    write<T>(tx: Db, work: () => Promise<T>): Promise<T> {
      if (refused) return Promise.reject(refused)
      return new Promise<T>((resolve, reject) => {
        waiting.push({ tx, work, resolve: resolve as (value: unknown) => void, reject })
        schedule()
      })
    },
    async flushed() {
      await flushing
    },
    async close() {
      while (running) await running
      refused ??= coded('unavailable', 'The store is closed.')
    },
  }
}
