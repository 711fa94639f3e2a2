/** One line of a diff. */
export interface DiffLine {
  kind: 'context' | 'added' | 'removed' | 'hunk'
  text: string
  /** Its number before and after; null where it is not there. */
  before: number | null
  after: number | null
}

/** Reads the hunks of a unified diff as GitHub gives them for one file. */
export function readPatch(patch: string): DiffLine[] {
  const lines: DiffLine[] = []
  let [before, after] = [0, 0]
  for (const line of patch.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/.exec(line)
    if (hunk) {
      before = Number(hunk[1])
      after = Number(hunk[2])
      lines.push({ kind: 'hunk', text: line, before: null, after: null })
      continue
    }
    const text = line.slice(1)
    if (line.startsWith('+')) lines.push({ kind: 'added', text, before: null, after: after++ })
    else if (line.startsWith('-')) lines.push({ kind: 'removed', text, before: before++, after: null })
    // `\ No newline at end of file` is about the line before it.
    else if (!line.startsWith('\\')) lines.push({ kind: 'context', text, before: before++, after: after++ })
  }
  return lines
}

/** A row of a diff that shows both sides: either may be empty. */
export type Pair = [DiffLine | null, DiffLine | null]

/** Puts what was removed beside what came in its place. */
export function pairLines(lines: readonly DiffLine[]): Pair[] {
  const pairs: Pair[] = []
  for (let at = 0; at < lines.length; ) {
    const line = lines[at]!
    if (line.kind === 'context' || line.kind === 'hunk') {
      pairs.push([line, line])
      at++
      continue
    }
    const removed = takeWhile(lines, at, 'removed')
    const added = takeWhile(lines, at + removed.length, 'added')
    for (let row = 0; row < Math.max(removed.length, added.length); row++) {
      pairs.push([removed[row] ?? null, added[row] ?? null])
    }
    at += removed.length + added.length
  }
  return pairs
}

function takeWhile(lines: readonly DiffLine[], from: number, kind: DiffLine['kind']): DiffLine[] {
  let end = from
  while (lines[end]?.kind === kind) end++
  return lines.slice(from, end)
}
