import type { Outputs } from '../../contract/run.ts'
import { ended, type StepResult } from '../domain/workflow/finish-step.ts'
import { coded, isCoded, messageOf } from '../errors.ts'
import type { Perform, StepTask } from './step.ts'

/**
 * Performs a step and answers how it ended; never throws. A step that goes on after its signal aborted is not
 * waited for: whatever it still answers is ignored.
 */
export async function performStep(
  perform: Perform,
  task: Omit<StepTask, 'signal'>,
  { timeoutMs, cancelled }: { timeoutMs: number; cancelled: AbortSignal },
): Promise<StepResult> {
  const timeout = new AbortController()
  const timer = setTimeout(() => {
    timeout.abort(coded('step_timeout', `The step took longer than ${timeoutMs / 60_000} minutes.`))
  }, timeoutMs)
  const signal = AbortSignal.any([cancelled, timeout.signal])
  try {
    const { outputs = {}, log = '' } = await Promise.race([
      perform({ ...task, signal }),
      rejectOnAbort(signal),
    ])
    return { ...ended('success'), outputs: bounded(outputs), log: truncated(log, maxText) }
  } catch (error) {
    return failed(signal.aborted ? signal.reason : error)
  } finally {
    clearTimeout(timer)
  }
}

function failed(error: unknown): StepResult {
  if (isCoded(error, 'step_cancelled')) return ended('cancelled')
  const code = isCoded(error) ? error.code : 'step_failed'
  return ended('failure', { code, message: truncated(messageOf(error), 2_000) })
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

const maxText = 64 * 1024
const maxTotal = 4 * maxText

/** The journal keeps at most 64 KiB of each output and 256 KiB of all; what was cut off says so. */
function bounded(outputs: Outputs): Outputs {
  let left = maxTotal
  return Object.fromEntries(
    Object.entries(outputs).map(([name, text]) => {
      const kept = truncated(text, Math.min(maxText, left))
      left = Math.max(0, left - kept.length)
      return [name, kept]
    }),
  )
}

function truncated(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text.slice(0, limit).toWellFormed()}\n… [cut off: ${text.length - limit} of ${text.length} characters]`
}
