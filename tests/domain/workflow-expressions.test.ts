import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluateCondition, evaluateTemplate } from '../../src/domain/workflow/expressions.ts'

const github = {
  actor: 'Octocat',
  ref: 'refs/heads/main',
  event: {
    issue: {
      number: 7,
      title: "It's ${{ github.actor }} `rm -rf`",
      labels: [{ name: 'bug' }, { name: 'Help wanted' }],
    },
    empty: [],
  },
}
const contexts = {
  github,
  inputs: { level: 3, dry: false, name: '' },
  needs: { build: { result: 'success' } },
}
const fine = { success: true, failure: false, cancelled: false }
const failed = { success: false, failure: true, cancelled: false }
const cancelled = { success: false, failure: false, cancelled: true }

const value = (expression: string) => evaluateTemplate(`\${{ ${expression} }}`, contexts)

describe('expressions mean what GitHub documents', () => {
  it.each([
    // literals and operators
    ["'It''s ''open'' source'", "It's 'open' source"],
    ['0xff', '255'],
    ['-9.2', '-9.2'],
    ['-2.99e-2', '-0.0299'],
    ['null', ''],
    ['true', 'true'],
    ["'Text' == 'TEXT'", 'true'],
    ["1 == '1'", 'true'],
    ["null == ''", 'true'],
    ["true == 'true'", 'false'],
    ['NaN == NaN', 'false'],
    ["'a' < 'B'", 'true'],
    ["github.ref == 'refs/heads/main' && 'value_for_main' || 'other'", 'value_for_main'],
    ['!(1 > 2)', 'true'],
    // dereferencing
    ['github.event.issue.number', '7'],
    ["github['event']['issue'].number", '7'],
    ['GITHUB.Event.ISSUE.number', '7'],
    ['github.event.no.such.thing', ''],
    ['github.event.issue.labels[1].name', 'Help wanted'],
    ["join(github.event.issue.labels.*.name, ', ')", 'bug, Help wanted'],
    ['github.event.empty[0]', ''],
    ['github.event', 'Object'],
    // functions
    ["contains('Hello world', 'LLO')", 'true'],
    ["contains(github.event.issue.labels.*.name, 'BUG')", 'true'],
    ["startsWith('Hello world', 'he')", 'true'],
    ["endsWith('Hello world', 'LD')", 'true'],
    ["format('Hello {0} {1} {0}', 'Mona', 'Octocat')", 'Hello Mona Octocat Mona'],
    ["format('{{Hello}}')", '{Hello}'],
    ["fromJSON('[1,[2]]')[1][0]", '2'],
    ['fromJSON(\'{"a":{"b":true}}\').a.b', 'true'],
    ['toJSON(github.event.empty)', '[]'],
    ['toJSON(inputs.level)', '3'],
    ['toJSON(github.event.issue.labels[0])', '{\n  "name": "bug"\n}'],
  ])('%s → %s', (expression, expected) => {
    expect(value(expression)).toBe(expected)
  })

  it('fills several expressions and leaves the text around them', () => {
    expect(evaluateTemplate('#${{ github.event.issue.number }} by ${{github.actor}}!', contexts)).toBe(
      '#7 by Octocat!',
    )
  })
})

describe('text that came with an event stays data', () => {
  it('is not evaluated again', () => {
    expect(value('github.event.issue.title')).toBe(github.event.issue.title)
    expect(value("format('{0}', github.event.issue.title)")).toBe(github.event.issue.title)
  })

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    '%s is no property of an object',
    (name) => {
      expect(value(`github.event['${name}']`)).toBe('')
      expect(value(`github['${name}']['constructor']`)).toBe('')
    },
  )

  it.each(["constructor('return 1')", "valueOf('a')", "__proto__('a')", "toString('a')"])(
    '%s is no function',
    (call) => {
      expect(() => value(call)).toThrow(/Unrecognized function/)
    },
  )

  it('gives own properties of any name, as a payload may have them', () => {
    const event = JSON.parse('{"constructor":"c","__proto__":{"polluted":"p"}}')
    expect(evaluateTemplate('${{ github.event.constructor }}', { github: { event } })).toBe('c')
    expect(evaluateTemplate('${{ github.event.__proto__.polluted }}', { github: { event } })).toBe('p')
    expect(({} as { polluted?: string }).polluted).toBeUndefined()
  })

  it('reproduces any text exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(evaluateTemplate('<${{ github.event.body }}>', { github: { event: { body: text } } })).toBe(
          `<${text}>`,
        )
      }),
    )
  })
})

