import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import type { GithubAddresses } from '../domain/workflow/github-context.ts'
import { messageOf } from '../errors.ts'
import type { Events } from '../events.ts'
import type { NodeIdentity } from '../queue/owner.ts'
import { listRunsWithGroupNews, readGroupNews, wakeRun } from '../store/concurrency.ts'
import { listAskedCancels } from '../store/run-owners.ts'
import type { OwnedRun } from '../store/runs.ts'
import type { Sealer } from '../store/sealing.ts'
import type { Db, Store } from '../store/store.ts'
import { createBeginnings } from './beginnings.ts'
import { type Commands, createCommands } from './commands.ts'
import { createDueRuns } from './due-runs.ts'
import { createLease } from './lease.ts'
import { LiveRun, type Written } from './live-run.ts'
import { createDefinitions, type LoadedRun } from './load-run.ts'
import { createReadValues } from './read-values.ts'
import { runDueSchedules } from './schedules.ts'
import { createSlots } from './slots.ts'
import { type StartRequest, writeRun } from './start-run.ts'
import { startTriggered, type TriggeringEvent } from './start-triggered.ts'
import type { Steps } from './step.ts'
import type { GithubActorOf } from './steps/github-actor.ts'
import { createTurns, type Log } from './turns.ts'

export interface EngineOptions {
  store: Store
  /** Which start of which hub this is: what its earlier starts left is taken up at once. */
  node?: NodeIdentity
  clock?: () => number
  log: Log
  events: Events
  /** What the step kinds do. */
  steps: Steps
  /** GitHub in the name of a user; steps come to it only through `authorize`. */
  github: GithubActorOf
  /** Where that GitHub is, for expressions; absent: github.com. */
  addresses?: GithubAddresses
  /** Opens the secrets of workflows; absent: they are told none. */
  sealer?: Sealer
  /** Steps of one kind that are performed at the same time. */
  maxParallelSteps?: number
  /** Runs that are held in memory; more wait in the database for their turn. */
  maxLiveRuns?: number
  /** A process that says nothing for so long has lost its runs to others. */
  leaseMs?: number
  /** How often to look for schedules whose slot has come, and for what other processes left or ask for. */
  tickMs?: number
  /** How long steps may take to end when the hub closes. */
  graceMs?: number
}

/** Commands at a time: they are what the machine's cores are for. */
const maxCommands = Math.max(4, 2 * availableParallelism())

/** Hears what a commit of this process put into the journal of one run, in order and without a gap. */
export type JournalListener = (run: OwnedRun, written: Written) => void

export interface Engine extends Commands {
  /**
   * Starts a run within the caller's transaction and returns its id, or null when the idempotency key is known. It
   * begins to work by itself once the transaction is on disk.
   */
  startRun(tx: Db, request: StartRequest): Promise<string | null>
  /** Starts every workflow that an event triggers, within the transaction that applies its delivery: see its file. */
  startTriggered(tx: Db, event: TriggeringEvent): Promise<string[]>
  /** Calls `listener` after each commit. Returns the unsubscriber. */
  onJournal(listener: JournalListener): () => void
  /** Takes up the runs that are due, then watches for those that become so and for schedules. */
  start(): Promise<void>
  /** Starts what the schedules ask for now, and takes up what others left. */
  tick(): Promise<void>
  /** Resolves when nothing moves: every live run is over or sleeps. */
  idle(): Promise<void>
  /** Lets running steps end for a while, abandons the rest; the next start takes them up. */
  close(): Promise<void>
}

