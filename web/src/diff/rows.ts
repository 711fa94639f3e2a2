import type { Annotation } from '../../../contract/actions.ts'
import type { PullFile } from '../../../contract/pull-files.ts'
import type { ReviewComment } from '../../../contract/review-comments.ts'
import { type DiffLine, pairLines, readPatch } from './read-patch.ts'

/** Where something is said, or about to be. */
export interface LinePlace {
  path: string
  line: number
  side: 'LEFT' | 'RIGHT'
}

/** What a check says about a place in a file, and which check. */
export type Annotated = Annotation & { check: string }

/** One row of all files of a pull request, drawn one below the other. */
export type Row =
  | { kind: 'file'; key: string; file: PullFile; viewed: boolean }
  | { kind: 'line'; key: string; path: string; line: DiffLine }
  | { kind: 'pair'; key: string; path: string; before: DiffLine | null; after: DiffLine | null }
  | { kind: 'thread'; key: string; path: string; comments: readonly ReviewComment[] }
  | { kind: 'annotation'; key: string; annotation: Annotated }
  | { kind: 'composer'; key: string; place: LinePlace }
  | { kind: 'note'; key: string; text: string }

interface Shown {
  split: boolean
  /** What was looked at is folded. */
  viewed: (file: PullFile) => boolean
  comments: readonly ReviewComment[]
  /** What checks say; those of lines that are not shown stand below their file's name. */
  annotations?: readonly Annotated[]
  /** Where somebody writes. */
  writing: LinePlace | null
}

/** The rows of some files. Threads stand below their line; those whose line is gone below their file's name. */
export function rowsOf(
  files: readonly PullFile[],
  { split, viewed, comments, annotations = [], writing }: Shown,
): Row[] {
  const threads = threadsOf(comments)
  return files.flatMap((file) => {
    const path = file.filename
    const isViewed = viewed(file)
    const head: Row = { kind: 'file', key: `f ${path}`, file, viewed: isViewed }
    if (isViewed) return [head]
    const own = threads.filter(([first]) => first?.path === path)
    const thread = (said: readonly ReviewComment[]): Row => ({
      kind: 'thread',
      key: `t ${said[0]!.id}`,
      path,
      comments: said,
    })
    const told = annotations.filter((one) => one.path === path)
    const note = (annotation: Annotated): Row => ({
      kind: 'annotation',
      key: `a ${path} ${annotations.indexOf(annotation)}`,
      annotation,
    })
    if (file.patch === null) {
      const nothing: Row = {
        kind: 'note',
        key: `n ${path}`,
        text: 'GitHub shows no lines of this file: it is binary or too large.',
      }
      return [head, ...told.map(note), ...own.map(thread), nothing]
    }
    const placed = new Set<readonly ReviewComment[] | Annotated>()
    const below = (line: DiffLine | null): Row[] => {
      if (!line || line.kind === 'hunk') return []
      const at = own.filter(([first]) => isOn(first!, line))
      const notes = told.filter(
        (one) => line.kind !== 'removed' && line.after === one.end_line && !placed.has(one),
      )
      for (const one of [...at, ...notes]) placed.add(one)
      const open = writing && writing.path === path && isOn(writing, line)
      return [
        ...notes.map(note),
        ...at.map(thread),
        ...(open
          ? [{ kind: 'composer', key: `c ${path} ${writing.side} ${writing.line}`, place: writing } as const]
          : []),
      ]
    }
    const lines = readPatch(file.patch)
    const body: Row[] = split
      ? pairLines(lines).flatMap(([before, after], at) => [
          { kind: 'pair', key: `p ${path} ${at}`, path, before, after } as const,
          ...(before === after ? below(after) : [...below(before), ...below(after)]),
        ])
      : lines.flatMap((line, at) => [
          { kind: 'line', key: `l ${path} ${at}`, path, line } as const,
          ...below(line),
        ])
    return [
      head,
      ...told.filter((one) => !placed.has(one)).map(note),
      ...own.filter((said) => !placed.has(said)).map(thread),
      ...body,
    ]
  })
}

/** Where a comment on this line would stand. */
export function placeOf(path: string, line: DiffLine): LinePlace | null {
  if (line.kind === 'hunk') return null
  return line.kind === 'removed'
    ? { path, line: line.before!, side: 'LEFT' }
    : { path, line: line.after!, side: 'RIGHT' }
}

function isOn({ line: number, side }: { line: number | null; side: string | null }, line: DiffLine): boolean {
  if (number === null) return false
  if (side === 'LEFT') return line.before === number && line.kind !== 'added'
  return line.after === number
}

/** Comments by what they answer, oldest first. */
function threadsOf(comments: readonly ReviewComment[]): ReviewComment[][] {
  const threads = new Map<number, ReviewComment[]>()
  for (const comment of comments.toSorted((a, b) => a.id - b.id)) {
    const first = comment.in_reply_to_id ?? comment.id
    threads.set(first, [...(threads.get(first) ?? []), comment])
  }
  return [...threads.values()]
}
