import { randomUUIDv7 } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { RunEntry, RunInputs } from '../../contract/run.ts'
import { resolveInputs } from '../domain/workflow/resolve-inputs.ts'
import { coded } from '../errors.ts'
import type { Events } from '../events.ts'
import { findRun, listUnfinishedRuns, type OwnedRun } from '../store/runs.ts'
import { afterCommit } from '../store/signals.ts'
import type { Db, Store } from '../store/store.ts'
import { findWorkflow } from '../store/workflows.ts'
import { createLiveRun, type LiveRun, type LoadedRun, type Log } from './live-run.ts'
import { createDefinitions, loadRun } from './load-run.ts'
import { requireControl, requireRerun } from './require-targets.ts'
import { runDueSchedules } from './schedules.ts'
import { createSlots } from './slots.ts'
import { type Person, type StartedRun, type StartRequest, writeRerun, writeRun } from './start-run.ts'
import { type RunRepository, startTriggered, type TriggeringEvent } from './start-triggered.ts'
import type { Steps } from './step.ts'
import type { GithubActorOf } from './steps/github-actor.ts'

export interface EngineOptions {
  store: Store
  clock?: () => number
  log: Log
  events: Events
  /** What the step kinds do. */
  steps: Steps
  /** GitHub in the name of a user; steps come to it only through `authorize`. */
  github: GithubActorOf
  /** Steps that are performed at the same time. */
  maxParallelSteps?: number
  /** How often to look for schedules whose slot has come. */
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
  /** Takes up every unfinished run, then watches the schedules. */
  start(): Promise<void>
  /** Starts what the schedules ask for now. */
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
  const live = new Map<string, LiveRun>()
  const listeners = new Set<JournalListener>()
  const definitions = createDefinitions()
  const deps = {
    ...{ store, clock, log, events, steps, github },
    slots: createSlots(maxParallelSteps),
    onEntries: (run: OwnedRun, entries: readonly RunEntry[]) => {
      for (const listener of listeners) listener(run, entries)
    },
    onOver: (runId: string) => void live.delete(runId),
  }
  let ticker: NodeJS.Timeout | undefined
  let ticking: Promise<void> = Promise.resolve()
  let closing = false

  function adopt(run: LoadedRun): LiveRun {
    const adopted = createLiveRun(run, deps)
    live.set(run.row.id, adopted)
    return adopted
  }

  function settleAfterCommit(tx: Db, started: StartedRun): string {
    const { id } = started.run.row
    afterCommit(tx, () => {
      // `recover` may have found the run on disk a moment before this.
      if (!closing && !live.has(id)) adopt(started.run).settle(started.entries, started.planned)
    })
    return id
  }

  async function startRun(tx: Db, request: StartRequest): Promise<string | null> {
    const started = await writeRun(tx, request, { definitions, now: clock() })
    return started ? settleAfterCommit(tx, started) : null
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
    const run = live.get(runId)
    if (run) return await run.cancel(by.login)
    throw coded('conflict', 'The run is over: there is nothing to cancel.')
  }

  async function rerunRun(runId: string, by: Person): Promise<string> {
    const row = await findAny(runId)
    const run = await loadRun(store.read, row)
    await requireRerun(store.read, run, by.userId)
    if (row.status !== 'completed') throw coded('conflict', 'The run is not over yet; cancel it first.')
    return await store.write(async (tx) => {
      const started = await writeRerun(tx, { row, run, by, now: clock() })
      if (!started) throw coded('conflict', 'The run was started again already; re-run its latest attempt.')
      return settleAfterCommit(tx, started)
    })
  }

  async function recover(): Promise<void> {
    for (const row of await listUnfinishedRuns(store.read)) {
      if (live.has(row.id)) continue
      try {
        const run = await loadRun(store.read, row)
        if (!live.has(row.id)) adopt(run).resume()
      } catch (error) {
        log.error({ run: row.id, err: error }, 'a run cannot be taken up')
      }
    }
  }

  function tick(): Promise<void> {
    // A look that failed must not be the last.
    ticking = ticking.catch(() => {}).then(() => runDueSchedules({ store, now: clock(), start: startRun }))
    return ticking
  }

  async function untilQuiet(ms: number): Promise<boolean> {
    const deadline = performance.now() + ms
    while ([...live.values()].some((run) => !run.isQuiet())) {
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
      await recover()
      ticker = setInterval(() => {
        tick().catch((error) => log.error({ err: error }, 'schedules could not be looked at'))
      }, tickMs)
    },
    async idle() {
      await untilQuiet(Number.POSITIVE_INFINITY)
    },
    async close() {
      closing = true
      clearInterval(ticker)
      await ticking.catch(() => {})
      for (const run of live.values()) run.wind()
      if (!(await untilQuiet(graceMs))) {
        for (const run of live.values()) run.stop()
        await untilQuiet(graceMs)
      }
    },
  }
}

/** What a run is told of the repository that a person names. */
function named({ id, full_name, default_branch }: RunRepository): RunRepository {
  return { id, full_name, ...(default_branch && { default_branch }) }
}
