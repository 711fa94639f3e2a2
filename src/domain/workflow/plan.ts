import {
  type JobState,
  type RunChange,
  type RunChangeData,
  type RunError,
  type RunState,
  reduce,
} from '../../../contract/run.ts'
import type { Conclusion } from '../../../contract/workflows.ts'
import { decide } from './decide.ts'
import type { JobDefinition, StepDefinition } from './definition.ts'
import { evaluateCondition, evaluateFlag } from './expressions.ts'
import { ended, finishStep, type StepRef, type StepResult } from './finish-step.ts'
import {
  filled,
  jobChecks,
  jobContexts,
  jobState,
  type Situation,
  stepChecks,
  stepContexts,
  stepState,
} from './run-contexts.ts'
import { wakeTime } from './wake-time.ts'

export interface Plan {
  /** To append to the journal; steps started here are to be performed once this is on disk. */
  changes: RunChange[]
  /** The state after these changes. */
  state: RunState
  /** Steps being performed that must be stopped; each still ends with `step.finished`. */
  cancel: StepRef[]
  /** When the next sleeping step ends, in milliseconds. */
  wakeAt: number | null
}

/**
 * Decides all that can be decided now: which jobs and steps start, are skipped or are over, and what must be
 * stopped. Pure; planning again with the answer's state and the same time changes nothing.
 *
 * Cancelling goes as on GitHub: a running job's `if` is asked again with `cancelled()` true; unless it holds, the
 * running step is asked the same way and stopped, and of the rest only steps that ask for it still run.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation
 */
export function plan(start: Situation, now: number): Plan {
  const draft = createDraft(start, now)
  if (start.state.status === 'completed') return draft.plan

  // A job that ends may let jobs start that stand anywhere in the source.
  for (let settled = -1; settled !== draft.plan.changes.length; ) {
    settled = draft.plan.changes.length
    draft.plan.cancel = []
    for (const job of start.definition.jobs) planJob(draft, job)
  }
  const { state } = draft.plan
  if (state.jobs.every((job) => job.status === 'completed')) {
    draft.emit('run.finished', { conclusion: runConclusion(state) })
  }
  return draft.plan
}

type Draft = ReturnType<typeof createDraft>

/** A plan in the making: each change moves the state that the next decision sees. */
function createDraft(start: Situation, now: number) {
  const at = new Date(now).toISOString()
  const plan: Plan = { changes: [], state: start.state, cancel: [], wakeAt: null }
  return {
    plan,
    now,
    situation: (): Situation => ({ ...start, state: plan.state }),
    emit<K extends keyof RunChangeData>(kind: K, data: RunChangeData[K]): void {
      const change = { kind, at, data } as RunChange
      plan.changes.push(change)
      plan.state = reduce(plan.state, change)
    },
    wake(time: number): void {
      plan.wakeAt = Math.min(plan.wakeAt ?? time, time)
    },
  }
}

function planJob(draft: Draft, job: JobDefinition): void {
  const { state } = draft.plan
  const { status } = jobState(state, job.id)
  if (status === 'completed') return
  if (status === 'queued') {
    if (job.needs.some((id) => jobState(state, id).status !== 'completed')) return
    const { value: runs, error } = decide(() => jobCondition(draft.situation(), job))
    if (error) finishJob(draft, job, { cancelling: false, error })
    else if (!runs) draft.emit('job.skipped', { job: job.id })
    if (!runs) return
    if (state.status === 'queued') draft.emit('run.started', {})
    draft.emit('job.started', { job: job.id })
  }
  const cancelling = isCancelling(draft.situation(), job)
  if (job.steps.every((step) => planStep(draft, { job, step, cancelling }) === 'over')) {
    finishJob(draft, job, { cancelling, error: null })
  }
}

interface StepPlace {
  job: JobDefinition
  step: StepDefinition
  /** The job is among those that a cancelled run stops. */
  cancelling: boolean
}

/** Brings a step as far as it goes now; `waits`: the rest of the job has to wait for it. */
function planStep(draft: Draft, place: StepPlace): 'waits' | 'over' {
  const ref = { job: place.job.id, step: place.step.id }
  const { status, wake_at } = stepState(draft.plan.state, ref)
  if (status === 'completed') return 'over'
  if (status === 'queued') return startStep(draft, place)

  const stopped = place.cancelling && decide(() => stepCondition(draft.situation(), place)).value !== true
  if (wake_at === null) {
    if (stopped) draft.plan.cancel.push(ref)
    return 'waits'
  }
  const wakeAt = Date.parse(wake_at)
  if (stopped || wakeAt <= draft.now) return endStep(draft, ref, ended(stopped ? 'cancelled' : 'success'))
  draft.wake(wakeAt)
  return 'waits'
}

function startStep(draft: Draft, place: StepPlace): 'waits' | 'over' {
  const { job, step } = place
  const ref = { job: job.id, step: step.id }
  const condition = decide(() => stepCondition(draft.situation(), place))
  if (condition.error) return endStep(draft, ref, ended('failure', condition.error))
  if (!condition.value) {
    draft.emit('step.skipped', ref)
    return 'over'
  }
  const { value: wakeAt, error } = decide(() => sleepEnd(draft, job, step))
  if (error) return endStep(draft, ref, ended('failure', error))
  if (wakeAt !== null) draft.wake(wakeAt)
  draft.emit('step.started', {
    ...ref,
    attempt: 1,
    wake_at: wakeAt === null ? null : new Date(wakeAt).toISOString(),
  })
  return 'waits'
}

function endStep(draft: Draft, ref: StepRef, result: StepResult): 'over' {
  draft.emit('step.finished', finishStep(draft.situation(), ref, { result, now: draft.now }).data)
  return 'over'
}

function finishJob(
  draft: Draft,
  job: JobDefinition,
  { cancelling, error }: { cancelling: boolean; error: RunError | null },
): void {
  const situation = draft.situation()
  const outputs = decide(() => (error ? {} : filled(job.outputs, stepContexts(situation, job))))
  const reason = error ?? outputs.error
  const outcome = reason ? 'failure' : jobOutcome(jobState(situation.state, job.id), cancelling)
  const tolerated =
    outcome === 'failure' &&
    decide(() => evaluateFlag(job.continue_on_error, jobContexts(situation, job))).value === true
  draft.emit('job.finished', {
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
  return evaluateCondition(job.if, jobContexts(situation, job), jobChecks(situation, job))
}

/** Whether a running job is among those that a cancelled run stops. */
function isCancelling(situation: Situation, job: JobDefinition): boolean {
  if (situation.state.cancel_requested_at === null) return false
  return decide(() => jobCondition(situation, job)).value !== true
}

function stepCondition(situation: Situation, { job, step, cancelling }: StepPlace): boolean {
  const checks = stepChecks(jobState(situation.state, job.id), cancelling)
  return evaluateCondition(step.if, stepContexts(situation, job, step), checks)
}

/** When a sleeping step ends; null for a step that is performed. */
function sleepEnd(draft: Draft, job: JobDefinition, step: StepDefinition): number | null {
  if (step.uses !== 'hub/sleep') return null
  return wakeTime(filled(step.with, stepContexts(draft.situation(), job, step)), draft.now)
}
