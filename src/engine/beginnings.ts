import { hasGroups } from '../domain/workflow/concurrency.ts'
import { afterCommit } from '../store/signals.ts'
import type { Db } from '../store/store.ts'
import type { DueRuns } from './due-runs.ts'
import type { Lease } from './lease.ts'
import { type LiveDeps, LiveRun, type Turn } from './live-run.ts'
import type { LoadedRun } from './load-run.ts'
import type { Log } from './turns.ts'

/** A run that takes its first turn in the transaction that writes it. */
export interface Beginning {
  run: LiveRun
  turn: Turn
  /** The process that goes on with it; null: it sleeps first of all. */
  owner: string | null
}

interface BeginningsOptions {
  lease: Lease
  due: DueRuns
  deps: LiveDeps
  log: Log
  clock: () => number
  isClosing: () => boolean
  /** Holds a run from now on. */
  hold(run: LiveRun): void
}

export type Beginnings = ReturnType<typeof createBeginnings>

/**
 * Begins new runs in the transaction that writes them: what is decided at once is on disk with the run, which belongs to
 * this process, and its first steps are performed as soon as that has committed.
 */
export function createBeginnings({ lease, due, deps, log, clock, isClosing, hold }: BeginningsOptions) {
  /** Begun in transactions of which nobody knows yet; the next commit that begins any tells of all of them. */
  let undecided = 0

  /**
   * undefined: there is no room, it cannot be this process's, or it may have to wait for others; whoever takes what is due
   * begins it.
   */
  async function begin(tx: Db, loaded: LoadedRun, now: number): Promise<Beginning | undefined> {
    if (isClosing() || hasGroups(loaded.definition) || !due.hasRoom(undecided)) return undefined
    const run = new LiveRun(loaded, deps)
    let turn: Turn
    try {
      turn = run.takeTurn(now)
    } catch (error) {
      log.error({ run: loaded.row.id, err: error }, 'the first turn of a run failed')
      return undefined
    }
    if (turn.parkUntil !== null) return { run, turn, owner: null }
    try {
      const owner = await lease.hold(tx)
      loaded.row.epoch = 1
      run.owned = true
      undecided += 1
      return { run, turn, owner }
    } catch (error) {
      if (lease.isLost(error)) return undefined
      throw error
    }
  }

  return {
    begin,
    /** Goes on with a run once it is on disk; one that was not begun is due. */
    goOn(tx: Db, beginning: Beginning | undefined, seq: number): void {
      afterCommit(tx, () => {
        if (!beginning) {
          if (due.hasRoom(0)) due.lookAt(clock())
          return
        }
        undecided = 0
        const { run, turn, owner } = beginning
        if (owner !== null) lease.held()
        hold(run)
        run.settle(turn, seq)
      })
    },
  }
}