describe('what cannot be evaluated', () => {
  it('fails with a coded error', () => {
    expect(() => value("fromJSON('{')")).toThrow(expect.objectContaining({ code: 'expression_failed' }))
    expect(() => value("format('{1}', 'a')")).toThrow(expect.objectContaining({ code: 'expression_failed' }))
  })

  it('does not grow without bound', () => {
    let bomb = "'aaaaaaaaaa'"
    for (let level = 0; level < 20; level++) bomb = `format('{0}{0}{0}{0}', ${bomb})`
    expect(() => value(bomb)).toThrow(/longer than 1048576/)
    const list = JSON.stringify(Array.from({ length: 2_000 }, () => 'x'.repeat(10)))
    expect(() =>
      evaluateTemplate(`\${{ join(fromJSON(github.event.list), github.event.glue) }}`, {
        github: { event: { list, glue: 'y'.repeat(1_000) } },
      }),
    ).toThrow(/longer than 1048576/)
  })
})

describe('evaluating is bounded', () => {
  const failed = (message: RegExp) =>
    expect.objectContaining({ code: 'expression_failed', message: expect.stringMatching(message) })
  const fill = (text: string, event: unknown) => () => evaluateTemplate(text, { github: { event } })

  it('in the text it makes, while it makes it', () => {
    const body = 'x'.repeat(100_000)
    expect(fill('${{ github.event.body }}'.repeat(900), { body })).toThrow(failed(/grew beyond/))
  })

  it('in what it looks at', () => {
    const body = 'x'.repeat(100_000)
    const asks = "${{ contains(github.event.body, 'y') }}"
    expect(fill(asks.repeat(10), { body })()).toBe('false'.repeat(10))
    expect(fill(asks.repeat(900), { body })).toThrow(failed(/too much work/))
    expect(fill(`\${{ ${'github.event.body == 1 || '.repeat(500)} true }}`, { body })).toThrow(
      failed(/too much work/),
    )
  })

  it('in the items of a list', () => {
    const many = Array.from({ length: 60_000 }, () => 1)
    const keys = Object.fromEntries(many.map((_, index) => [`k${index}`, 1]))
    expect(fill('${{ github.event.many[0] }}', { many })).toThrow(failed(/no list of more than 50000/))
    expect(fill('${{ github.event.keys.* }}', { keys })).toThrow(failed(/no list of more than 50000/))
    expect(fill('${{ github.event.keys.k59999 }}', { keys })()).toBe('1')
  })

  it('in toJSON of a large event', () => {
    expect(
      fill('${{ toJSON(github.event) }}', { a: Array.from({ length: 20 }, () => 'x'.repeat(60_000)) }),
    ).toThrow(failed(/toJSON\(\) would make a text longer/))
  })

  it('in depth', () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    expect(fill('${{ toJSON(fromJSON(github.event.deep)) }}', { deep })).toThrow(failed(/nested too deeply/))
    expect(fill(`\${{ 1${' == 1'.repeat(3_000)} }}`, {})).toThrow(/at most 200 values/)
    expect(fill(`\${{ 1${' == 1'.repeat(150)} }}`, {})()).toBe('true')
  })
})

describe('conditions', () => {
  it.each([
    [null, fine, true],
    [null, failed, false],
    ['', failed, false],
    ["github.actor == 'octocat'", fine, true],
    ["${{ github.actor == 'nobody' }}", fine, false],
    // without a status function, success() is asked too
    ["github.actor == 'octocat'", failed, false],
    ["github.actor == 'octocat'", cancelled, false],
    ['true', failed, false],
    ['success()', fine, true],
    ['failure()', fine, false],
    ['failure()', failed, true],
    ['FAILURE() && inputs.level > 2', failed, true],
    ['failure() && inputs.dry', failed, false],
    ['always()', cancelled, true],
    ['!cancelled()', failed, true],
    ['!cancelled()', cancelled, false],
    ['${{ cancelled() }}', cancelled, true],
    ['success() || failure()', cancelled, false],
    // a name that only looks like a status function
    ["'always()' == 'x' || true", failed, false],
    // truthiness
    ['inputs.name', fine, false],
    ["'false'", fine, true],
    ['0', fine, false],
    ['github.event.empty', fine, true],
  ] as const)('%s', (text, status, expected) => {
    expect(evaluateCondition(text, () => contexts, status)).toBe(expected)
  })
})
