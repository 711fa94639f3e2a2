/** Lines around a change that are shown with it. */
const around = 3

interface Line {
  mark: ' ' | '+' | '-'
  text: string
}

/** The hunks of a unified diff, as GitHub's `patch`; null: there is no such file on that side. */
export function unifiedDiff(before: string | null, after: string | null) {
  const lines = compare(linesOf(before), linesOf(after))
  const additions = lines.filter(({ mark }) => mark === '+').length
  const deletions = lines.filter(({ mark }) => mark === '-').length
  return { patch: hunksOf(lines).join('\n'), additions, deletions }
}

function linesOf(text: string | null): string[] {
  if (text === null || text === '') return []
  return text.replace(/\n$/, '').split('\n')
}

/** By the longest common subsequence of what lies between the common ends: the files of the sample are short. */
function compare(a: readonly string[], b: readonly string[]): Line[] {
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) start++
  let end = 0
  while (end < a.length - start && end < b.length - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const [old, now] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const common = Array.from({ length: old.length + 1 }, () => new Array<number>(now.length + 1).fill(0))
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i]![j] =
        old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const same = (text: string): Line => ({ mark: ' ', text })
  const lines: Line[] = a.slice(0, start).map(same)
  for (let i = 0, j = 0; i < old.length || j < now.length; ) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(same(old[i]!))
      i++
      j++
    } else if (j >= now.length || (i < old.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ mark: '-', text: old[i++]! })
    } else {
      lines.push({ mark: '+', text: now[j++]! })
    }
  }
  return [...lines, ...a.slice(a.length - end).map(same)]
}

function hunksOf(lines: readonly Line[]): string[] {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ mark }) => mark !== ' '),
  )
  const hunks: string[] = []
  let [old, now] = [1, 1]
  for (let at = 0; at < lines.length; ) {
    const from = at
    while (at < lines.length && near[at] === near[from]) at++
    const part = lines.slice(from, at)
    const [olds, nows] = [part.filter(({ mark }) => mark !== '+'), part.filter(({ mark }) => mark !== '-')]
    if (near[from]) {
      const begin = (first: number, count: number) => (count === 0 ? first - 1 : first)
      hunks.push(
        `@@ -${begin(old, olds.length)},${olds.length} +${begin(now, nows.length)},${nows.length} @@`,
        ...part.map(({ mark, text }) => mark + text),
      )
    }
    old += olds.length
    now += nows.length
  }
  return hunks
}
