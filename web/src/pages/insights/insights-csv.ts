import type { Insights } from '../../../../contract/insights.ts'
import { groups } from './measures.ts'

/** The days of insights as a table for other programs: one line a day, times in milliseconds, nothing where nothing is known. */
export function insightsCsv({ days }: Insights): string {
  const names = groups.flatMap(({ measures }) => measures.map(({ name }) => name))
  const lines = days.map((day) => [day.day, ...names.map((name) => day[name] ?? '')].join(','))
  return `${[['day', ...names].join(','), ...lines].join('\r\n')}\r\n`
}
