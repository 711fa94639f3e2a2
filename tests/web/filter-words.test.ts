import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readFilter, writeFilter } from '../../web/src/data/filter-words.ts'
import { returnPath } from '../../web/src/data/return-path.ts'

describe('search words', () => {
  test('say what a list shows', () => {
    const { search, unknown } = readFilter(
      'is:closed label:bug label:"good first issue" sort:updated-asc',
      true,
    )
    expect(unknown).toEqual([])
    expect(search).toEqual({
      state: 'closed',
      labels: 'bug,good first issue',
      sort: 'updated',
      direction: 'asc',
    })
  })

  test('without a state show all', () => {
    expect(readFilter('', true).search).toEqual({ state: 'all' })
  })

  test('that are not known are named, not dropped', () => {
    expect(readFilter('is:open author:ada crash', true).unknown).toEqual(['author:ada', 'crash'])
    expect(readFilter('label:bug', false).unknown).toEqual(['label:bug'])
  })

  test('read back as they were written', () => {
    const search = fc.record(
      {
        state: fc.constantFrom('open' as const, 'closed' as const, 'all' as const),
        labels: fc
          .array(fc.stringMatching(/^[a-z][a-z ]{0,12}[a-z]$/), { minLength: 1, maxLength: 3 })
          .map((labels) => labels.join(',')),
        sort: fc.constantFrom('created' as const, 'updated' as const),
      },
      { requiredKeys: ['state'] },
    )
    fc.assert(
      fc.property(search, (wanted) => {
        const { search: read, unknown } = readFilter(writeFilter(wanted), true)
        expect(unknown).toEqual([])
        expect(read).toEqual(wanted.sort ? { ...wanted, direction: 'desc' } : wanted)
      }),
    )
  })
})

test('after signing in one comes back to a path of the app, never to another site', () => {
  expect(returnPath('/issues?state=all')).toBe('/issues?state=all')
  for (const elsewhere of ['https://evil.example', '//evil.example', '/\\evil.example', 'evil', undefined])
    expect(returnPath(elsewhere)).toBe('/')
})
