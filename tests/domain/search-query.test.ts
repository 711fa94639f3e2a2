import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { longestQuery, mostTerms, parseQuery, writeValue } from '../../contract/search/parse-query.ts'
import type { QueryNode } from '../../contract/search/query-tree.ts'
import { readNumberRange, readTimeRange } from '../../contract/search/ranges.ts'
import { readQuery, typeOf } from '../../contract/search/read-query.ts'
import { searchWords } from '../../contract/search/words.ts'
import { closingReferencesIn } from '../../src/domain/closing-references.ts'
import { mentionsIn, teamMentionsIn } from '../../src/domain/mentions.ts'
import { factWord, wordsOf } from '../../src/domain/search/text-words.ts'

/** What a query says, without the places. */
const terms = (text: string) =>
  parseQuery(text).terms.map((term) => {
    const said = term.kind === 'text' ? term.text : `${term.word}:${term.values.join('|')}`
    return `${term.negated ? '-' : ''}${said}`
  })
const problems = (text: string) => parseQuery(text).problems.map(({ message }) => message)

describe('a query', () => {
  it.each([
    ['is:open label:bug crash', ['is:open', 'label:bug', 'crash']],
    ['label:"good first issue" author:@me', ['label:good first issue', 'author:@me']],
    ['label:bug,"needs help" -label:wontfix', ['label:bug|needs help', '-label:wontfix']],
    ['"exact phrase" -"not this" plain', ['exact phrase', '-not this', 'plain']],
    ['IS:open', ['is:open']],
    ['-', ['-']],
    ['  ', []],
    ['review-requested:ada', ['review-requested:ada']],
    ['created:>2026-01-01', ['created:>2026-01-01']],
    ['https://example.org/a:b', ['https://example.org/a:b']],
    ['fix: a thing', ['fix:', 'a', 'thing']],
    ['"', []],
  ])('%s', (text, expected) => {
    expect(terms(text)).toEqual(expected)
  })

  /** What a query asks for, brackets around all that belongs together. */
  const shape = (text: string) => {
    const write = (node: QueryNode): string => {
      if (node.kind === 'text') return `${node.negated ? '-' : ''}${node.text}`
      if (node.kind === 'filter') return `${node.negated ? '-' : ''}${node.word}:${node.values.join(',')}`
      if (node.kind === 'not') return `NOT ${write(node.part)}`
      const parts = node.parts.map(write)
      return parts.length === 1 ? parts[0]! : `(${parts.join(node.kind === 'all' ? ' & ' : ' | ')})`
    }
    return write(parseQuery(text).root)
  }

  it.each([
    ['a b', '(a & b)'],
    ['a AND b', '(a & b)'],
    ['a OR b', '(a | b)'],
    ['a b OR c', '((a & b) | c)'],
    ['a (b OR c)', '(a & (b | c))'],
    [
      '(type:Bug AND assignee:ada) OR (type:Feature AND assignee:bob)',
      '((type:Bug & assignee:ada) | (type:Feature & assignee:bob))',
    ],
    ['NOT a', 'NOT a'],
    ['-(a OR b) c', '(NOT (a | b) & c)'],
    ['NOT (a b)', 'NOT (a & b)'],
    ['NOT NOT a', 'NOT NOT a'],
    ['(a label:bug)', '(a & label:bug)'],
    ['read() main(x)', '(read() & main(x))'],
    ['(read() x)', '(read() & x)'],
    ['or and not', '(or & and & not)'],
    ['"OR" b', '(OR & b)'],
    ['repo:a/b repo:c/d x', '(x & (repo:a/b | repo:c/d))'],
    ['repo:a/b AND repo:c/d', '(repo:a/b & repo:c/d)'],
    ['org:a -repo:c/d', '(org:a & -repo:c/d)'],
    ['()', '()'],
    ['((((( a )))))', 'a'],
  ])('understands operators and brackets: %s', (text, expected) => {
    expect(shape(text)).toBe(expected)
    expect(problems(text)).toEqual([])
  })

  it.each([
    ['a OR', 'a', 'stands between'],
    ['OR a', 'a', 'stands between'],
    ['a OR AND b', 'a | b', 'stands between'],
    ['a (OR) b', 'a & b', 'stands between'],
    ['NOT', '', '“NOT” stands before'],
    ['a NOT OR b', 'a | b', '“NOT” stands before'],
    ['(a b', 'a & b', 'not closed'],
    ['x ((((((a))))))', 'x', 'at most 5 deep'],
    ['x ((((((a OR label:)))))) b', 'x & b', 'at most 5 deep'],
  ])('says what is odd about them: %s', (text, asked, message) => {
    expect(problems(text)).toHaveLength(1)
    expect(problems(text)[0]).toContain(message)
    expect(shape(text).replace(/[()]/g, '')).toBe(asked)
  })

  it('says what was probably meant, and in the place of what', () => {
    const text = 'is:open -lable:"a b" x'
    const [{ from, to, instead } = { from: 0, to: 0 }] = parseQuery(text).problems
    expect(text.slice(0, from) + instead + text.slice(to)).toBe('is:open -label:"a b" x')
    expect(parseQuery('strange:thing').problems[0]).not.toHaveProperty('instead')
  })

  it('tells where each term stands', () => {
    const text = 'crash  -label:"a b" x'
    expect(parseQuery(text).terms.map(({ from, to }) => text.slice(from, to))).toEqual([
      'crash',
      '-label:"a b"',
      'x',
    ])
  })

  it('says what it does not understand, and takes it as text', () => {
    expect(problems('lable:bug')).toEqual([
      '“lable:” is no word of the search; did you mean “label:”? It is looked for as text.',
    ])
    expect(terms('lable:bug')).toEqual(['lable:bug'])
    expect(problems('label:')).toEqual(['“label:” says nothing without a value.'])
    expect(problems('"open')).toEqual(['A quotation mark is not closed.'])
    expect(problems('https://example.org fix: this 12:30')).toEqual([])
    const words = readQuery('is:strange status:success created:soon comments:many', 'issues')
    expect(words.problems).toHaveLength(4)
    expect(words.parts).toEqual([])
  })

  it('is bounded', () => {
    const many = parseQuery('a '.repeat(mostTerms + 5))
    expect(many.terms).toHaveLength(mostTerms)
    expect(many.problems).toHaveLength(1)
    expect(parseQuery('a'.repeat(longestQuery + 1)).problems).toHaveLength(1)
  })

  it('is read the same however often it is written: whatever the text, every term has its place', () => {
    const pieces = fc.constantFrom(
      '"',
      '-',
      ':',
      ',',
      ' ',
      'label',
      'is',
      'open',
      '(',
      ')',
      'OR',
      ' NOT ',
      'x',
      '\n',
      '@me',
      'é',
      '..',
      '>',
    )
    const text = fc.oneof(
      fc.string({ maxLength: 80 }),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join('')),
    )
    fc.assert(
      fc.property(text, (query) => {
        const { terms, problems } = parseQuery(query)
        let end = 0
        for (const { from, to } of terms) {
          expect(from).toBeGreaterThanOrEqual(end)
          expect(to).toBeGreaterThan(from)
          expect(query.slice(from, to)).not.toMatch(/^\s/)
          end = to
        }
        expect(end).toBeLessThanOrEqual(query.length)
        for (const { from, to } of problems) expect(from).toBeLessThanOrEqual(to)
        // What stands between terms is space, or has a problem of its own.
        const told = [...terms, ...problems]
        const bare = [...query].filter(
          (c, i) => !/\s/.test(c) && !told.some(({ from, to }) => from <= i && i < to),
        )
        expect(bare.join('').replace(/["()-]|AND|OR|NOT/g, '')).toEqual('')
      }),
      { numRuns: 500 },
    )
  })

  it('finds back what is written for it', () => {
    const words = fc.constantFrom('label', 'author', 'milestone', 'repo')
    const value = fc
      .string({ minLength: 1, maxLength: 20 })
      .filter((v) => !v.includes('"') && v.trim() !== '')
    fc.assert(
      fc.property(fc.array(fc.tuple(words, value, fc.boolean()), { maxLength: 8 }), (filters) => {
        const text = filters.map(([word, v, not]) => `${not ? '-' : ''}${word}:${writeValue(v)}`).join(' ')
        fc.pre(text.length <= longestQuery)
        const read = parseQuery(text).terms.map(
          (t) => t.kind === 'filter' && [t.word, t.values[0], t.negated],
        )
        expect(read).toEqual(filters)
      }),
    )
  })

  it('takes as long as it is long', () => {
    const time = (text: string) => {
      const began = process.cpuUsage()
      for (let i = 0; i < 200; i++) parseQuery(text)
      const { user } = process.cpuUsage(began)
      return user
    }
    for (const piece of ['"', '-', 'a:', 'a-', 'label:"', ',"', ':,']) {
      time(piece.repeat(50))
      // 200 readings of the longest query: a reading that is not linear takes many times this.
      expect(time(piece.repeat(longestQuery)), piece).toBeLessThan(2_000_000)
    }
  })

  it('is about what it says', () => {
    expect(typeOf(parseQuery('is:pr x'))).toBe('pulls')
    expect(typeOf(parseQuery('is:issue'))).toBe('issues')
    expect(typeOf(parseQuery('is:open'))).toBeNull()
    expect(typeOf(parseQuery('type:PR x'))).toBe('pulls')
    expect(typeOf(parseQuery('(is:pr OR label:bug)'))).toBeNull()
  })

  it('has a meaning for each of its words', () => {
    for (const [name, { means, types }] of Object.entries(searchWords)) {
      expect(means, name).not.toBe('')
      expect(types.length, name).toBeGreaterThan(0)
    }
  })
})

describe('ranges', () => {
  const day = Date.parse('2026-01-02')
  const now = Date.parse('2026-03-10T12:00:00Z')
  it.each([
    ['2026-01-02', day, day + 86_399_999],
    ['>2026-01-02', day + 86_400_000, null],
    ['>=2026-01-02', day, null],
    ['<2026-01-02', null, day - 1],
    ['2026-01-02..2026-01-03', day, day + 2 * 86_400_000 - 1],
    ['*..2026-01-02', null, day + 86_399_999],
    ['2026-01-02T03:04:05Z', day + 11_045_000, day + 11_045_000],
    ['@today', Date.parse('2026-03-10'), Date.parse('2026-03-11') - 1],
    ['>=@today-7d', Date.parse('2026-03-03'), null],
  ])('of time: %s', (text, from, to) => {
    expect(readTimeRange(text, now)).toEqual({ from, to })
  })
  it.each(['', 'soon', '>', '2026-13-01', '1..2', '2026-01-01..', '2026-01-01..2026-01-02..x', '@today-'])(
    'of time: not %j',
    (text) => {
      expect(readTimeRange(text, now)).toBeNull()
    },
  )
  it('of numbers', () => {
    expect(readNumberRange('3')).toEqual({ from: 3, to: 3 })
    expect(readNumberRange('>3')).toEqual({ from: 4, to: null })
    expect(readNumberRange('3..5')).toEqual({ from: 3, to: 5 })
    expect(readNumberRange('x')).toBeNull()
  })
})

describe('the words of a text', () => {
  it('are the same for a text and for who looks for it', () => {
    expect(wordsOf('Crash in `TideStation.read()` – Überlauf, naïve café!')).toEqual(
      'crash in tidestation read uberlauf naive cafe'.split(' '),
    )
    expect(wordsOf('日本語 src/main.ts:12')).toEqual(['日本語', 'src', 'main', 'ts', '12'])
    expect(wordsOf('!!! "-" *')).toEqual([])
  })

  it('never look like a fact', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(wordsOf(text).filter((word) => /[\ue000-\ue0ff\s'"\\]/.test(word))).toEqual([])
        expect(factWord(`issue label:${text}`)).not.toMatch(/[\s'"\\]/)
      }),
    )
  })

  it('call people', () => {
    expect(
      mentionsIn('@ada and (@Bob-2), not mail@example.org, `@code`, @org/team, ```\n@quoted\n``` @ada'),
    ).toEqual(['ada', 'bob-2'])
    expect(teamMentionsIn('@Org/Team, @ada and a/@b/c, `@x/y`')).toEqual(['org/team'])
    expect(mentionsIn(null)).toEqual([])
    expect(mentionsIn(Array.from({ length: 80 }, (_, i) => `@p${i}`).join(' '))).toHaveLength(50)
  })
})

it.each([
  ['Closes #12', [12]],
  ['fixes: GH-7 and resolved #8, closes #12 and fix #12', [7, 8, 12]],
  ['prefixes #3, closing #4, `fixes #5`, fixes other/place#6, see #7, close #8x', []],
  [null, []],
])('a text closes issues: %s', (text, numbers) => {
  expect(closingReferencesIn(text)).toEqual(numbers)
})
