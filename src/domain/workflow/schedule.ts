import { Cron, CronPattern } from 'croner'
import { messageOf } from '../../errors.ts'

const maxPatternLength = 200

/** What is wrong with a cron pattern of `on.schedule`, or undefined. */
export function cronProblem(pattern: string): string | undefined {
  if (pattern.length > maxPatternLength) return `a cron pattern has at most ${maxPatternLength} characters`
  if (pattern.trim().split(/\s+/).length !== 5) {
    return `'${pattern}' has not the five fields of cron: minute hour day-of-month month day-of-week`
  }
  try {
    new CronPattern(pattern, undefined, { mode: '5-part' })
    const next = new Cron(pattern, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun()
    return next ? undefined : `'${pattern}' never comes`
  } catch (error) {
    return `'${pattern}' is not a cron pattern: ${messageOf(error).replace(/^CronPattern: /, '')}`
  }
}

/**
 * The first time after `after` that a pattern names, in milliseconds, or null when it never comes again. Always
 * UTC, as GitHub's schedules: no slot is doubled or skipped when clocks change.
 */
export function nextSlot(pattern: string, after: number): number | null {
  const next = new Cron(pattern, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun(new Date(after))
  return next ? next.getTime() : null
}

/** A slot missed by more than this (the hub was down) is given up. */
const latestStart = 60 * 60 * 1000

/**
 * What to do with a schedule whose slot `due` has come: the slot to run, if any, and the next one. After a pause
 * only the latest missed slot runs, and only within the hour: late reports help, a burst of old ones does not.
 */
export function planSchedule(
  pattern: string,
  { due, now }: { due: number; now: number },
): { run: number | null; next: number | null } {
  let latest = due
  // Not slot by slot from `due`: a pattern of every minute after a month would be 43,200 steps.
  let slot = nextSlot(pattern, Math.max(due, now - latestStart) - 1)
  while (slot !== null && slot <= now) {
    latest = slot
    slot = nextSlot(pattern, slot)
  }
  return { run: now - latest <= latestStart ? latest : null, next: slot }
}
