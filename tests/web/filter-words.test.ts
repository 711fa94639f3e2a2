import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseQuery } from '../../contract/search/parse-query.ts'
import { listParams, queryOfOlder, stateOf, without, withState } from '../../web/src/data/filter-words.ts'
import { returnPath } from '../../web/src/data/return-path.ts'
import { suggestValues, suggestWords, writingAt } from '../../web/src/data/suggest.ts'

describe('the query of a list', () => {
  test('is asked for as the page can judge it, where it can', () => {
    expect(listParams(undefined, 'issues')).toEqual({ state: 'open' })
    expect(listParams('', 'issues')).toEqual({ state: 'all' })
    expect(listParams('is:closed label:bug label:"good first issue" sort:updated-asc', 'issues')).toEqual({
      state: 'closed',
      labels: 'bug,good first issue',
      sort: 'updated',
      direction: 'asc',
    })
  })

  test.each([
    'is:open author:ada',
    'crash',
    '-label:bug',
    'label:a,b',
    'is:open lable:bug',
    'is:merged',
    'is:open OR is:closed',
    'is:open (label:a)',
    'sort:comments-desc',
  ])('is asked for as it is written otherwise: %s', (q) => {
    expect(listParams(q, 'issues')).toEqual({ q })
  })

  test('knows its state, and changes it', () => {
    expect(stateOf(undefined)).toBe('open')
    expect(stateOf('label:bug')).toBe('all')
    expect(withState('label:bug is:open "a b"', 'closed')).toBe('is:closed label:bug "a b"')
    expect(withState('is:closed x', 'all')).toBe('x')
    expect(stateOf('is:closed OR label:bug')).toBe('all')
    expect(withState('is:closed OR label:bug', 'open')).toBe('is:open (is:closed OR label:bug)')
  })

  test('loses one term and keeps the others as they are written', () => {
    const text = 'is:open  label:"a b" crash'
    expect(without(text, [parseQuery(text).terms[1]!])).toBe('is:open crash')
  })

  test('is that of an older address', () => {
    expect(queryOfOlder({})).toBeUndefined()
    expect(queryOfOlder({ state: 'all' })).toBe('')
    const search = fc.record({
      state: fc.constantFrom('open', 'closed', 'all'),
      labels: fc
        .array(fc.stringMatching(/^[a-z][a-z ]{0,12}[a-z]$/), { minLength: 1, maxLength: 3 })
        .map((labels) => labels.join(',')),
      sort: fc.constantFrom('created', 'updated'),
      direction: fc.constantFrom('asc', 'desc'),
    })
    fc.assert(
      fc.property(search, (wanted) => {
        expect(listParams(queryOfOlder(wanted), 'issues')).toEqual(wanted)
      }),
    )
  })
})

describe('suggestions', () => {
  test('see what is being written', () => {
    expect(writingAt('is:open aut', 11)).toEqual({ from: 8, to: 11, negated: false, word: null, text: 'aut' })
    expect(writingAt('-label:"good fi', 15)).toEqual({
      from: 0,
      to: 15,
      negated: true,
      word: 'label',
      text: 'good fi',
    })
    expect(writingAt('is:open label:bug', 4)).toMatchObject({ from: 0, word: 'is', text: 'o' })
    expect(writingAt('(is:open OR -(aut', 17)).toMatchObject({ from: 14, word: null, text: 'aut' })
    expect(writingAt('f(x', 3)).toMatchObject({ from: 0, text: 'f(x' })
  })

  test('are the words and values that begin so', () => {
    expect(suggestWords(writingAt('-aut', 4), 'issues')).toMatchObject([
      { put: '-author:', label: 'author:' },
    ])
    expect(suggestWords(writingAt('rev', 3), 'issues')).toEqual([])
    expect(suggestWords(writingAt('rev', 3), 'pulls').map(({ label }) => label)).toEqual([
      'review-requested:',
      'reviewed-by:',
      'review:',
    ])
    expect(suggestValues(writingAt('is:m', 4), 'pulls')?.map(({ put }) => put)).toEqual(['is:merged '])
    expect(suggestValues(writingAt('is:m', 4), 'issues')).toEqual([])
    expect(suggestValues(writingAt('author:a', 8), 'issues')).toBeNull()
    expect(suggestValues(writingAt('strange:a', 9), 'issues')).toEqual([])
  })
})

test('after signing in one comes back to a path of the app, never to another site', () => {
  expect(returnPath('/issues?state=all')).toBe('/issues?state=all')
  for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', 'evil', undefined])
    expect(returnPath(elsewhere)).toBe('/')
})
