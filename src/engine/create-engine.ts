import { randomUUID, randomUUIDv7 } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunEntry, RunInputs } from '../../contract/run.ts'
import { resolveInputs } from '../domain/workflow/resolve-inputs.ts'
import { coded, messageOf } from '../errors.ts'
import type { Events } from '../events.ts'
import type { NodeIdentity } from '../queue/owner.ts'
import type { RunRow } from '../store/rows/run.ts'
import { askCancel, listAskedCancels, listDueRuns, nextDueRun, postponeRun } from '../store/run-owners.ts'
import { findRun, type OwnedRun } from '../store/runs.ts'
import { afterCommit } from '../store/signals.ts'
import type { Db, Store } from '../store/store.ts'
import { findWorkflow } from '../store/workflows.ts'
import { createLease } from './lease.ts'
import { LiveRun, type LoadedRun } from './live-run.ts'
import { createDefinitions, loadRun } from './load-run.ts'
import { requireControl, requireRerun } from './require-targets.ts'
import { runDueSchedules } from './schedules.ts'
import { createSlots } from './slots.ts'
import { type Person, type StartRequest, writeRerun, writeRun } from './start-run.ts'
import { type RunRepository, startTriggered, type TriggeringEvent } from './start-triggered.ts'
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

/** Hears what a commit of this process put into the journal of one run, in order and without a gap. */
export type JournalListener = (run: OwnedRun, entries: readonly RunEntry[]) => void

