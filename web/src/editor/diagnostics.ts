import type { Diagnostic } from '@codemirror/lint'
import type { Text } from '@codemirror/state'
import type { WorkflowProblem } from '../../../contract/workflows.ts'

/**
 * Where a problem stands in a text: from its column to the end of the word there, or the whole line's content where
 * there is no word. A place that the text no longer has, because it was edited meanwhile, moves to the nearest one.
 */
export function placeOf(
  doc: Text,
  problem: Pick<WorkflowProblem, 'line' | 'column'>,
): { from: number; to: number } {
  const line = doc.line(Math.min(doc.lines, Math.max(1, problem.line)))
  const column = Math.min(line.length, Math.max(0, problem.column - 1))
  const word = /^[^\s:]+/.exec(line.text.slice(column))?.[0].length ?? 0
  if (word > 0) return { from: line.from + column, to: line.from + column + word }
  return { from: line.from + (line.text.length - line.text.trimStart().length), to: line.to }
}

/** The hub's problems as the editor marks them. */
export function diagnosticsOf(doc: Text, problems: readonly WorkflowProblem[]): Diagnostic[] {
  return problems.map((problem) => ({
    ...placeOf(doc, problem),
    severity: problem.severity,
    message: problem.message,
  }))
}
