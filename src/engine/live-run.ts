import {
  type NumberedChange,
  numbered,
  type RunChange,
  type RunEntry,
  type RunState,
  reduce,
} from '../../contract/run.ts'
import { decide } from '../domain/workflow/decide.ts'
import { ended, finishStep, type StepRef, stepDefinition } from '../domain/workflow/finish-step.ts'
import { type Plan, plan } from '../domain/workflow/plan.ts'
import { waitForRetry } from '../domain/workflow/retry.ts'
import { filled, type Situation, stepContexts, stepState } from '../domain/workflow/run-contexts.ts'
import { stepKind } from '../domain/workflow/step-kinds.ts'
import { takeUp } from '../domain/workflow/take-up.ts'
import { coded } from '../errors.ts'
import type { Events } from '../events.ts'
import type { RunRow } from '../store/rows/run.ts'
import type { OwnedRun } from '../store/runs.ts'
import type { Store } from '../store/store.ts'
import { authorizeFor } from './authorize.ts'
import { type Performed, performStep } from './perform-step.ts'
import type { Slots } from './slots.ts'
import type { PerformedKind, Steps } from './step.ts'
import type { GithubActorOf } from './steps/github-actor.ts'

export interface LiveDeps {
  store: Store
  clock: () => number
  events: Events
  steps: Steps
  github: GithubActorOf
  slots: Slots
  /** Something happened to the run: it wants its turn. */
  onMessage(run: LiveRun): void
  /** Entries are on disk. */
  onEntries(run: OwnedRun, entries: readonly RunEntry[]): void
  /** The run is over, or left to whoever takes it when it is due. */
  onGone(run: LiveRun): void
}

/** A run with all that is needed to go on with it. */
export interface LoadedRun extends Situation {
  row: OwnedRun & Pick<RunRow, 'workflow_id' | 'cause_depth' | 'epoch'>
  /** Entries that its journal has. */
  n: number
}

/** What to write, given how things stand when its turn comes. */
interface Message {
  changes(situation: Situation, now: number): RunChange[]
  resolve?: () => void
  reject?: (error: unknown) => void
}

/** What a run wants to have written, and what follows once it is. */
export interface Turn {
  entries: readonly NumberedChange[]
  planned: Omit<Plan, 'changes'>
  messages: readonly Message[]
  /** Nothing is to be done before this time: the run leaves memory. */
  parkUntil: number | null
}

/** A shorter sleep is not worth leaving memory for. */
const parkMs = 1_000

/**
 * A run that this process executes. Whatever happens to it comes as a message; in its turn it says what to write, and
 * goes on only when that is on disk: messages → plan → one transaction → the steps that this transaction started.
 */
export class LiveRun {
  readonly row: LoadedRun['row']
  /** This process may write its journal. */
  owned = false
  /** Until when it was left; null while it is here, and when it is over. */
  parkedUntil: number | null = null
  readonly #run: LoadedRun
  readonly #deps: LiveDeps
  readonly #running = new Map<string, AbortController>()
  #inbox: Message[] = []
  #taken: readonly Message[] = []
  #state: RunState
  #n: number
  /** Everything has been planned once: from here on only what messages touch can move. */
  #planned = false
  #waker: NodeJS.Timeout | undefined
  #closing = false
  #gone = false

  constructor(run: LoadedRun, deps: LiveDeps) {
    this.row = run.row
    this.#run = run
    this.#deps = deps
    this.#state = run.state
    this.#n = run.n
  }

  get #situation(): Situation {
    const { definition, github } = this.#run
    return { definition, github, state: this.#state }
  }

  /** Takes the run up where nobody, or another process, left it. */
  resume(): void {
    this.#post({ changes: takeUp })
  }

