import '@github/relative-time-element'
import type { RelativeTimeElement } from '@github/relative-time-element'
import { hubNow } from '../data/live.ts'

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      /** GitHub's own element: it says the time as people do, and again when that changes. */
      'relative-time': DetailedHTMLProps<HTMLAttributes<RelativeTimeElement>, RelativeTimeElement> & {
        datetime: string
      }
    }
  }
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** The time as a person in this place reads it. */
export function exactTime(at: string): string {
  return exact.format(new Date(at))
}

/** A clock that is off by less is right enough: minutes are what is told. */
const RIGHT_ENOUGH_MS = 10_000

/** A time as people say it, with the exact one on hover and for screen readers. */
export function RelativeTime({ at }: { at: string }) {
  // The element reads this machine's clock; the times are the hub's.
  const off = Math.round((Date.now() - hubNow()) / RIGHT_ENOUGH_MS) * RIGHT_ENOUGH_MS
  const datetime = new Date(Date.parse(at) + off).toISOString()
  return (
    <relative-time datetime={datetime} title={exactTime(at)}>
      {exactTime(at)}
    </relative-time>
  )
}