/** Makes the engine; it does nothing until `start`. */
export function createEngine(options: EngineOptions): Engine {
  const { store, log, events, steps, github, clock = Date.now } = options
  const { maxParallelSteps = 50, tickMs = 1_000, graceMs = 5_000 } = options
  const { maxLiveRuns = 1_000, leaseMs = 30_000 } = options
  const { node = { id: randomUUID(), incarnation: randomUUID() } } = options
  const live = new Map<string, LiveRun>()
  const listeners = new Set<JournalListener>()
  let ticker: NodeJS.Timeout | undefined
  let ticking: Promise<void> = Promise.resolve()
  let closing = false

  const lease = createLease({
    ...{ store, node, clock, leaseMs },
    onError: (error) => log.warn({ err: messageOf(error) }, 'the lease of the runs could not be held'),
    onLost() {
      log.warn({ runs: live.size }, 'another process has taken over the runs of this one')
      for (const run of live.values()) run.stop()
      live.clear()
      turns.clear()
      due.lookAt(clock())
    },
  })
  const turns = createTurns({
    ...{ store, clock, log, lease },
    onStopped: (run) => void live.delete(run.row.id),
    onGroupNews: (runs) => {
      tellGroupNews(runs).catch((error) => {
        log.warn({ err: messageOf(error) }, 'what was decided in concurrency groups could not be told')
      })
      due.lookAt(clock())
    },
  })
  const { addresses } = options
  const readValues = createReadValues(options.sealer)
  const due = createDueRuns({
    store,
    clock,
    log,
    live,
    maxLiveRuns,
    addresses,
    readValues,
    adopt,
    retryMs: tickMs,
  })
  const deps = {
    ...{ store, clock, events, steps, github },
    slots: createSlots(maxParallelSteps, { run: Math.min(maxParallelSteps, maxCommands) }),
    onMessage: turns.post,
    onWritten(run: OwnedRun, written: Written) {
      for (const listener of listeners) listener(run, written)
    },
    onGone(run: LiveRun) {
      live.delete(run.row.id)
      due.left(run)
    },
  }

  function adopt(run: LoadedRun): LiveRun {
    const adopted = new LiveRun(run, deps)
    hold(adopted)
    return adopted
  }

  function hold(run: LiveRun): void {
    live.set(run.row.id, run)
    if (closing) run.wind()
  }

  const beginnings = createBeginnings({
    ...{ lease, due, deps, log, clock, hold },
    isClosing: () => closing,
  })
  const starting = { definitions: createDefinitions(), beginnings, addresses, readValues }

  async function startRun(tx: Db, request: StartRequest): Promise<string | null> {
    return (await writeRun(tx, request, { ...starting, now: clock() })) ?? null
  }

  /** Hears what was asked of this process's runs elsewhere. */
  async function hearCancels(): Promise<void> {
    for (const { id, cancel_asked_by } of await listAskedCancels(store.read, { limit: 100 })) {
      await live.get(id)?.cancel(cancel_asked_by)
    }
  }

  /** Tells runs of this process what was decided in their concurrency groups, here or elsewhere. */
  async function tellGroupNews(runs: readonly string[]): Promise<void> {
    for (const id of runs) {
      const run = live.get(id)
      if (run) run.hear(await readGroupNews(store.read, id))
    }
  }

  function tick(): Promise<void> {
    // A look that failed must not be the last.
    ticking = ticking.catch(() => {}).then(lookAround)
    return ticking
  }

  async function lookAround(): Promise<void> {
    await runDueSchedules({ store, now: clock(), start: startRun })
    await lease.endOthers()
    await hearCancels()
    const told = await listRunsWithGroupNews(store.read, { limit: 100 })
    await tellGroupNews(told)
    // One that left memory in the moment in which it was to hear of it.
    const away = told.filter((id) => !live.has(id))
    if (away.length > 0)
      await store.write(async (tx) => {
        for (const id of away) await wakeRun(tx, id, clock())
      })
    await due.lookNow()
  }

  const isQuiet = () =>
    !due.isCrowded() && turns.isQuiet() && [...live.values()].every((run) => run.isQuiet())

  async function untilQuiet(ms: number): Promise<boolean> {
    const deadline = performance.now() + ms
    while (!isQuiet()) {
      if (performance.now() > deadline) return false
      await wait(2)
    }
    return true
  }

  return {
    ...createCommands({ store, clock, live, due, starting }),
    startRun,
    startTriggered: (tx, happened) => startTriggered(tx, happened, { startRun, log, now: clock() }),
    tick,
    onJournal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start() {
      await lease.endOthers()
      await due.lookNow()
      ticker = setInterval(() => {
        tick().catch((error) => log.error({ err: error }, 'what is due could not be looked at'))
      }, tickMs)
    },
    async idle() {
      await untilQuiet(Number.POSITIVE_INFINITY)
    },
    async close() {
      closing = true
      clearInterval(ticker)
      await Promise.allSettled([ticking, due.close()])
      for (const run of live.values()) run.wind()
      if (!(await untilQuiet(graceMs))) {
        turns.wind()
        for (const run of live.values()) run.stop()
        live.clear()
        await untilQuiet(graceMs)
      }
      await lease.release().catch((error) => {
        log.warn({ err: messageOf(error) }, 'runs could not be left to others')
      })
    },
  }
}
