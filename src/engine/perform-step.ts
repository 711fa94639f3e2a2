import { boundedOutputs, boundedText } from '../domain/workflow/bound-result.ts'
import { ended, type StepResult } from '../domain/workflow/finish-step.ts'
import type { PassingError } from '../domain/workflow/retry.ts'
import { coded, isCoded, messageOf } from '../errors.ts'
import type { Perform, StepOutput, StepTask } from './step.ts'

/** How a step ended, and with an error that may pass what is to be known before it is tried again. */
export interface Performed {
  result: StepResult
  passing: PassingError | null
}

/**
 * Performs a step and answers how it ended; never throws. `controller` is the step's: it is aborted here when the time
 * is over. A step that goes on after that is not waited for: whatever it still answers is ignored.
 */
export function performStep(
  perform: Perform,
  task: Omit<StepTask, 'signal'>,
  { timeoutMs, controller }: { timeoutMs: number; controller: AbortController },
): Promise<Performed> {
  const { signal } = controller
  return new Promise((resolve) => {
    const settle = (performed: Performed) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      resolve(performed)
    }
    const stop = () => settle(failed(signal.reason))
    const timer = setTimeout(() => {
      controller.abort(coded('step_timeout', `The step took longer than ${timeoutMs / 60_000} minutes.`))
    }, timeoutMs)
    if (signal.aborted) return stop()
    signal.addEventListener('abort', stop)
    attempt(perform, { ...task, signal }).then(
      ({ outputs = {}, log = '' }) =>
        settle({
          result: { ...ended('success'), outputs: boundedOutputs(outputs), log: boundedText(log) },
          passing: null,
        }),
      (error) => settle(failed(error)),
    )
  })
}

/** What throws at once fails like what rejects. */
async function attempt(perform: Perform, task: StepTask): Promise<StepOutput> {
  return await perform(task)
}

function failed(error: unknown): Performed {
  if (isCoded(error, 'step_cancelled')) return { result: ended('cancelled'), passing: null }
  const code = isCoded(error) ? error.code : 'step_failed'
  const reason = { code, message: boundedText(messageOf(error), 2_000) }
  const passes = isCoded(error) && error.retryable
  return {
    result: ended('failure', reason),
    passing: passes ? { ...reason, afterMs: error.retryAfterMs } : null,
  }
}
