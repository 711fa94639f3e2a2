import type { StepState } from '../../../contract/run.ts'
import { type Decision, decide } from './decide.ts'
import type { StepDefinition } from './definition.ts'
import { filled, type Situation, stepContexts } from './run-contexts.ts'
import type { RunJob } from './run-jobs.ts'
import { stepTimeout } from './step-timeout.ts'
import { wakeTime } from './wake-time.ts'

interface Place {
  job: RunJob
  step: StepDefinition
}

/** When a sleeping step ends that starts now; null for a step that is performed. */
export function sleepEnd(situation: Situation, { job, step }: Place, now: number): Decision<number | null> {
  if (step.uses !== 'hub/sleep') return { value: null, error: null }
  const contexts = () => stepContexts(situation, job, step)
  return decide(() => {
    stepTimeout(step, contexts)
    return wakeTime(filled(step.with, contexts), now)
  })
}

/** When a step that sleeps or waits is to be looked at again; null for one that is performed. */
export function dueAt(situation: Situation, state: StepState, place: Place): number | null {
  if (state.wake_at === null) return null
  return Math.min(Date.parse(state.wake_at), sleepLimit(situation, state, place))
}

/** When the time of a sleeping step is over: `timeout-minutes` holds for it as for any other. */
function sleepLimit(situation: Situation, state: StepState, { job, step }: Place): number {
  if (step.uses !== 'hub/sleep' || step.timeout_minutes === null) return Number.POSITIVE_INFINITY
  // One that cannot be evaluated failed its step before it slept.
  const { value } = decide(() => stepTimeout(step, () => stepContexts(situation, job, step)))
  return value ? Date.parse(state.started_at ?? '') + value * 60_000 : Number.POSITIVE_INFINITY
}
