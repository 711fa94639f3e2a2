import { setTimeout as wait } from 'node:timers/promises'
import { isCoded, messageOf } from '../errors.ts'
import { appendJournals, readJournalPage } from '../store/journal.ts'
import { claimRun, parkRun } from '../store/run-owners.ts'
import type { Db, Store } from '../store/store.ts'
import type { Lease } from './lease.ts'
import type { LiveRun, Turn } from './live-run.ts'

/** The few words of a logger that the engine needs; pino fits. */
export interface Log {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

interface TurnsOptions {
  store: Store
  clock: () => number
  log: Log
  lease: Lease
  /** The run is not this process's to write, or cannot be continued: it has been stopped. */
  onStopped(run: LiveRun): void
}

interface Taken {
  run: LiveRun
  turn: Turn
}

/** Planning holds the event loop: so long at most, and so many runs. */
const turnMs = 4
const turnRuns = 400

/** Another process owns the run, or wrote its journal. */
class NotOurs extends Error {
  readonly run: LiveRun

  constructor(run: LiveRun) {
    super('the run has another owner')
    this.run = run
  }
}

/**
 * The one writer of this process's journals: all runs to which something happened in one turn of the event loop share
 * one transaction. One is under way at a time; what happens meanwhile goes into the next.
 */
export function createTurns({ store, clock, log, lease, onStopped }: TurnsOptions) {
  const waiting = new Set<LiveRun>()
  let scheduled = false
  let writing = false
  let closing = false

  function post(run: LiveRun): void {
    waiting.add(run)
    schedule()
  }

  function schedule(): void {
    if (scheduled || writing || waiting.size === 0) return
    scheduled = true
    setImmediate(() => {
      scheduled = false
      writing = true
      void work().finally(() => {
        writing = false
        schedule()
      })
    })
  }

  async function work(): Promise<void> {
    const now = clock()
    const began = performance.now()
    const taken: Taken[] = []
    for (const run of waiting) {
      waiting.delete(run)
      try {
        taken.push({ run, turn: run.takeTurn(now) })
      } catch (error) {
        giveUp(run, error)
      }
      if (taken.length >= turnRuns || performance.now() - began > turnMs) break
    }
    await persist(taken, now)
  }

  async function persist(taken: readonly Taken[], now: number): Promise<void> {
    for (let pause = 50; taken.length > 0; pause = Math.min(pause * 2, 5_000)) {
      try {
        const seq = await write(taken, now)
        for (const { run, turn } of taken) run.settle(turn, seq)
        return
      } catch (error) {
        if (lease.isLost(error)) return lease.lose()
        // A full disk or a busy database passes; results of steps that had their effect must not be lost.
        if (isCoded(error) && error.retryable && !closing) {
          log.warn(
            { runs: taken.length, err: messageOf(error) },
            'runs wait: their journals cannot be written',
          )
          await wait(pause)
        } else if (taken.length === 1) {
          return await settleAlone(taken[0]!, error)
        } else {
          // One of them must not keep the others.
          for (const one of taken) await persist([one], now)
          return
        }
      }
    }
  }

  /** Writes what the runs say in one transaction, if they are still this process's; answers the `seq`. */
  async function write(taken: readonly Taken[], now: number): Promise<number> {
    const saying = taken.filter(({ run, turn }) => turn.entries.length > 0 || !run.owned)
    if (saying.length === 0) return 0
    let seq = 0
    await store.write(async (tx) => {
      const owner = await lease.hold(tx)
      for (const { run } of saying) if (!run.owned) await claim(tx, run, owner)
      const parts = saying.map(({ run: { row }, turn: { entries } }) => {
        return { run: row, entries, actor: `workflow:${row.workflow_id}` }
      })
      seq = await appendJournals(tx, parts, now)
      for (const { run, turn } of saying) {
        if (turn.parkUntil !== null) await parkRun(tx, { id: run.row.id, wakeAt: turn.parkUntil })
      }
    })
    lease.held()
    for (const { run } of saying) {
      if (!run.owned) run.row.epoch += 1
      run.owned = true
    }
    return seq
  }

  async function claim(tx: Db, run: LiveRun, owner: string): Promise<void> {
    const { id, epoch } = run.row
    if (!(await claimRun(tx, { id, owner, epoch }))) throw new NotOurs(run)
  }

  /** Whether a run whose turn failed has been written all the same: its commit may have been heard of by no one. */
  async function settleAlone({ run, turn }: Taken, error: unknown): Promise<void> {
    const [first] = turn.entries
    if (!(error instanceof NotOurs) && first) {
      const page = { runId: run.row.id, after: first.n - 1, limit: turn.entries.length }
      const there = await readJournalPage(store.read, page).catch(() => [])
      const ours = turn.entries.map(({ n, kind, at, data }) => ({ n, kind, at, data }))
      const theirs = there.map(({ n, kind, at, data }) => ({ n, kind, at, data }))
      if (JSON.stringify(ours) === JSON.stringify(theirs)) {
        run.owned = true
        return run.settle(turn, there[0]!.seq)
      }
    }
    giveUp(run, error)
  }

  function giveUp(run: LiveRun, error: unknown): void {
    // Left as it is on disk; whoever takes it up goes on from there.
    if (!(error instanceof NotOurs)) {
      log.error({ run: run.row.id, err: error }, 'a run stopped: its journal could not be continued')
    }
    waiting.delete(run)
    run.stop(error)
    onStopped(run)
  }

  return {
    post,
    isQuiet: () => waiting.size === 0 && !writing && !scheduled,
    /** A write that fails is not tried again. */
    wind: () => {
      closing = true
    },
    /** Forgets what waits: the runs belong to somebody else now. */
    clear: () => waiting.clear(),
  }
}
