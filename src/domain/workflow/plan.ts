import {
  type JobState,
  type RunChange,
  type RunChangeData,
  type RunError,
  type RunState,
  reduce,
} from '../../../contract/run.ts'
import type { Conclusion } from '../../../contract/workflows.ts'
import { coded, type ErrorCode } from '../../errors.ts'
import { boundedOutputs } from './bound-result.ts'
import { decide } from './decide.ts'
import { dependentsOf, type JobDefinition, jobPlace, type StepDefinition } from './definition.ts'
import { evaluateCondition, evaluateFlag, holdExpressions } from './expressions.ts'
import { ended, finishStep, type StepRef, type StepResult } from './finish-step.ts'
import { toIsoTime } from './iso-time.ts'
import {
  filled,
  jobChecks,
  jobContexts,
  jobState,
  type Situation,
  stepChecks,
  stepContexts,
} from './run-contexts.ts'
import { dueAt, sleepEnd } from './sleeping.ts'
import { stepKind } from './step-kinds.ts'

export interface Plan {
  /** To append to the journal; steps started here are to be performed once this is on disk. */
  changes: RunChange[]
  /** The state after these changes. */
  state: RunState
  /** Steps being performed that must be stopped; each still ends with `step.finished`. */
  cancel: StepRef[]
  /** When the next step that sleeps or waits is due, in milliseconds. */
  wakeAt: number | null
  /** A step is being performed, or is to be. */
  performing: boolean
  /** There is more to decide now: many steps that are done in the moment they start. */
  more: boolean
}

/** Steps that one plan does by itself, at most: the rest of the process has to come to its turn. */
const pureStepsAtOnce = 100

/**
 * Decides all that can be decided now: which jobs and steps start, are skipped or are over, and what must be
 * stopped. Pure; planning again with the answer's state and the same time changes nothing (unless there is `more`).
 * With `touched` it looks only at those jobs, which something has happened to, and at what that lets move: after one
 * plan of everything that decides the same.
 *
 * Cancelling goes as on GitHub: a running job's `if` is asked again with `cancelled()` true; unless it holds, the
 * running step is asked the same way and stopped, and of the rest only steps that ask for it still run.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
export function plan(start: Situation, now: number, touched?: Iterable<string>): Plan {
  const draft = createDraft(start, now)
  if (start.state.status === 'completed') return draft
  const { jobs } = start.definition
  let looked = new Array<boolean>(jobs.length).fill(touched === undefined)
  for (const id of touched ?? []) looked[jobPlace(start.definition, id)] = true
  let hasEnded = touched === undefined
  for (let next: boolean[] | undefined = looked; next; ) {
    looked = next
    next = undefined
    for (let index = 0; index < jobs.length; index++) {
      if (!looked[index] || !endsNow(draft, index, jobs[index]!)) continue
      hasEnded = true
      // A job that ends may let jobs start that stand anywhere in the source.
      for (const dependent of dependentsOf(start.definition, jobs[index]!.id)) {
        const place = jobPlace(start.definition, dependent.id)
        next ??= new Array<boolean>(jobs.length).fill(false)
        looked[place] = true
        next[place] = true
      }
    }
  }
  foresee(draft)
  if (hasEnded && draft.state.jobs.every((job) => job.status === 'completed')) {
    emit(draft, 'run.finished', { conclusion: runConclusion(draft.state) })
  }
  return draft
}

/** A plan in the making: each change moves the state that the next decision sees. */
interface Draft extends Plan, Situation {
  now: number
  at: string
  pureStepsLeft: number
}

function createDraft({ definition, github, state }: Situation, now: number): Draft {
  return {
    changes: [],
    state,
    cancel: [],
    wakeAt: null,
    performing: false,
    more: false,
    definition,
    github,
    now,
    at: toIsoTime(now),
    pureStepsLeft: pureStepsAtOnce,
  }
}

