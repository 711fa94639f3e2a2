import { describe, expect, test } from 'vitest'
import type { PullFile } from '../../contract/pull-files.ts'
import type { ReviewComment } from '../../contract/review-comments.ts'
import { unifiedDiff } from '../../demo/unified-diff.ts'
import { colourLine } from '../../web/src/diff/colour-line.ts'
import { pairLines, readPatch } from '../../web/src/diff/read-patch.ts'
import { type Row, rowsOf } from '../../web/src/diff/rows.ts'

const before = 'a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n'
const after = 'a\nB\nB2\nc\nd\ne\nf\ng\nh\ni\nJ\n'
const { patch } = unifiedDiff(before, after)

describe('a patch', () => {
  test('numbers its lines on both sides', () => {
    const lines = readPatch(patch)
    expect(lines.find(({ text }) => text === 'B2')).toEqual({
      kind: 'added',
      text: 'B2',
      before: null,
      after: 3,
    })
    expect(lines.find(({ text }) => text === 'b')).toEqual({
      kind: 'removed',
      text: 'b',
      before: 2,
      after: null,
    })
    expect(lines.at(-1)).toEqual({ kind: 'added', text: 'J', before: null, after: 11 })
    expect(
      lines.filter(({ kind }) => kind === 'context').every((line) => line.after! - line.before! <= 1),
    ).toBe(true)
  })

  test('gives back both texts, whole', () => {
    const whole = readPatch(unifiedDiff('x\ny\n', 'y\nz\n').patch)
    const side = (...kinds: string[]) =>
      whole.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text)
    expect(side('context', 'removed')).toEqual(['x', 'y'])
    expect(side('context', 'added')).toEqual(['y', 'z'])
  })

  test('shows what came in the place of what, side by side', () => {
    const pairs = pairLines(readPatch(patch)).map(([left, right]) => [
      left?.text ?? null,
      right?.text ?? null,
    ])
    expect(pairs).toContainEqual(['b', 'B'])
    expect(pairs).toContainEqual([null, 'B2'])
    expect(pairs).toContainEqual(['j', 'J'])
  })

  test('knows that a missing line break at the end is no line', () => {
    expect(readPatch('@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b')).toHaveLength(3)
  })
})

const file: PullFile = {
  ...{ filename: 'a.ts', previous_filename: null, status: 'modified', additions: 3, deletions: 2, sha: '1' },
  patch,
}
const comment = (id: number, more: Partial<ReviewComment> = {}): ReviewComment => ({
  ...{ id, in_reply_to_id: null, path: 'a.ts', line: 3, side: 'RIGHT', user: null, body: 'Why?' },
  ...{
    review_id: 1,
    pull_number: 1,
    start_line: null,
    original_line: 3,
    commit_id: '',
    original_commit_id: '',
  },
  ...{ diff_hunk: '', reactions: {} },
  ...{ html_url: '', created_at: '2026-01-01T00:00:00.000Z', updated_at: '2026-01-01T00:00:00.000Z' },
  ...more,
})
const shown = { split: false, viewed: () => false, comments: [], writing: null }
const textOf = (row: Row | undefined) => row && 'line' in row && row.line.text

describe('the rows of a diff', () => {
  test.each([false, true])('put a thread below its line, answers in it (split: %s)', (split) => {
    // The newest first, as lists are.
    const comments = [comment(2, { in_reply_to_id: 1 }), comment(1), comment(3, { line: 2, side: 'LEFT' })]
    const rows = rowsOf([file], { ...shown, split, comments })
    const threads = rows.filter((row) => row.kind === 'thread')
    expect(threads.map((row) => row.comments.map(({ id }) => id)).sort()).toEqual([[1, 2], [3]])
    if (split) return
    expect(textOf(rows[rows.findIndex((row) => row.key === 't 1') - 1])).toBe('B2')
    expect(textOf(rows[rows.findIndex((row) => row.key === 't 3') - 1])).toBe('b')
  })

  test('lose no thread whose line is gone', () => {
    const rows = rowsOf([file], { ...shown, comments: [comment(1, { line: null })] })
    expect(rows.map(({ kind }) => kind).slice(0, 2)).toEqual(['file', 'thread'])
  })

  test.each([false, true])('show what checks say at its line, or below the name (split: %s)', (split) => {
    const annotation = {
      ...{ path: 'a.ts', start_line: 2, end_line: 3, annotation_level: 'failure', check: 'lint' },
      ...{ title: null, message: 'No' },
    }
    const far = { ...annotation, start_line: 400, end_line: 400 }
    const elsewhere = { ...annotation, path: 'b.ts' }
    const annotations = [annotation, far, elsewhere]
    const rows = rowsOf([file], { ...shown, split, annotations, comments: [comment(1)] })
    const notes = rows.flatMap((row) => (row.kind === 'annotation' ? [row.annotation] : []))
    expect(notes).toEqual([far, annotation])
    expect(rows[1]).toMatchObject({ kind: 'annotation', annotation: far })
    const at = rows.findIndex((row) => row.kind === 'annotation' && row.annotation === annotation)
    expect(rows[at + 1]).toMatchObject({ kind: 'thread' })
    if (!split) expect(textOf(rows[at - 1])).toBe('B2')
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length)
  })

  test('fold what was looked at, and open a place to write once', () => {
    expect(rowsOf([file], { ...shown, viewed: () => true })).toHaveLength(1)
    for (const split of [false, true]) {
      const writing = { path: 'a.ts', line: 4, side: 'RIGHT' } as const
      const rows = rowsOf([file], { ...shown, split, writing })
      expect(rows.filter(({ kind }) => kind === 'composer')).toHaveLength(1)
    }
  })

  test('of 5,000 changed lines are made in a moment', () => {
    const many = Array.from({ length: 2_500 }, (_, at) => `-old ${at}\n+new ${at}`).join('\n')
    const large = { ...file, patch: `@@ -1,2500 +1,2500 @@\n${many}` }
    const began = process.cpuUsage()
    expect(rowsOf([large], { ...shown, split: true, comments: [comment(1)] })).toHaveLength(2_503)
    expect(process.cpuUsage(began).user / 1000).toBeLessThan(1_000)
  })
})

describe('the colours of a line', () => {
  test('tell words of the language, texts, numbers and remarks, and lose nothing', () => {
    const line = "const a = 'it' + 42 // why"
    const tokens = colourLine(line, 'src/a.ts')
    expect(tokens.map(({ text }) => text).join('')).toBe(line)
    expect(tokens.filter(({ kind }) => kind !== 'plain')).toEqual([
      { text: 'const', kind: 'keyword' },
      { text: "'it'", kind: 'string' },
      { text: '42', kind: 'number' },
      { text: '// why', kind: 'comment' },
    ])
    expect(colourLine('# why', 'a.py')).toEqual([{ text: '# why', kind: 'comment' }])
    expect(colourLine('anything', 'a.unknown')).toEqual([{ text: 'anything', kind: 'plain' }])
  })
})
