export interface Span {
  from: number
  to: number
}

/** Where a time stands on an axis that is 0 to 1 wide, and back. */
export interface TimeScale {
  place(time: number): number
  time(place: number): number
  /** The stretches in which nothing happened and that are drawn shortened. */
  shortened: readonly Span[]
}

const shortShare = 0.04
const longShare = 0.2
const longMs = 30_000

/**
 * An axis over `span`. With `busy` given, each stretch of it in which nothing was busy and that would take more than
 * half a minute and a fifth of the axis is shortened to a few hundredths, so that a run that slept a night is readable.
 */
export function timeScale(span: Span, busy?: readonly Span[]): TimeScale {
  const total = Math.max(1, span.to - span.from)
  const shortened = busy
    ? idleSpans(span, busy).filter((idle) => idle.to - idle.from > Math.max(longMs, longShare * total))
    : []
  const shortWidth = (total - shortened.reduce((sum, idle) => sum + idle.to - idle.from, 0)) * shortShare
  const drawn =
    total - shortened.reduce((sum, idle) => sum + idle.to - idle.from - Math.max(1, shortWidth), 0)

  const edges = [{ time: span.from, place: 0 }]
  const advance = (to: number, width: number) =>
    edges.push({ time: to, place: edges.at(-1)!.place + width / drawn })
  for (const idle of shortened) {
    advance(idle.from, idle.from - edges.at(-1)!.time)
    advance(idle.to, Math.max(1, shortWidth))
  }
  advance(span.from + total, span.from + total - edges.at(-1)!.time)

  const between = (value: number, from: 'time' | 'place', to: 'time' | 'place') => {
    const i = Math.max(
      1,
      edges.findIndex((edge) => edge[from] >= value),
    )
    const [a, b] = edges.at(-1)![from] < value ? edges.slice(-2) : edges.slice(i - 1, i + 1)
    const share = b![from] === a![from] ? 0 : (value - a![from]) / (b![from] - a![from])
    return a![to] + Math.min(1, Math.max(0, share)) * (b![to] - a![to])
  }
  return {
    place: (time) => between(time, 'time', 'place'),
    time: (place) => between(place, 'place', 'time'),
    shortened,
  }
}

function idleSpans(span: Span, busy: readonly Span[]): Span[] {
  const idle: Span[] = []
  let reached = span.from
  for (const { from, to } of [...busy].sort((a, b) => a.from - b.from)) {
    if (from > reached) idle.push({ from: reached, to: Math.min(from, span.to) })
    reached = Math.max(reached, to)
  }
  if (reached < span.to) idle.push({ from: reached, to: span.to })
  return idle
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const steps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12].map((n) => n * hour),
]

/** Round distances from the start of an axis, at most `count` of them, the start itself included. */
export function ticks(span: Span, count: number): number[] {
  const total = Math.max(1, span.to - span.from)
  const step = steps.find((step) => total / step <= count - 1) ?? Math.ceil(total / (count - 1) / day) * day
  return Array.from({ length: Math.floor(total / step) + 1 }, (_, i) => i * step)
}
