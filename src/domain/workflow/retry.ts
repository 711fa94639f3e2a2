import type { RunChange, RunError } from '../../../contract/run.ts'
import type { StepRef } from './finish-step.ts'

/** A step is tried so often, as long as its errors may pass. */
const maxTries = 8
/** No pause is longer, whatever an answer asks for: GitHub's limits come back within the hour. */
const longestPause = 65 * 60_000
const longestBackoff = 5 * 60_000

/** An error that may pass by itself; `afterMs`: what the answer asked for. */
export interface PassingError extends RunError {
  afterMs: number | undefined
}

/**
 * The entry by which a step waits for its next try: as long as the answer asked for, else twice as long as the time
 * before. undefined when it was tried often enough, or would have to wait too long.
 */
export function waitForRetry(
  ref: StepRef,
  { error, attempt, now }: { error: PassingError; attempt: number; now: number },
): Extract<RunChange, { kind: 'step.waiting' }> | undefined {
  const { code, message, afterMs } = error
  const pause = Math.max(1_000, afterMs ?? Math.min(longestBackoff, 1_000 * 2 ** attempt))
  if (attempt >= maxTries || pause > longestPause) return undefined
  const wake_at = new Date(now + pause).toISOString()
  return {
    kind: 'step.waiting',
    at: new Date(now).toISOString(),
    data: { ...ref, attempt, error: { code, message }, wake_at },
  }
}
