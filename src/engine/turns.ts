import { setTimeout as wait } from 'node:timers/promises'
import { isCoded, messageOf } from '../errors.ts'
import { moveInGroups } from '../store/concurrency.ts'
import { appendJournals, type JournalPart, readJournalPage } from '../store/journal.ts'
import { claimRun, parkRun } from '../store/run-owners.ts'
import { afterCommit } from '../store/signals.ts'
import type { Db, Store } from '../store/store.ts'
import type { Lease } from './lease.ts'
import { type LiveRun, never, type Turn } from './live-run.ts'

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
  /** These runs have something to hear of their concurrency groups. */
  onGroupNews(runs: readonly string[]): void
}

interface Taken {
  run: LiveRun
  turn: Turn
}

/** What is written together. */
interface Batch {
  now: number
  taken: Taken[]
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
 * The one writer of this process's journals: all runs to which something happened until its transaction begins share
 * it. One is under way at a time; what happens meanwhile goes into the next.
 */
export function createTurns({ store, clock, log, lease, onStopped, onGroupNews }: TurnsOptions) {
  const waiting = new Set<LiveRun>()
  let writing = false
  let closing = false

  function post(run: LiveRun): void {
    waiting.add(run)
    schedule()
  }

  function schedule(): void {
    if (writing || waiting.size === 0) return
    writing = true
    void persist({ now: clock(), taken: [] }).finally(() => {
      writing = false
      schedule()
    })
  }

  /** Lets runs that wait take their turns. What a transaction that is tried again took stays taken. */
  function fill(batch: Batch): void {
    if (batch.taken.length > 0) return
    batch.now = clock()
    const began = performance.now()
    for (const run of waiting) {
      waiting.delete(run)
      try {
        batch.taken.push({ run, turn: run.takeTurn(batch.now) })
      } catch (error) {
        giveUp(run, error)
      }
      if (batch.taken.length >= turnRuns || performance.now() - began > turnMs) return
    }
  }

  async function persist(batch: Batch): Promise<void> {
    for (let pause = 50; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        const seq = await write(batch)
        for (const { run, turn } of batch.taken) run.settle(turn, seq)
        return
      } catch (error) {
        if (lease.isLost(error)) return lease.lose()
        // A full disk or a busy database passes; results of steps that had their effect must not be lost.
        if (isCoded(error) && error.retryable && !closing) {
          const runs = batch.taken.length
          log.warn({ runs, err: messageOf(error) }, 'runs wait: their journals cannot be written')
          await wait(pause)
          continue
        }
        fill(batch)
        const [first, ...others] = batch.taken
        if (!first) return
        if (others.length === 0) return await settleAlone(first, error)
        // One of them must not keep the others.
        for (const one of batch.taken) await persist({ now: batch.now, taken: [one] })
        return
      }
    }
  }

  /** Writes what the runs say in one transaction, if they are still this process's; answers the `seq`. */
  async function write(batch: Batch): Promise<number> {
    let saying: Taken[] = []
    const seq = await store.write(async (tx) => {
      fill(batch)
      saying = batch.taken.filter(({ run, turn }) => turn.changes.length > 0 || !run.owned)
      return saying.length === 0 ? 0 : await writeTurns(tx, saying, batch.now)
    })
    if (saying.length === 0) return seq
    lease.held()
    for (const { run } of saying) {
      if (!run.owned) run.row.epoch += 1
      run.owned = true
    }
    return seq
  }

  async function writeTurns(tx: Db, saying: readonly Taken[], now: number): Promise<number> {
    const owner = await lease.hold(tx)
    const parts: JournalPart[] = []
    for (const { run, turn } of saying) {
      const isStarted = !run.owned && (await claim(tx, { run, turn, owner }))
      const { n, changes } = turn
      parts.push({ run: run.row, n, changes, actor: `workflow:${run.row.workflow_id}`, isStarted })
    }
    const seq = await appendJournals(tx, parts, now)
    for (const { run, turn } of saying) {
      if (turn.moves.length > 0) await move(tx, { run, turn }, now)
      const { parkUntil } = turn
      if (parkUntil !== null)
        await parkRun(tx, { id: run.row.id, wakeAt: parkUntil === never ? null : parkUntil })
    }
    return seq
  }

  /** Takes its turns in concurrency groups; who has news by that hears of it once they are on disk. */
  async function move(tx: Db, { run, turn }: Taken, now: number): Promise<void> {
    const { id, maker, repository_id } = run.row
    const member = { id, scope: `${maker}/${repository_id ?? ''}` }
    const told = await moveInGroups(tx, member, { moves: turn.moves, now })
    // It goes on here and now.
    if (told.includes(id)) turn.parkUntil = null
    if (told.length > 0) afterCommit(tx, () => onGroupNews(told))
  }

  /** Makes the run this process's; answers whether that told its row that it has started. */
  async function claim(tx: Db, { run, turn, owner }: Taken & { owner: string }): Promise<boolean> {
    const starts = turn.changes.some(({ kind }) => kind === 'run.started')
    const { id, epoch } = run.row
    if (!(await claimRun(tx, { id, owner, epoch, startedAt: starts ? turn.now : null })))
      throw new NotOurs(run)
    return starts
  }

  /** Whether a run whose turn failed has been written all the same: its commit may have been heard of by no one. */
  async function settleAlone({ run, turn }: Taken, error: unknown): Promise<void> {
    const { n, changes } = turn
    if (!(error instanceof NotOurs) && changes.length > 0) {
      const page = { runId: run.row.id, after: n - 1, limit: changes.length }
      const there = await readJournalPage(store.read, page).catch(() => [])
      const ours = changes.map(({ kind, at, data }, index) => ({ n: n + index, kind, at, data }))
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
    isQuiet: () => waiting.size === 0 && !writing,
    /** A write that fails is not tried again. */
    wind: () => {
      closing = true
    },
    /** Forgets what waits: the runs belong to somebody else now. */
    clear: () => waiting.clear(),
  }
}
