import type { Outputs, RunChange, RunError } from '../../../contract/run.ts'
import { decide } from './decide.ts'
import { evaluateFlag } from './expressions.ts'
import { toIsoTime } from './iso-time.ts'
import { type Situation, stepContexts } from './run-contexts.ts'
import { stepDefinition } from './run-jobs.ts'

/** Names a step of a run. */
export interface StepRef {
  job: string
  step: string
}

/** What came of performing a step. */
export interface StepResult {
  outcome: 'success' | 'failure' | 'cancelled'
  outputs: Outputs
  log: string
  error: RunError | null
  /** What it set for the steps after it. */
  env?: Outputs
}

/** The result of a step that has nothing to tell but how it ended. */
export function ended(outcome: StepResult['outcome'], error: RunError | null = null): StepResult {
  return { outcome, outputs: {}, log: '', error }
}

/** The entry that ends a step; `continue-on-error` turns its failure into a success for all that follows. */
export function finishStep(
  situation: Situation,
  ref: StepRef,
  { result, now }: { result: StepResult; now: number },
): Extract<RunChange, { kind: 'step.finished' }> {
  const { job, step } = stepDefinition(situation, ref)
  const tolerated =
    result.outcome === 'failure' &&
    decide(() => evaluateFlag(step.continue_on_error, () => stepContexts(situation, job, step))).value ===
      true
  return {
    kind: 'step.finished',
    at: toIsoTime(now),
    data: {
      job: ref.job,
      step: ref.step,
      outcome: result.outcome,
      outputs: result.outputs,
      log: result.log,
      error: result.error,
      ...(result.env && { env: result.env }),
      conclusion: tolerated ? 'success' : result.outcome,
    },
  }
}