function emit<K extends keyof RunChangeData>(draft: Draft, kind: K, data: RunChangeData[K]): void {
  const change = { kind, at: draft.at, data } as RunChange
  draft.changes.push(change)
  draft.state = reduce(draft.state, change)
}

/** What is going on, and until when nothing has to be decided. */
function foresee(draft: Draft): void {
  const { jobs } = draft.state
  for (let index = 0; index < jobs.length; index++) {
    const { status, steps } = jobs[index]!
    if (status !== 'in_progress') continue
    for (let at = 0; at < steps.length; at++) {
      if (steps[at]!.status !== 'in_progress') continue
      const job = draft.definition.jobs[index]!
      const due = dueAt(draft, steps[at]!, { job, step: job.steps[at]! })
      if (due === null) draft.performing = true
      else draft.wakeAt = Math.min(draft.wakeAt ?? due, due)
    }
  }
}

/** Brings a job as far as it goes now; whether it ended by that. */
function endsNow(draft: Draft, index: number, job: JobDefinition): boolean {
  const { state } = draft
  const { status } = jobAt(draft, index, job)
  if (status === 'completed') return false
  if (status === 'queued') {
    if (job.needs.some((id) => jobState(state, id).status !== 'completed')) return false
    const { value: runs, error } = decide(() => jobCondition(draft, job))
    if (error) finishJob(draft, job, { cancelling: false, error })
    else if (!runs) emit(draft, 'job.skipped', { job: job.id })
    else if (job.unable) finishJob(draft, job, { cancelling: false, error: unableError(job.unable) })
    if (!runs || job.unable) return true
    if (state.status === 'queued') emit(draft, 'run.started', {})
    emit(draft, 'job.started', { job: job.id })
  }
  const cancelling = isCancelling(draft, job)
  for (let at = 0; at < job.steps.length; at++) {
    // Most of a long job is over, or not begun.
    if (jobAt(draft, index, job).steps[at]?.status === 'completed') continue
    const place = { index, at, job, step: job.steps[at]!, cancelling }
    if (planStep(draft, place) === 'waits') return false
  }
  finishJob(draft, job, { cancelling, error: null })
  return true
}

/** A definition and the journal that began with it name the same jobs in the same order. */
function jobAt(draft: Draft, index: number, { id }: JobDefinition): JobState {
  const job = draft.state.jobs[index]
  return job?.id === id ? job : jobState(draft.state, id)
}

interface StepPlace {
  /** Where the job is in the source, and the step in the job. */
  index: number
  at: number
  job: JobDefinition
  step: StepDefinition
  /** The job is among those that a cancelled run stops. */
  cancelling: boolean
}

/** Brings a step as far as it goes now; `waits`: the rest of the job has to wait for it. */
function planStep(draft: Draft, place: StepPlace): 'waits' | 'over' {
  const { index, at, job, step } = place
  const state = jobAt(draft, index, job).steps[at]
  if (!state) throw new Error(`the journal has no step ${job.id}/${step.id}`)
  if (state.status === 'queued') return startStep(draft, place)

  const ref = { job: job.id, step: step.id }
  const stopped = place.cancelling && decide(() => stepCondition(draft, place)).value !== true
  const due = dueAt(draft, state, place)
  if (due === null) {
    if (stopped) draft.cancel.push(ref)
    return 'waits'
  }
  if (stopped) return endStep(draft, ref, ended('cancelled'))
  if (due > draft.now) return 'waits'
  if (step.uses !== 'hub/sleep') {
    emit(draft, 'step.started', { ...ref, attempt: state.attempt + 1, wake_at: null })
    return 'waits'
  }
  if (Date.parse(state.wake_at!) <= draft.now) return endStep(draft, ref, ended('success'))
  return endStep(draft, ref, ended('failure', runError('step_timeout', 'The step took longer than it may.')))
}

