import { useSyncExternalStore } from 'react'
import { hubNow } from '../data/live.ts'

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'long' })
const short = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const shortWithYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' })

/** One clock for all shown times: they move together, and only as often as minutes do. */
const listeners = new Set<() => void>()
let tick = Date.now()
let timer: ReturnType<typeof setInterval> | undefined

function watchMinutes(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    tick = Date.now()
    for (const each of listeners) each()
  }, 20_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** `3 minutes ago`, or the day when it is more than a month off. */
export function describeTime(at: string, now: number): string {
  const seconds = (Date.parse(at) - now) / 1000
  const distance = Math.abs(seconds)
  if (distance < 45) return seconds > 5 ? 'in a moment' : 'just now'
  if (distance < 45 * 60) return relative.format(Math.round(seconds / 60) || Math.sign(seconds), 'minute')
  if (distance < 22 * 3600) return relative.format(Math.round(seconds / 3600) || Math.sign(seconds), 'hour')
  if (distance < 30 * 86_400)
    return relative.format(Math.round(seconds / 86_400) || Math.sign(seconds), 'day')
  const date = new Date(at)
  const format = date.getFullYear() === new Date(now).getFullYear() ? short : shortWithYear
  return `on ${format.format(date)}`
}

/** The time as a person in this place reads it. */
export function exactTime(at: string): string {
  return exact.format(new Date(at))
}

/** A time as people say it, with the exact one on hover and for screen readers. */
export function RelativeTime({ at }: { at: string }) {
  useSyncExternalStore(watchMinutes, () => tick)
  const said = describeTime(at, hubNow())
  return (
    <time dateTime={at} title={exactTime(at)}>
      {said}
    </time>
  )
}
