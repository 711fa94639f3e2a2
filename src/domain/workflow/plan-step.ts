import { boundedOutputs } from './bound-result.ts'
import { decide } from './decide.ts'
import type { StepDefinition } from './definition.ts'
import { evaluatedName } from './expand-job.ts'
import { evaluateCondition, holdExpressions } from './expressions.ts'
import { ended, finishStep, type StepRef, type StepResult } from './finish-step.ts'
import { toIsoTime } from './iso-time.ts'
import { type Draft, emit, jobAt, runError, unableError } from './plan-draft.ts'
import { filled, stepChecks, stepContexts } from './run-contexts.ts'
import { type RunJob, workflowOf } from './run-jobs.ts'
import { dueAt, sleepEnd } from './sleeping.ts'
import { stepKind } from './step-kinds.ts'

interface StepPlace {
  /** Where the job is in the source, and the step in the job. */
  index: number
  at: number
  job: RunJob
  step: StepDefinition
  /** The job is among those that a cancelled run stops. */
  cancelling: boolean
}

/** Brings a step as far as it goes now; `waits`: the rest of the job has to wait for it. */
export function planStep(draft: Draft, place: StepPlace): 'waits' | 'over' {
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
  const name = evaluatedName(step, () => stepContexts(draft, job, step))
  if (!condition.value) {
    emit(draft, 'step.skipped', { ...ref, ...name })
    return 'over'
  }
  if (pure) return performPure(draft, place, { ref, name })
  if (step.unable) return endStep(draft, ref, ended('failure', unableError(step.unable)))
  const { value: wakeAt, error } = sleepEnd(draft, place, draft.now)
  if (error) return endStep(draft, ref, ended('failure', error))
  emit(draft, 'step.started', {
    ...ref,
    attempt: 1,
    wake_at: wakeAt === null ? null : toIsoTime(wakeAt),
    ...name,
  })
  return wakeAt !== null && wakeAt <= draft.now ? endStep(draft, ref, ended('success')) : 'waits'
}

/** `hub/set-output`: each input is an output. */
function performPure(
  draft: Draft,
  { job, step }: StepPlace,
  { ref, name }: { ref: StepRef; name: { name?: string } },
): 'over' {
  draft.pureStepsLeft -= 1
  emit(draft, 'step.started', { ...ref, attempt: 1, wake_at: null, ...name })
  const { value, error } = decide(() => filled(step.with, () => stepContexts(draft, job, step)))
  if (error) return endStep(draft, ref, ended('failure', error))
  return endStep(draft, ref, { ...ended('success'), outputs: boundedOutputs(value) })
}

function endStep(draft: Draft, ref: StepRef, result: StepResult): 'over' {
  emit(draft, 'step.finished', finishStep(draft, ref, { result, now: draft.now }).data)
  return 'over'
}

function stepCondition(draft: Draft, { index, job, step, cancelling }: StepPlace): boolean {
  const contexts = () => stepContexts(draft, job, step)
  // A broken `env` fails its step also where nobody looks at it.
  if (holdExpressions(workflowOf(draft, job).env) || holdExpressions(job.env) || holdExpressions(step.env))
    contexts()
  return evaluateCondition(step.if, contexts, stepChecks(jobAt(draft, index, job), cancelling))
}
