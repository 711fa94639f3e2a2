import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange } from '../../contract/run.ts'
import {
  type GroupMove,
  type GroupNews,
  groupMoves,
  hasGroups,
  newsEntries,
} from '../domain/workflow/concurrency.ts'
import type { StepRef } from '../domain/workflow/finish-step.ts'
import { type Plan, plan } from '../domain/workflow/plan.ts'
import { type Situation, stepState } from '../domain/workflow/run-contexts.ts'
import { maskChange } from '../domain/workflow/run-values.ts'
import { takeUp } from '../domain/workflow/take-up.ts'
import { coded } from '../errors.ts'
import type { Events } from '../events.ts'
import type { OwnedRun } from '../store/runs.ts'
import { LiveStep, type StepDeps } from './live-step.ts'
import type { LoadedRun } from './load-run.ts'

export interface LiveDeps extends StepDeps {
  events: Events
  /** Something happened to the run: it wants its turn. */
  onMessage(run: LiveRun): void
  /** What happened in a turn is on disk. */
  onWritten(run: OwnedRun, written: Written): void
  /** The run is over, or left to whoever takes it when it is due. */
  onGone(run: LiveRun): void
}

/** What a commit put into the journal of a run: `changes` are its entries from number `n` on. */
export interface Written {
  n: number
  /** Where the log of changes stood with that commit. */
  seq: number
  changes: readonly RunChange[]
}

/** What to write, given how things stand when its turn comes. */
interface Message {
  changes(situation: Situation, now: number): RunChange[]
  resolve?: () => void
  reject?: (error: unknown) => void
}

/** What a run wants to have written, and what follows once it is. */
export interface Turn {
  now: number
  /** Number of the first of its changes. */
  n: number
  changes: readonly RunChange[]
  planned: Omit<Plan, 'changes'>
  messages: readonly Message[]
  /** Nothing is to be done before this time: the run leaves memory. */
  parkUntil: number | null
  /** Its turns in concurrency groups. */
  moves: readonly GroupMove[]
}

/** A shorter sleep is not worth leaving memory for. */
const parkMs = 1_000
/** It waits for what others do. */
export const never = Number.POSITIVE_INFINITY
const none: readonly Message[] = []
const noMoves: readonly GroupMove[] = []
/** Plans anew, whatever happened. */
const look: Message = { changes: () => [] }

/**
 * A run that this process executes. Whatever happens to it comes as a message; in its turn it says what to write, and
 * goes on only when that is on disk: messages → plan → one transaction → the steps that this transaction started.
 */
export class LiveRun {
  /** How it stands on disk. */
  readonly run: LoadedRun
  /** This process may write its journal. */
  owned = false
  /** Until when it was left; null while it is here, and when it is over. */
  parkedUntil: number | null = null
  readonly #deps: LiveDeps
  readonly #running = new Map<string, LiveStep>()
  #inbox: Message[] = []
  #taken = none
  /** Everything has been planned once: from here on only what messages touch can move. */
  #planned = false
  #waker: NodeJS.Timeout | undefined
  #closing = false
  #gone = false

  constructor(run: LoadedRun, deps: LiveDeps) {
    this.run = run
    this.#deps = deps
  }

  get row(): LoadedRun['row'] {
    return this.run.row
  }