  /** Resolves when the wish is on disk; the steps that it stops end by themselves. */
  cancel(by: string | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const changes: Message['changes'] = ({ state }, now) =>
        state.cancel_requested_at === null && state.status !== 'completed'
          ? [{ kind: 'run.cancel_requested', at: new Date(now).toISOString(), data: { by } }]
          : []
      this.#post({ changes, resolve, reject })
    })
  }

  /** Nothing is being performed or written; sleeping steps may remain. */
  isQuiet(): boolean {
    return this.#gone || (this.#running.size === 0 && this.#inbox.length + this.#taken.length === 0)
  }

  /** Says what to write now. Leaves everything as it was until `settle` or `putBack`. */
  takeTurn(now: number): Turn {
    const messages = this.#inbox
    this.#inbox = []
    this.#taken = messages
    const { definition, github } = this.#run
    const changes: RunChange[] = []
    let state = this.#state
    for (const message of messages) {
      const said = message.changes({ definition, github, state }, now)
      for (const change of said) state = reduce(state, change)
      changes.push(...said)
    }
    // While closing, results are written down and nothing new begins.
    const planned = this.#closing ? standstill(state) : this.#plan(state, changes, now)
    changes.push(...planned.changes)
    return {
      entries: numbered(changes, this.#n),
      planned,
      messages,
      parkUntil: this.#closing ? null : parkTime(planned, now),
    }
  }

  #plan(state: RunState, changes: readonly RunChange[], now: number): Plan {
    const { definition, github } = this.#run
    const touched = this.#planned ? jobsOf(changes) : undefined
    return plan({ definition, github, state }, now, touched)
  }

  /** The turn could not be written: it comes again. */
  putBack({ messages }: Turn): void {
    this.#inbox = [...messages, ...this.#inbox]
    this.#taken = []
  }

  /** Goes on from what is on disk now. */
  settle(turn: Turn, seq: number): void {
    const { planned, messages } = turn
    const entries = turn.entries.map((entry): RunEntry => ({ ...entry, seq }))
    this.#taken = []
    this.#state = planned.state
    this.#n += entries.length
    this.#planned = !planned.more && !this.#closing
    if (entries.length > 0) this.#deps.onEntries(this.row, entries)
    this.#tell(entries)
    for (const entry of entries) {
      if (entry.kind === 'step.started' && entry.data.wake_at === null) this.#begin(entry.data)
    }
    for (const ref of planned.cancel) {
      this.#running.get(keyOf(ref))?.abort(coded('step_cancelled', 'The run was cancelled.'))
    }
    if (planned.more) this.#post({ changes: () => [] })
    else this.#sleepUntil(turn.parkUntil === null ? planned.wakeAt : null)
    for (const message of messages) message.resolve?.()
    if (this.#state.status === 'completed') this.#leave()
    if (turn.parkUntil === null) return
    this.owned = false
    // What was said meanwhile is worth taking it again.
    if (this.#inbox.length > 0) return
    this.parkedUntil = turn.parkUntil
    this.#leave()
  }

  /** A step that this very turn ended, one without effect, is not performed. */
  #begin(started: StepRef & { attempt: number }): void {
    if (stepState(this.#state, started).status !== 'in_progress') return
    void this.#perform(started)
  }

  async #perform({ job, step, attempt }: StepRef & { attempt: number }): Promise<void> {
    const ref = { job, step }
    const key = keyOf(ref)
    const controller = new AbortController()
    this.#running.set(key, controller)
    let performed: Performed | null
    const defined = stepDefinition(this.#run.definition, ref)
    const inputs = decide(() =>
      filled(defined.step.with, () => stepContexts(this.#situation, defined.job, defined.step)),
    )
    if (inputs.error) performed = { result: ended('failure', inputs.error), passing: null }
    else {
      performed = await this.#deps
        .slots(
          { run: this.row.id, kind: defined.step.uses },
          () => this.#performNow({ ...ref, attempt, inputs: inputs.value, controller }),
          controller.signal,
        )
        // Stopped before there was a slot.
        .catch((): Performed => ({ result: ended('cancelled'), passing: null }))
    }
    this.#running.delete(key)
    if (performed === null || controller.signal.reason === abandoned) return
    const { result, passing } = performed
    const retry =
      passing &&
      stepKind(defined.step.uses)?.repeatable(inputs.value ?? {}) &&
      waitForRetry(ref, { error: passing, attempt, now: this.#deps.clock() })
    this.#post({
      changes: (current, now) =>
        retry && current.state.cancel_requested_at === null
          ? [retry]
          : [finishStep(current, ref, { result, now })],
    })
  }

  async #performNow({
    controller,
    ...task
  }: StepRef & {
    attempt: number
    inputs: Record<string, string>
    controller: AbortController
  }): Promise<Performed | null> {
    // Its turn came too late: nothing new begins while the hub closes.
    if (this.#closing) return null
    const { definition, github } = this.#run
    const { uses, timeout_minutes } = stepDefinition(definition, task).step
    const minutes = timeout_minutes ?? stepKind(uses)?.timeoutMinutes ?? 1
    const startedAt = Date.parse(stepState(this.#state, task).started_at ?? '')
    const authorize = authorizeFor(this.#run, task, this.#deps)
    return await performStep(
      this.#deps.steps[uses as PerformedKind],
      { ...task, github, authorize, startedAt },
      { timeoutMs: minutes * 60_000, controller },
    )
  }

  #post(message: Message): void {
    if (this.#gone) {
      message.reject?.(coded('conflict', 'The run is not here any more.'))
      return
    }
    this.#inbox.push(message)
    this.#deps.onMessage(this)
  }

  #sleepUntil(time: number | null): void {
    clearTimeout(this.#waker)
    if (time === null || this.#closing) return
    // Longer waits overflow the timer, which then fires at once.
    const ms = Math.min(Math.max(0, time - this.#deps.clock()), 2 ** 31 - 1)
    this.#waker = setTimeout(() => {
      this.#planned = false
      this.#post({ changes: () => [] })
    }, ms)
  }

  /** Begins nothing new; what runs may still end and is written down. */
  wind(): void {
    this.#closing = true
    clearTimeout(this.#waker)
  }

  /** Ends what is being performed and writes nothing more: the run belongs to somebody else, or to the next start. */
  stop(reason: unknown = abandoned): void {
    this.wind()
    this.#gone = true
    for (const { reject } of [...this.#taken, ...this.#inbox]) reject?.(reason)
    this.#inbox = []
    this.#taken = []
    for (const controller of this.#running.values()) controller.abort(abandoned)
    this.#running.clear()
  }

  #leave(): void {
    this.#gone = true
    clearTimeout(this.#waker)
    for (const message of this.#inbox.splice(0)) message.resolve?.()
    this.#deps.onGone(this)
  }

  #tell(entries: readonly RunEntry[]): void {
    const { events } = this.#deps
    const { id } = this.row
    for (const { kind, data, at } of entries) {
      if (kind === 'run.started') events.emit('run.started', { runId: id })
      if (kind === 'run.finished') {
        const ms = Date.parse(at) - Date.parse(this.#state.created_at)
        events.emit('run.finished', { runId: id, conclusion: data.conclusion, ms })
      }
      if (kind === 'step.finished') {
        const { uses, started_at } = stepState(this.#state, data)
        const ms = Date.parse(at) - Date.parse(started_at ?? at)
        events.emit('step.finished', { uses, conclusion: data.conclusion, ms })
      }
    }
  }
}

const abandoned = new Error('the hub is closing')

function standstill(state: RunState): Plan {
  return { changes: [], state, cancel: [], wakeAt: null, performing: false, more: false }
}

/** The jobs that changes are about; undefined when one is about the whole run. */
function jobsOf(changes: readonly RunChange[]): Set<string> | undefined {
  const jobs = new Set<string>()
  for (const { data } of changes) {
    if (!('job' in data)) return undefined
    jobs.add(data.job)
  }
  return jobs
}

function parkTime({ wakeAt, performing, more }: Plan, now: number): number | null {
  return wakeAt === null || performing || more || wakeAt - now < parkMs ? null : wakeAt
}

function keyOf({ job, step }: StepRef): string {
  return `${job}/${step}`
}
