import type { RunChange } from '../../../contract/run.ts'
import { ended, finishStep } from './finish-step.ts'
import { plan } from './plan.ts'
import type { Situation } from './run-contexts.ts'
import { stepDefinition } from './run-jobs.ts'
import { stepKind } from './step-kinds.ts'

/** A step that takes the process down with it must not do so forever. */
const maxAttempts = 20

/**
 * What to write first when a process takes up a run that another left: steps of which nobody knows how far they
 * came run again with the next attempt, except those that were to be stopped and those that must not be repeated. Sleeping steps go on sleeping.
 */
export function takeUp(situation: Situation, now: number): RunChange[] {
  const at = new Date(now).toISOString()
  const stopped = plan(situation, now).cancel
  return situation.state.jobs.flatMap((job) =>
    job.steps
      .filter((step) => step.status === 'in_progress' && step.wake_at === null)
      .map((step): RunChange => {
        const ref = { job: job.id, step: step.id }
        if (stopped.some((other) => other.job === ref.job && other.step === ref.step)) {
          return finishStep(situation, ref, { result: ended('cancelled'), now })
        }
        const { step: written } = stepDefinition(situation, ref)
        if (stepKind(written.uses)?.unknownAfterCrash && !written.repeatable) {
          const message =
            'The hub ended while this step ran, and nobody knows how far it came. Look at what it did, then run the ' +
            "workflow again; 'hub: {repeatable: true}' at the step lets it be done again by itself."
          return finishStep(situation, ref, {
            result: ended('failure', { code: 'step_unknown', message }),
            now,
          })
        }
        if (step.attempt >= maxAttempts) {
          const message = `the hub ended ${step.attempt} times while this step ran`
          return finishStep(situation, ref, {
            result: ended('failure', { code: 'step_failed', message }),
            now,
          })
        }
        return { kind: 'step.started', at, data: { ...ref, attempt: step.attempt + 1, wake_at: null } }
      }),
  )
}