  get isClosing(): boolean {
    return this.#closing
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

  /** Hears what was decided in the concurrency groups that it is in. */
  hear(news: readonly GroupNews[]): void {
    this.#post({ changes: ({ state }, now) => newsEntries(state, news, now) })
  }

  /** Nothing is being performed or written; sleeping steps may remain. */
  isQuiet(): boolean {
    return this.#gone || (this.#running.size === 0 && this.#inbox.length + this.#taken.length === 0)
  }

  /** Says what to write now. Leaves everything as it was until `settle`. */
  takeTurn(now: number): Turn {
    const messages = this.#inbox
    this.#inbox = []
    this.#taken = messages
    const { definition, github, values, n } = this.run
    const situation: Situation = { definition, github, state: this.run.state, ...(values && { values }) }
    const changes: RunChange[] = []
    for (const message of messages) {
      for (const said of message.changes(situation, now)) {
        const change = maskChange(said, values?.masks)
        situation.state = reduce(situation.state, change)
        changes.push(change)
      }
    }
    // While closing, results are written down and nothing new begins.
    const planned = this.#closing
      ? standstill(situation)
      : plan(situation, now, this.#planned ? jobsOf(changes) : undefined)
    for (const change of planned.changes) changes.push(change)
    const parkUntil = this.#closing ? null : parkTime(planned, now)
    const moves = hasGroups(definition) ? groupMoves(planned.state, changes) : noMoves
    return { now, n: n + 1, changes, planned, messages, parkUntil, moves }
  }

  /** Goes on from what is on disk now. */
  settle({ now, n, changes, planned, messages, parkUntil }: Turn, seq: number): void {
    const { row } = this.run
    this.#taken = none
    this.run.state = planned.state
    this.run.n += changes.length
    this.#planned = !planned.more && !this.#closing
    if (changes.length > 0) this.#deps.onWritten(row, { n, seq, changes })
    for (const change of changes) {
      this.#tell(change, now)
      if (change.kind === 'step.started' && change.data.wake_at === null) this.#begin(change.data, now)
    }
    for (const ref of planned.cancel) {
      this.#running.get(keyOf(ref))?.stop(coded('step_cancelled', 'The run was cancelled.'))
    }
    if (planned.more) this.#post(look)
    else this.#sleepUntil(parkUntil === null ? planned.wakeAt : null)
    for (const message of messages) message.resolve?.()
    if (this.run.state.status === 'completed') this.#leave()
    if (parkUntil === null) return
    this.owned = false
    // What was said meanwhile is worth taking it again.
    if (this.#inbox.length > 0) return
    this.parkedUntil = parkUntil
    this.#leave()
  }

  /** A step that this very turn ended, one without effect, is not performed. */
  #begin(started: StepRef & { attempt: number }, now: number): void {
    if (stepState(this.run.state, started).status !== 'in_progress') return
    const step = new LiveStep(this, started, this.#deps)
    this.#running.set(keyOf(started), step)
    step.begin(now)
  }

  /** For its steps: what came of one is to be written. */
  onStepEnd(step: LiveStep): void {
    this.#running.delete(keyOf(step))
    this.#post(step)
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
      this.#post(look)
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
    this.#taken = none
    for (const step of this.#running.values()) step.abandon(abandoned)
    this.#running.clear()
  }

  #leave(): void {
    this.#gone = true
    clearTimeout(this.#waker)
    for (const message of this.#inbox.splice(0)) message.resolve?.()
    this.#deps.onGone(this)
  }

  #tell({ kind, data }: RunChange, now: number): void {
    const { events } = this.#deps
    const { row, state } = this.run
    if (kind === 'run.started') events.emit('run.started', { runId: row.id })
    if (kind === 'run.finished') {
      const ms = now - Date.parse(state.created_at)
      events.emit('run.finished', { runId: row.id, conclusion: data.conclusion, ms })
    }
    if (kind === 'job.finished') events.emit('job.finished', { runId: row.id, job: data.job })
    if (kind === 'step.finished') {
      const { uses, started_at } = stepState(state, data)
      const ms = started_at === null ? 0 : now - Date.parse(started_at)
      events.emit('step.finished', { uses, conclusion: data.conclusion, ms })
    }
  }
}

const abandoned = new Error('the hub is closing')

function standstill({ state }: Situation): Plan {
  return { changes: [], state, cancel: [], wakeAt: null, performing: false, waiting: false, more: false }
}

/** The jobs that changes are about; undefined when one is about the whole run. */
function jobsOf(changes: readonly RunChange[]): string[] | undefined {
  const jobs: string[] = []
  for (const { data } of changes) {
    if (!('job' in data) || data.job === null) return undefined
    if (!jobs.includes(data.job)) jobs.push(data.job)
  }
  return jobs
}

/** Until when a run can leave memory; never comes what only others bring about. */
function parkTime({ wakeAt, performing, waiting, more }: Plan, now: number): number | null {
  if (performing || more) return null
  if (wakeAt === null) return waiting ? never : null
  return wakeAt - now < parkMs ? null : wakeAt
}

function keyOf({ job, step }: StepRef): string {
  return `${job}/${step}`
}