export interface Engine {
  /**
   * Starts a run within the caller's transaction and returns its id, or null when the idempotency key is known. It
   * begins to work by itself once the transaction is on disk.
   */
  startRun(tx: Db, request: StartRequest): Promise<string | null>
  /** Starts every workflow that an event triggers, within the transaction that applies its delivery: see its file. */
  startTriggered(tx: Db, event: TriggeringEvent): Promise<string[]>
  /**
   * Starts a workflow as a person asks. Throws `not_found`, `conflict` when it has no `workflow_dispatch`, is
   * switched off or its maker may not write to a repository that it may act in, `forbidden` when the person may not,
   * `invalid_request` for inputs that do not fit.
   */
  startByHand(
    tx: Db,
    request: { workflowId: string; inputs: RunInputs; repository: RunRepository | null; by: Person },
  ): Promise<string>
  /** Asks a run to stop. Throws `not_found`, `forbidden`, or `conflict` when it is over. */
  cancelRun(runId: string, by: Person): Promise<void>
  /**
   * Starts the next attempt of a run that is over, of the same version. Whoever asks is who started it, also where an
   * event started the one before. Throws `not_found`, `forbidden` or `conflict`.
   */
  rerunRun(runId: string, by: Person): Promise<string>
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

/** A run that cannot be read is looked at again after so long. */
const brokenPauseMs = 10 * 60_000

/** Makes the engine; it does nothing until `start`. */
export function createEngine(options: EngineOptions): Engine {
  const { store, log, events, steps, github, clock = Date.now } = options
  const { maxParallelSteps = 50, tickMs = 1_000, graceMs = 5_000 } = options
  const { maxLiveRuns = 1_000, leaseMs = 30_000 } = options
  const { node = { id: randomUUID(), incarnation: randomUUID() } } = options
  const live = new Map<string, LiveRun>()
  const listeners = new Set<JournalListener>()
  const definitions = createDefinitions()
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
      takeUpLater(clock())
    },
  })
  const turns = createTurns({
    ...{ store, clock, log, lease },
    onStopped: (run) => void live.delete(run.row.id),
  })
  const deps = {
    ...{ store, clock, events, steps, github },
    slots: createSlots(maxParallelSteps),
    onMessage: turns.post,
    onEntries: (run: OwnedRun, entries: readonly RunEntry[]) => {
      for (const listener of listeners) listener(run, entries)
    },
    onGone(run: LiveRun) {
      live.delete(run.row.id)
      const { parkedUntil } = run
      if (parkedUntil !== null) takeUpLater(parkedUntil)
      else if (crowded) takeUpLater(clock())
    },
  }

  function adopt(run: LoadedRun): LiveRun {
    const adopted = new LiveRun(run, deps)
    live.set(run.row.id, adopted)
    if (closing) adopted.wind()
    return adopted
  }

  /** Goes on with a run once the transaction that starts it is on disk; with many at hand it waits there. */
  function resumeAfterCommit(tx: Db, run: LoadedRun): string {
    const { id } = run.row
    afterCommit(tx, () => {
      if (closing || live.has(id)) return
      if (live.size >= maxLiveRuns) crowded = true
      else adopt(run).resume()
    })
    return id
  }

  /** Runs are due that there is no room for. */
  let crowded = false
  let nextLook = Number.POSITIVE_INFINITY
  let waker: NodeJS.Timeout | undefined
  let taking: Promise<void> = Promise.resolve()

  /** Looks for due runs at a time, or before. */
  function takeUpLater(time: number): void {
    if (closing || time >= nextLook) return
    nextLook = time
    clearTimeout(waker)
    // Longer waits overflow the timer, which then fires at once.
    const ms = Math.min(Math.max(0, time - clock()), 2 ** 31 - 1)
    waker = setTimeout(() => {
      nextLook = Number.POSITIVE_INFINITY
      takeUpDue().catch((error) => {
        log.warn({ err: messageOf(error) }, 'due runs could not be taken up')
        takeUpLater(clock() + tickMs)
      })
    }, ms).unref()
  }

  /** Takes up runs that are due, as far as there is room; one look after the other. */
  function takeUpDue(): Promise<void> {
    taking = taking.catch(() => {}).then(lookForDue)
    return taking
  }

  async function lookForDue(): Promise<void> {
    while (!closing) {
      const room = maxLiveRuns - live.size
      crowded = room <= 0
      if (crowded) return
      // Those that are taken up already and not yet claimed are among them.
      const limit = Math.min(room, 100) + [...live.values()].filter(({ owned }) => !owned).length
      const due = await listDueRuns(store.read, { now: clock(), limit })
      const fresh = due.filter(({ id }) => !live.has(id))
      for (const row of fresh) await takeUpRun(row)
      if (due.length < limit) break
    }
    const next = await nextDueRun(store.read)
    if (next !== null) takeUpLater(Math.max(next, clock() + 20))
  }

  async function takeUpRun(row: RunRow): Promise<LiveRun | undefined> {
    try {
      const run = await loadRun(store.read, row)
      const known = live.get(row.id)
      if (known) return known
      const taken = adopt(run)
      // First the wish to stop: what it stops is not begun again.
      if (row.cancel_asked_at !== null) void taken.cancel(row.cancel_asked_by).catch(() => {})
      taken.resume()
      return taken
    } catch (error) {
      log.error({ run: row.id, err: error }, 'a run cannot be taken up')
      // Later perhaps; it must not keep the others.
      await store.write((tx) => postponeRun(tx, { id: row.id, wakeAt: clock() + brokenPauseMs }))
      return undefined
    }
  }

  /** Hears what was asked of this process's runs elsewhere. */
  async function hearCancels(): Promise<void> {
    for (const { id, cancel_asked_by } of await listAskedCancels(store.read, { limit: 100 })) {
      await live.get(id)?.cancel(cancel_asked_by)
    }
  }

  async function startRun(tx: Db, request: StartRequest): Promise<string | null> {
    const started = await writeRun(tx, request, { definitions, now: clock() })
    return started ? resumeAfterCommit(tx, started) : null
  }

  const startByHand: Engine['startByHand'] = async (tx, { workflowId, inputs, repository, by }) => {
    const { version } = await findWorkflow(tx, workflowId)
    const { dispatch } = (await definitions(tx, { id: workflowId, version })).on
    if (!dispatch)
      throw coded(
        'conflict',
        "This workflow has no 'workflow_dispatch' in 'on': it cannot be started by hand.",
      )
    const resolved = resolveInputs(dispatch, inputs)
    if (resolved.problems.length > 0)
      throw coded('invalid_request', `The inputs do not fit: ${resolved.problems.join('; ')}.`)
    const id = await startRun(tx, {
      workflowId,
      idempotencyKey: `manual:${randomUUIDv7()}`,
      event: 'workflow_dispatch',
      payload: {
        inputs: resolved.inputs,
        repository: repository && named(repository),
        sender: { login: by.login },
      },
      deliveryId: null,
      repository,
      actor: by.login,
      startedBy: by.userId,
      causeDepth: 0,
      inputs: resolved.inputs,
    })
    if (!id) throw coded('internal', 'The run was not stored.')
    return id
  }

  async function findAny(runId: string) {
    const row = await findRun(store.read, runId)
    if (!row) throw coded('not_found', 'There is no such run.')
    return row
  }

  async function cancelRun(runId: string, by: Person): Promise<void> {
    await requireControl(store.read, await loadRun(store.read, await findAny(runId)), by.userId)
    if (await cancelHere(runId, by.login)) return
    const row = await findAny(runId)
    if (row.status === 'completed') throw coded('conflict', 'The run is over: there is nothing to cancel.')
    await store.write((tx) => askCancel(tx, { id: runId, by: by.login, now: clock() }))
    // Nobody's run is taken up for it; another process sees what was written down.
    if (row.owner === null && !closing) {
      await takeUpRun(row)
      await cancelHere(runId, by.login)
    }
  }

  async function cancelHere(runId: string, by: string): Promise<boolean> {
    const run = live.get(runId)
    if (!run) return false
    await run.cancel(by)
    return true
  }

  async function rerunRun(runId: string, by: Person): Promise<string> {
    const row = await findAny(runId)
    const run = await loadRun(store.read, row)
    await requireRerun(store.read, run, by.userId)
    if (row.status !== 'completed') throw coded('conflict', 'The run is not over yet; cancel it first.')
    return await store.write(async (tx) => {
      const started = await writeRerun(tx, { row, run, by, now: clock() })
      if (!started) throw coded('conflict', 'The run was started again already; re-run its latest attempt.')
      return resumeAfterCommit(tx, started)
    })
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
    await takeUpDue()
  }

  const isQuiet = () => !crowded && turns.isQuiet() && [...live.values()].every((run) => run.isQuiet())

  async function untilQuiet(ms: number): Promise<boolean> {
    const deadline = performance.now() + ms
    while (!isQuiet()) {
      if (performance.now() > deadline) return false
      await wait(2)
    }
    return true
  }

  return {
    startRun,
    startTriggered: (tx, happened) => startTriggered(tx, happened, { startRun, log, now: clock() }),
    startByHand,
    cancelRun,
    rerunRun,
    tick,
    onJournal(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async start() {
      await lease.endOthers()
      await takeUpDue()
      ticker = setInterval(() => {
        tick().catch((error) => log.error({ err: error }, 'what is due could not be looked at'))
      }, tickMs)
    },
    async idle() {
      await untilQuiet(Number.POSITIVE_INFINITY)
    },
    async close() {
      closing = true
      crowded = false
      clearInterval(ticker)
      clearTimeout(waker)
      await Promise.allSettled([ticking, taking])
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

/** What a run is told of the repository that a person names. */
function named({ id, full_name, default_branch }: RunRepository): RunRepository {
  return { id, full_name, ...(default_branch && { default_branch }) }
}
