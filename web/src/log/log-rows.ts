import { type LogText, marks } from './log-text.ts'
import type { Section } from './sections.ts'

/** A line that is drawn, by its place in the whole log. */
export interface LineRow {
  line: number
  /** It begins a group. */
  folds: boolean
  /** It is in a group. */
  within: boolean
}

/** What is drawn: a step, or a line of it. */
export type LogRow = { kind: 'step'; section: Section } | ({ kind: 'line'; section: Section } & LineRow)

/** The rows of a log: lines of open steps, without those of folded groups. */
export function rowsOfLog(
  log: LogText | null,
  sections: readonly Section[],
  { open, unfolded }: { open: ReadonlySet<number>; unfolded: ReadonlySet<number> },
): LogRow[] {
  return sections.flatMap((section) => {
    const head: LogRow = { kind: 'step', section }
    if (!log || !open.has(section.step.number)) return [head]
    return [
      head,
      ...linesOf(log, section, unfolded).map((row) => ({ kind: 'line' as const, section, ...row })),
    ]
  })
}

/** The lines from `first` up to `end` that are drawn: without those of folded groups. */
export function linesOf(
  log: LogText,
  { first, end }: Pick<Section, 'first' | 'end'>,
  unfolded: ReadonlySet<number>,
): LineRow[] {
  const rows: LineRow[] = []
  let group: number | null = null
  for (let line = first; line < end; line++) {
    const mark = marks[log.kinds[line]!]
    if (mark === 'endgroup') {
      group = null
      continue
    }
    if (mark === 'group') {
      group = line
      rows.push({ line, folds: true, within: false })
    } else if (group === null || unfolded.has(group)) {
      rows.push({ line, folds: false, within: group !== null })
    }
  }
  return rows
}

/** The group that a line is in; null: in none. */
export function groupAround(log: LogText, { first }: Pick<Section, 'first'>, line: number): number | null {
  for (let at = line; at >= first; at--) {
    const mark = marks[log.kinds[at]!]
    if (mark === 'group') return at === line ? null : at
    if (mark === 'endgroup' && at !== line) return null
  }
  return null
}

/** `#step:4:12` as GitHub writes it: the step's number, and its line. */
export function readPlace(hash: string): { step: number; line: number } | null {
  const [, step, line] = /^#?step:(\d+):(\d+)$/.exec(hash) ?? []
  return step ? { step: Number(step), line: Number(line) } : null
}
