/** From and to, both included; null: as far as it goes. */
export interface Range {
  from: number | null
  to: number | null
}

/** `3`, `>3`, `>=3`, `<3`, `3..5`, `*..5`; null for what is no range of numbers. */
export function readNumberRange(value: string): Range | null {
  return readRange(value, (text) => {
    if (!/^\d{1,12}$/.test(text)) return null
    return { from: Number(text), to: Number(text) }
  })
}

/**
 * Times as GitHub's search has them: `2026-01-31`, `>2026-01-31T08:00:00Z`, `2026-01-01..2026-01-31`, `>@today-7d`.
 * A day is all of it, in UTC. In milliseconds; null for what is no time.
 */
export function readTimeRange(value: string, now: number): Range | null {
  return readRange(value, (text) => readTime(text, now))
}

function readRange(value: string, read: (text: string) => { from: number; to: number } | null): Range | null {
  const [first = '', last, ...more] = value.split('..')
  if (more.length > 0) return null
  if (last !== undefined) {
    const [from, to] = [first === '*' ? null : read(first), last === '*' ? null : read(last)]
    if ((first !== '*' && !from) || (last !== '*' && !to)) return null
    return { from: from?.from ?? null, to: to?.to ?? null }
  }
  const [, sign = '', text = ''] = /^(>=|<=|>|<)?(.*)$/s.exec(value) ?? []
  const span = read(text)
  if (!span) return null
  if (sign === '>') return { from: span.to + 1, to: null }
  if (sign === '>=') return { from: span.from, to: null }
  if (sign === '<') return { from: null, to: span.from - 1 }
  if (sign === '<=') return { from: null, to: span.to }
  return span
}

const day = 86_400_000
const units: Record<string, number> = { h: 3_600_000, d: day, w: 7 * day, m: 30 * day, y: 365 * day }

function readTime(text: string, now: number): { from: number; to: number } | null {
  const relative = /^@today(?:-(\d{1,4})([hdwmy]))?$/i.exec(text)
  if (relative) {
    const [, count = '0', unit = 'd'] = relative
    const back = now - Number(count) * units[unit.toLowerCase()]!
    const from = unit.toLowerCase() === 'h' ? back : Math.floor(back / day) * day
    return { from, to: unit.toLowerCase() === 'h' ? from : from + day - 1 }
  }
  if (!/^\d{4}-\d{2}-\d{2}(t\d{2}:\d{2}(:\d{2})?(z|[+-]\d{2}:\d{2})?)?$/i.test(text)) return null
  const at = Date.parse(
    /t/i.test(text) && !/(z|[+-]\d{2}:\d{2})$/i.test(text) ? `${text}Z` : text.toUpperCase(),
  )
  if (Number.isNaN(at)) return null
  return { from: at, to: /t/i.test(text) ? at : at + day - 1 }
}