function startStep(draft: Draft, place: StepPlace): 'waits' | 'over' {
  const { job, step } = place
  const ref = { job: job.id, step: step.id }
  const pure = stepKind(step.uses)?.pure
  if (pure && draft.pureStepsLeft === 0) {
    draft.more = true
    return 'waits'
  }
  const condition = decide(() => stepCondition(draft, place))
  if (condition.error) return endStep(draft, ref, ended('failure', condition.error))
  if (!condition.value) {
    emit(draft, 'step.skipped', ref)
    return 'over'
  }
  if (pure) return performPure(draft, place, ref)
  if (step.unable) return endStep(draft, ref, ended('failure', unableError(step.unable)))
  const { value: wakeAt, error } = sleepEnd(draft, place, draft.now)
  if (error) return endStep(draft, ref, ended('failure', error))
  emit(draft, 'step.started', {
    ...ref,
    attempt: 1,
    wake_at: wakeAt === null ? null : toIsoTime(wakeAt),
  })
  return wakeAt !== null && wakeAt <= draft.now ? endStep(draft, ref, ended('success')) : 'waits'
}

/** `hub/set-output`: each input is an output. */
function performPure(draft: Draft, { job, step }: StepPlace, ref: StepRef): 'over' {
  draft.pureStepsLeft -= 1
  emit(draft, 'step.started', { ...ref, attempt: 1, wake_at: null })
  const { value, error } = decide(() => filled(step.with, () => stepContexts(draft, job, step)))
  if (error) return endStep(draft, ref, ended('failure', error))
  return endStep(draft, ref, { ...ended('success'), outputs: boundedOutputs(value) })
}

function unableError(reason: string): RunError {
  return runError('cannot_run_here', `It cannot run here: ${reason}.`)
}

function runError(code: ErrorCode, detail: string): RunError {
  return { code, message: coded(code, detail).message }
}

function endStep(draft: Draft, ref: StepRef, result: StepResult): 'over' {
  emit(draft, 'step.finished', finishStep(draft, ref, { result, now: draft.now }).data)
  return 'over'
}

function finishJob(
  draft: Draft,
  job: JobDefinition,
  { cancelling, error }: { cancelling: boolean; error: RunError | null },
): void {
  const outputs = decide(() => (error ? {} : filled(job.outputs, () => stepContexts(draft, job))))
  const reason = error ?? outputs.error
  const outcome = reason ? 'failure' : jobOutcome(jobState(draft.state, job.id), cancelling)
  const tolerated =
    outcome === 'failure' &&
    decide(() => evaluateFlag(job.continue_on_error, () => jobContexts(draft, job))).value === true
  emit(draft, 'job.finished', {
    job: job.id,
    outcome,
    conclusion: tolerated ? 'success' : outcome,
    outputs: outputs.value ?? {},
    error: reason,
  })
}

function jobOutcome(job: JobState, cancelling: boolean): Conclusion {
  if (cancelling) return 'cancelled'
  return job.steps.some((step) => step.conclusion === 'failure') ? 'failure' : 'success'
}

function runConclusion(state: RunState): Conclusion {
  if (state.cancel_requested_at !== null) return 'cancelled'
  if (state.jobs.some((job) => job.conclusion === 'failure')) return 'failure'
  return state.jobs.every((job) => job.conclusion === 'skipped') ? 'skipped' : 'success'
}

function jobCondition(situation: Situation, job: JobDefinition): boolean {
  return evaluateCondition(job.if, () => jobContexts(situation, job), jobChecks(situation, job))
}

/** Whether a running job is among those that a cancelled run stops. */
function isCancelling(situation: Situation, job: JobDefinition): boolean {
  if (situation.state.cancel_requested_at === null) return false
  return decide(() => jobCondition(situation, job)).value !== true
}

function stepCondition(draft: Draft, { index, job, step, cancelling }: StepPlace): boolean {
  const contexts = () => stepContexts(draft, job, step)
  // A broken `env` fails its step also where nobody looks at it.
  if (holdExpressions(draft.definition.env) || holdExpressions(job.env) || holdExpressions(step.env))
    contexts()
  return evaluateCondition(step.if, contexts, stepChecks(jobAt(draft, index, job), cancelling))
}
