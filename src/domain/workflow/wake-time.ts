import { coded } from '../../errors.ts'

/** The longest that `hub/sleep` waits. */
const longest = 366 * 24 * 60 * 60 * 1000

/**
 * When a `hub/sleep` that starts `now` ends, in milliseconds, from its inputs. A time that has passed ends it at
 * once. Throws `step_failed` when the inputs name no time or one more than a year away.
 */
export function wakeTime(inputs: Record<string, string>, now: number): number {
  const { seconds, until } = inputs
  const time =
    seconds !== undefined ? now + Number(seconds.trim() || Number.NaN) * 1000 : Date.parse(until ?? '')
  if (!Number.isFinite(time)) {
    const written = seconds !== undefined ? `'${seconds}' seconds` : `until '${until}'`
    throw coded('step_failed', `'hub/sleep' cannot read ${written}`)
  }
  if (time > now + longest) throw coded('step_failed', "'hub/sleep' waits at most a year")
  return Math.max(time, now)
}
