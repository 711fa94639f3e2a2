import type { ActionsJob } from '../../../contract/mirror.ts'
import { type LogText, lineOf, secondOf } from './log-text.ts'

type Step = ActionsJob['steps'][number]

/** The lines of one step: from `first` up to `end`, without it. */
export interface Section {
  step: Step
  first: number
  end: number
}

/**
 * Which lines are of which step. GitHub's text does not say: a step begins with its first line at or after its start,
 * which GitHub tells to the second, and of that second with the line that opens a step.
 */
export function sectionsOf(log: LogText, steps: readonly Step[]): Section[] {
  const told = steps.filter(({ conclusion }) => conclusion !== 'skipped')
  let last = 0
  const firsts = told.map(({ started_at }, index) => {
    if (index === 0 || started_at === null) return last
    last = Math.max(last, beginningAt(log, started_at.slice(0, 19)))
    return last
  })
  const bySteps = new Map(
    told.map((step, index) => [step, { first: firsts[index]!, end: firsts[index + 1] ?? log.count }]),
  )
  return steps.map((step) => ({ step, ...(bySteps.get(step) ?? { first: 0, end: 0 }) }))
}

function beginningAt(log: LogText, second: string): number {
  const from = firstAtOrAfter(log, second)
  for (let line = from; line < log.count && secondOf(log, line) === second; line++) {
    if (opensStep(log, line)) return line
  }
  return from
}

const openings = /^(Run |Post job cleanup\.|Cleaning up orphan processes|Evaluating condition for step)/

function opensStep(log: LogText, line: number): boolean {
  return openings.test(lineOf(log, line).text)
}

/** The lines of a log are in the order of their times. */
function firstAtOrAfter(log: LogText, second: string): number {
  let [low, high] = [0, log.count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (secondOf(log, middle) < second) low = middle + 1
    else high = middle
  }
  return low
}
