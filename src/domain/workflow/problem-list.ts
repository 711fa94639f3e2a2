import type { WorkflowProblem } from '../../../contract/workflows.ts'

type Severity = WorkflowProblem['severity']

/** So many problems of one source are told; whoever has more begins with these. */
const maxProblems = 100

/** Longest message: what is quoted in one may be as long as the source. */
const maxMessage = 300

/** Thrown to end the reading of a source: enough is known of what is wrong with it. */
export class StopReading extends Error {}

export type ProblemList = ReturnType<typeof createProblemList>

/** Collects what is wrong with a source, each at its line and column; an error too many ends the reading. */
export function createProblemList(source: string) {
  const found: Record<Severity, WorkflowProblem[]> = { error: [], warning: [] }
  const placeOf = createPlaces(source)
  let more = false

  return {
    /** Notes a problem at an offset of the source. Throws `StopReading` when there are too many errors. */
    add(offset: number, message: string, severity: Severity = 'error'): void {
      if (found[severity].length < maxProblems) {
        found[severity].push({ ...placeOf(offset), message: shorten(message), severity })
        return
      }
      more = true
      if (severity === 'error') throw new StopReading()
    },

    /** Whether another warning would still be told: to make a good one costs something. */
    wantsWarnings(): boolean {
      if (found.warning.length < maxProblems) return true
      more = true
      return false
    },

    hasErrors: () => found.error.length > 0,
    isEmpty: () => found.error.length + found.warning.length === 0,

    /** In the order of the source, each once, and at the end a word when there are more. */
    all(): WorkflowProblem[] {
      const each = new Map<string, WorkflowProblem>()
      for (const problem of [...found.error, ...found.warning]) {
        const key = `${problem.line}:${problem.column} ${problem.message}`
        if (!each.has(key)) each.set(key, problem)
      }
      // Errors first when there is no room for all: a workflow can run in spite of warnings.
      const told = [...each.values()].slice(0, maxProblems)
      const isCut = more || each.size > maxProblems
      told.sort((a, b) => a.line - b.line || a.column - b.column)
      const last = told.at(-1)
      if (last && isCut) {
        const severity = found.error.length > 0 ? 'error' : 'warning'
        told.push({ ...last, message: `and more: the first ${maxProblems} problems are listed`, severity })
      }
      return told
    },
  }
}

/** Where an offset stands, as line and column from 1; what lies beyond the end of the source counts as its end. */
function createPlaces(source: string): (offset: number) => { line: number; column: number } {
  let starts: number[] | undefined
  return (offset) => {
    starts ??= lineStarts(source)
    const at = Math.min(Math.max(offset, 0), source.length)
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 }
  }
}

function lineStarts(source: string): number[] {
  const starts = [0]
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1)
  return starts
}

function shorten(message: string): string {
  if (message.length <= maxMessage) return message
  return `${message.slice(0, maxMessage - 101)}…${message.slice(-100)}`
}
