import { Cron } from 'croner'
import { messageOf } from '../../errors.ts'

const maxPatternLength = 200

/** Minutes, hours, days of a month, months and days of a week, as GitHub takes them: from, to, names. */
const fields: readonly (readonly [number, number, readonly string[]])[] = [
  [0, 59, []],
  [0, 23, []],
  [1, 31, []],
  [1, 12, ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']],
  [0, 6, ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']],
]

/**
 * What is wrong with a `cron` of `on.schedule`, or undefined: POSIX cron with steps and names, and nothing else.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule
 */
export function cronProblem(pattern: string): string | undefined {
  if (pattern.length > maxPatternLength) return `a cron pattern has at most ${maxPatternLength} characters`
  const parts = pattern.trim().split(/\s+/)
  if (parts.length !== 5) {
    return `'${pattern}' has not the five fields of cron: minute hour day-of-month month day-of-week`
  }
  const wrong = parts.find((part, index) => spell(part, index) === undefined)
  if (wrong !== undefined) return `'${pattern}' is not a cron pattern: '${wrong}' cannot be read`
  try {
    return cronOf(pattern).nextRun() ? undefined : `'${pattern}' never comes`
  } catch (error) {
    return `'${pattern}' is not a cron pattern: ${messageOf(error).replace(/^CronPattern: /, '')}`
  }
}

/** One field as the library reads it, where `20/15` means something else; undefined when it cannot be read. */
function spell(part: string, index: number): string | undefined {
  const [least, most, names] = fields[index]!
  const number = (text: string): number | undefined => {
    const named = names.indexOf(text.toUpperCase())
    const value = named === -1 ? Number(/^\d+$/.test(text) ? text : Number.NaN) : named + least
    return value >= least && value <= most ? value : undefined
  }
  const items = part.split(',').map((item) => {
    const { from, to, step } = /^(?<from>\*|\w+)(?:-(?<to>\w+))?(?:\/(?<step>\d+))?$/.exec(item)?.groups ?? {}
    if (from === undefined || (from === '*' && to !== undefined)) return undefined
    const first = from === '*' ? least : number(from)
    const last = to !== undefined ? number(to) : from === '*' || step !== undefined ? most : first
    if (first === undefined || last === undefined || last < first) return undefined
    if (step === undefined) return from === '*' ? '*' : first === last ? `${first}` : `${first}-${last}`
    return Number(step) > 0 && Number(step) <= most ? `${first}-${last}/${Number(step)}` : undefined
  })
  return items.includes(undefined) ? undefined : items.join(',')
}

/** What is wrong with a `timezone` of `on.schedule`, or undefined. */
export function timezoneProblem(timezone: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone })
    return undefined
  } catch {
    return `there is no time zone '${timezone}'; they are named as 'Europe/Berlin'`
  }
}

const zoned = /^CRON_TZ=(\S+) (.*)$/s

/** A schedule in one text: the cron pattern, and the time zone before it where it is not UTC. */
export function scheduleText(cron: string, timezone: string | undefined): string {
  return timezone === undefined ? cron : `CRON_TZ=${timezone} ${cron}`
}

function cronOf(schedule: string): Cron {
  const [, timezone = 'UTC', pattern = schedule] = zoned.exec(schedule) ?? []
  const spelled = pattern
    .trim()
    .split(/\s+/)
    .map((part, index) => spell(part, index) ?? part)
  return new Cron(spelled.join(' '), { mode: '5-part', timezone, paused: true })
}

/**
 * The first time after `after` that a schedule names, in milliseconds, or null when it never comes again. In UTC, as
 * GitHub's, no slot is doubled or skipped when clocks change; in a time zone that changes them, a slot of the hour that
 * is left out comes at its end, and one of the hour that comes twice comes once.
 */
export function nextSlot(schedule: string, after: number): number | null {
  const next = cronOf(schedule).nextRun(new Date(after))
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
