import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyEdits, type Edit, editOf, messageOf } from '../../src/domain/apply-edits.ts'

const comment = {
  id: 7,
  path: 'a.ts',
  body: 'So:\n```suggestion\nlet x = 2\n```\nor\n```suggestion\n```',
  diff_hunk: '@@ -1,2 +1,3 @@\n one\n-gone\n+let x = 1\n+let y = 1',
  line: 3,
  start_line: 2,
  side: 'RIGHT',
  user: { login: 'ada', id: 5 },
}
const edit = (given: Partial<Edit>): Edit => ({
  ...{ path: 'a.ts', from: 1, to: 1, before: [], after: [] },
  ...given,
})

describe('a suggestion', () => {
  it('is for the lines of its comment, as they stood', () => {
    const before = ['let x = 1', 'let y = 1']
    expect(editOf(comment, 0)).toEqual({ path: 'a.ts', from: 2, to: 3, before, after: ['let x = 2'] })
    expect(editOf(comment, 1)).toMatchObject({ after: [] })
    // GitHub cuts long differences: what it tells of some of the lines says nothing of all of them.
    expect(editOf({ ...comment, line: 6 }, 0)).toMatchObject({ from: 2, to: 6, before: [] })
  })

  it('says why it cannot be applied', () => {
    expect(editOf(comment, 2)).toMatch('has no such suggestion')
    expect(editOf({ ...comment, line: null }, 0)).toMatch('outdated')
    expect(editOf({ ...comment, side: 'LEFT' }, 0)).toMatch('gone')
    expect(applyEdits('1\n2\n', [edit({ from: 3, to: 3 })])).toMatch('outdated')
    expect(applyEdits('1\n2\n', [edit({ from: 2, to: 2, before: ['two'] })])).toMatch('outdated')
    expect(applyEdits('1\n2\n', [edit({ from: 1, to: 2 }), edit({ from: 2, to: 2 })])).toMatch('same lines')
  })

  it('keeps how lines end, and what ends the file', () => {
    const edits = [edit({ from: 2, to: 2, before: ['b'], after: ['B', 'C'] })]
    expect(applyEdits('a\r\nb\r\nc\r\n', edits)).toEqual({ text: 'a\r\nB\r\nC\r\nc\r\n' })
    const endings = [edit({ from: 2, to: 2, before: ['b\r'], after: ['B\r'] })]
    expect(applyEdits('a\r\nb\r\n', endings)).toEqual({ text: 'a\r\nB\r\n' })
    expect(applyEdits('a\nb\n', endings)).toEqual({ text: 'a\nB\n' })
    expect(applyEdits('a\nb', edits)).toEqual({ text: 'a\nB\nC' })
    expect(applyEdits('a\nb\n', [edit({ from: 2, to: 2 })])).toEqual({ text: 'a\n' })
  })

  it('is applied beside others as if each were applied alone, in any order', () => {
    const line = fc.string({ maxLength: 5 }).map((text) => text.replaceAll(/[\r\n]/g, ''))
    const parts = fc.array(fc.tuple(line, fc.option(fc.array(line, { maxLength: 3 }))), { minLength: 1 })
    fc.assert(
      fc.property(parts, fc.boolean(), (lines, backwards) => {
        const text = `${lines.map(([now]) => now).join('\n')}\n`
        const edits = lines.flatMap(([now, after], at) =>
          after === null ? [] : [edit({ from: at + 1, to: at + 1, before: [now], after })],
        )
        const expected = lines.flatMap(([now, after]) => after ?? [now]).map((one) => `${one}\n`)
        const applied = applyEdits(text, backwards ? edits.toReversed() : edits)
        expect(applied).toEqual({ text: expected.join('') })
      }),
    )
  })
})

describe('the commit of suggestions', () => {
  const about = { login: 'bob', count: 1, host: 'github.com' }
  const ada = { login: 'ada', id: 5 }

  it('names who suggested it, once, and not who applies it', () => {
    expect(messageOf([ada], about)).toBe(
      'Apply suggestion from @ada\n\nCo-authored-by: ada <5+ada@users.noreply.github.com>',
    )
    expect(messageOf([ada, ada, { login: 'Bob', id: 6 }], { ...about, count: 3 })).toBe(
      'Apply suggestions from code review\n\nCo-authored-by: ada <5+ada@users.noreply.github.com>',
    )
    expect(messageOf([{ login: 'bob', id: 6 }], { ...about, message: ' Two lights ' })).toBe('Two lights')
  })
})
