import { setTimeout as wait } from 'node:timers/promises'
import { numbered, type RunChange, type RunEntry, type RunState, reduce } from '../../contract/run.ts'
import { decide } from '../domain/workflow/decide.ts'
import { ended, finishStep, type StepRef, stepDefinition } from '../domain/workflow/finish-step.ts'
import { type Plan, plan } from '../domain/workflow/plan.ts'
import { filled, type Situation, stepContexts, stepState } from '../domain/workflow/run-contexts.ts'
import { stepKind } from '../domain/workflow/step-kinds.ts'
import { takeUp } from '../domain/workflow/take-up.ts'
import { coded, isCoded, messageOf } from '../errors.ts'
import type { Events } from '../events.ts'
import { appendJournals } from '../store/journal.ts'
import type { OwnedRun } from '../store/runs.ts'
import type { RunRow } from '../store/schema.ts'
import type { Store } from '../store/store.ts'
import { authorizeFor } from './authorize.ts'
import { performStep } from './perform-step.ts'
import type { PerformedKind, Steps } from './step.ts'
import type { GithubActorOf } from './steps/github-actor.ts'

/** The few words of a logger that the engine needs; pino fits. */
export interface Log {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export interface LiveDeps {
  store: Store
  clock: () => number
  log: Log
  events: Events
  steps: Steps
  github: GithubActorOf
  slots: <T>(work: () => Promise<T>) => Promise<T>
  /** Entries are on disk. */
  onEntries(run: OwnedRun, entries: readonly RunEntry[]): void
  /** The run is over and no longer live. */
  onOver(runId: string): void
}

/** A run with all that is needed to go on with it. */
export interface LoadedRun extends Situation {
  row: OwnedRun & Pick<RunRow, 'workflow_id' | 'cause_depth'>
  /** Entries that its journal has. */
  n: number
}

/** What to write, given how things stand when its turn comes. */
type Message = (situation: Situation, now: number) => RunChange[]

export type LiveRun = ReturnType<typeof createLiveRun>

/**
 * A run that this process executes. Whatever happens to it comes as a message; its turns go one after the other:
 * messages → plan → one transaction → only then the steps that this transaction started.
 */
export function createLiveRun(run: LoadedRun, deps: LiveDeps) {
  const { row, definition, github } = run
  const { store, clock, log, events, steps, slots } = deps
  const running = new Map<string, AbortController>()
  const inbox: Message[] = []
  let { state, n } = run
  let turning: Promise<void> | undefined
  let waker: NodeJS.Timeout | undefined
  let closing = false

  const situation = (): Situation => ({ definition, github, state })

  /** Resolves when the message is dealt with and on disk. */
  function post(message: Message): Promise<void> {
    inbox.push(message)
    turning ??= turn().finally(() => {
      turning = undefined
    })
    return turning
  }

  async function turn(): Promise<void> {
    while (inbox.length > 0) {
      const messages = inbox.splice(0)
      try {
        await commit(messages)
      } catch (error) {
        // Left as it is on disk; the next start takes it up from there.
        log.error({ run: row.id, err: error }, 'a run stopped: its journal could not be continued')
        return stop()
      }
    }
  }

  async function commit(messages: readonly Message[]): Promise<void> {
    const now = clock()
    const entries: RunChange[] = []
    let next: RunState = state
    for (const message of messages) {
      const changes = message({ definition, github, state: next }, now)
      next = changes.reduce<RunState>(reduce, next)
      entries.push(...changes)
    }
    // While closing, results are written down and nothing new begins.
    const planned = closing
      ? { changes: [], state: next, cancel: [], wakeAt: null }
      : plan({ definition, github, state: next }, now)
    entries.push(...planned.changes)
    settle(entries.length > 0 ? await persist(entries, now) : [], planned)
  }

  async function persist(entries: readonly RunChange[], now: number): Promise<readonly RunEntry[]> {
    const actor = `workflow:${row.workflow_id}`
    const changes = numbered(entries, n)
    for (let pause = 50; ; pause = Math.min(pause * 2, 5_000)) {
      try {
        let seq = 0
        await store.write(async (tx) => {
          seq = await appendJournals(tx, [{ run: row, entries: changes, actor }], now)
        })
        return changes.map((change): RunEntry => ({ ...change, seq }))
      } catch (error) {
        // A full disk or a busy database passes; results of steps that had their effect must not be lost.
        if (closing || !isCoded(error) || !error.retryable) throw error
        log.warn({ run: row.id, err: messageOf(error) }, 'a run waits: its journal cannot be written')
        await wait(pause)
      }
    }
  }

  /** Goes on from what is on disk now. */
  function settle(entries: readonly RunEntry[], planned: Omit<Plan, 'changes'>): void {
    state = planned.state
    n = entries.at(-1)?.n ?? n
    tell(entries)
    for (const entry of entries) {
      if (entry.kind === 'step.started' && entry.data.wake_at === null) void perform(entry.data)
    }
    for (const ref of planned.cancel) {
      running.get(keyOf(ref))?.abort(coded('step_cancelled', 'The run was cancelled.'))
    }
    sleepUntil(planned.wakeAt)
    if (state.status === 'completed') deps.onOver(row.id)
  }

  async function perform({ job, step, attempt }: StepRef & { attempt: number }): Promise<void> {
    const ref = { job, step }
    const controller = new AbortController()
    running.set(keyOf(ref), controller)
    const result = await slots(async () => {
      // Its turn came too late: nothing new begins while the hub closes.
      if (closing) return null
      const defined = stepDefinition(definition, ref)
      const inputs = decide(() =>
        filled(defined.step.with, stepContexts(situation(), defined.job, defined.step)),
      )
      if (inputs.error) return ended('failure', inputs.error)
      const { uses, timeout_minutes } = defined.step
      const minutes = timeout_minutes ?? stepKind(uses)?.timeoutMinutes ?? 1
      const startedAt = Date.parse(stepState(state, ref).started_at ?? '')
      return await performStep(
        steps[uses as PerformedKind],
        { ...ref, attempt, inputs: inputs.value, github, authorize: authorizeFor(run, ref, deps), startedAt },
        { timeoutMs: minutes * 60_000, cancelled: controller.signal },
      )
    })
    running.delete(keyOf(ref))
    if (result === null || controller.signal.reason === abandoned) return
    void post((current, now) => [finishStep(current, ref, { result, now })])
  }

  function sleepUntil(time: number | null): void {
    clearTimeout(waker)
    if (time === null) return
    // Longer waits overflow the timer, which then fires at once.
    const ms = Math.min(Math.max(0, time - clock()), 2 ** 31 - 1)
    waker = setTimeout(() => void post(() => []), ms)
  }

  function stop(): void {
    closing = true
    clearTimeout(waker)
    for (const controller of running.values()) controller.abort(abandoned)
  }

  function tell(entries: readonly RunEntry[]): void {
    if (entries.length > 0) deps.onEntries(row, entries)
    for (const { kind, data, at } of entries) {
      if (kind === 'run.started') events.emit('run.started', { runId: row.id })
      if (kind === 'run.finished') {
        const ms = Date.parse(at) - Date.parse(state.created_at)
        events.emit('run.finished', { runId: row.id, conclusion: data.conclusion, ms })
      }
      if (kind === 'step.finished') {
        const { uses, started_at } = stepState(state, data)
        const ms = Date.parse(at) - Date.parse(started_at ?? at)
        events.emit('step.finished', { uses, conclusion: data.conclusion, ms })
      }
    }
  }

  return {
    settle,
    /** Takes the run up where another process left it. */
    resume: (): void => void post(takeUp),
    /** Writes the wish down; the steps that it stops end by themselves. */
    cancel: (by: string | null): Promise<void> =>
      post((current, now) =>
        current.state.cancel_requested_at === null && current.state.status !== 'completed'
          ? [{ kind: 'run.cancel_requested', at: new Date(now).toISOString(), data: { by } }]
          : [],
      ),
    /** Nothing is being performed or written; sleeping steps may remain. */
    isQuiet: () => running.size === 0 && turning === undefined,
    /** Begins nothing new; what runs may still end and is written down. */
    wind: () => {
      closing = true
      clearTimeout(waker)
    },
    stop,
  }
}

const abandoned = new Error('the hub is closing')

function keyOf({ job, step }: StepRef): string {
  return `${job}/${step}`
}
