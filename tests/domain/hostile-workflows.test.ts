import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import { countSteps } from '../support/count-steps.ts'

const step = 'steps: [{ uses: hub/set-output, with: { a: b } }]'
const job = `jobs:\n  a:\n    ${step}\n`
const repeat = (text: string) => (length: number) => text.repeat(Math.floor(length / text.length))
const each = (make: (index: number) => string) => (length: number) => {
  let text = ''
  for (let index = 0; text.length < length; index++) text += make(index)
  return text
}
const input = (make: (length: number) => string) => (length: number) =>
  `on: push\njobs:\n  a:\n    steps:\n      - uses: hub/set-output\n        with:\n          a: "${make(length)}"\n`
const condition = (make: (length: number) => string) => (length: number) =>
  `on: push\njobs:\n  a:\n    if: "${make(length)}"\n    ${step}\n`
const around =
  (before: string, make: (length: number) => string, after = `\n${job}`) =>
  (length: number) =>
    `${before}${make(length)}${after}`
const both = (open: string, close: string) => (length: number) => {
  const times = Math.floor(length / (open.length + close.length))
  return `${open.repeat(times)}1${close.repeat(times)}`
}

/** Sources of about a length, each large in another way. */
const shapes: Record<string, (length: number) => string> = {
  'expressions in one text': input(repeat('${{inputs.a}}')),
  'expressions on lines': around('on: push\nenv:\n  a: |\n', repeat('   ${{ inputs.a }}\n')),
  'expressions of expressions': input(repeat('${{github.a==github.b}}')),
  'an expression of many lines': around(
    'on: push\nenv:\n  a: "${{ 1',
    repeat('\n\n   || inputs.b'),
    ` }}"\n${job}`,
  ),
  'a quoted text of many lines in an expression': around(
    "on: push\nenv:\n  a: |\n    ${{ '",
    repeat('\n    x'),
    `' == nope }}\n${job}`,
  ),
  'expressions that never close': input(repeat("${{ ' ")),
  'expressions with names that almost exist': around(
    `on:\n  workflow_dispatch:\n    inputs: {${each((index) => `input${index}: ,`)(1_000)}}\nenv:\n  a: "`,
    repeat('${{inputs.inputs}}'),
    `"\n${job}`,
  ),
  '== in a row': condition((length) => `1${repeat('==1')(length)}`),
  '< in a row': condition((length) => `1${repeat('<1')(length)}`),
  '|| in a row': condition((length) => `1${repeat('||1')(length)}`),
  '! in a row': condition((length) => `${repeat('!')(length)}1`),
  'brackets of expressions': condition(both('(', ')')),
  'functions of functions': condition(both('fromJSON(', ')')),
  'indexes of indexes': condition(both('github[', ']')),
  'properties of properties': condition((length) => `github${repeat('.a')(length)}`),
  arguments: condition((length) => `format('{0}'${repeat(',1')(length)})`),
  'a long word in an expression': condition(repeat('a')),
  'a long text in an expression': condition((length) => `'${repeat("''")(length)}'`),
  '[': repeat('['),
  '{a:': repeat('{a: '),
  '- in a row': repeat('- '),
  '? in a row': repeat('? '),
  ': in a row': repeat(': '),
  '], never opened': repeat(']'),
  commas: around('[', repeat(','), ''),
  'lists below lists': each((index) => `${' '.repeat(index)}-\n`),
  'mappings below mappings': each((index) => `${' '.repeat(index)}a:\n`),
  'mappings below long names': each((index) => `${' '.repeat(index)}long name:\n`),
  'one key, again and again': around('on: push\n', repeat('a: b\n')),
  'many keys': around(
    'on: push\n',
    each((index) => `k${index}: b\n`),
  ),
  'many variables': around(
    'on: push\nenv:\n',
    each((index) => ` k${index}: b\n`),
  ),
  'variables with expressions': around(
    'on: push\nenv:\n',
    each((index) => ` k${index}: \${{inputs.a${index}}}\n`),
  ),
  'many jobs': around(
    'on: push\njobs:\n',
    each((index) => ` j${index}: {}\n`),
    '',
  ),
  'jobs that need missing jobs': around(
    'on: push\njobs:\n',
    each(
      (index) => ` j${'x'.repeat(30)}${index}: {needs: [j${'x'.repeat(30)}q${index}, j${'x'.repeat(30)}r]}\n`,
    ),
    '',
  ),
  'jobs that need all before them': around(
    'on: push\njobs:\n',
    each((index) => ` j${index}: {needs: [${Array.from({ length: index }, (_, n) => `j${n}`)}], ${step}}\n`),
    '',
  ),
  'jobs in a circle': around(
    'on: push\njobs:\n',
    each((index) => ` j${index}: {needs: [j${index + 1}, j0], ${step}}\n`),
    '',
  ),
  'many steps': around('on: push\njobs:\n  a:\n    steps:\n', repeat('    - {uses: hub/sleep}\n'), ''),
  'many inputs of a step': around(
    'on: push\njobs:\n  a:\n    steps:\n      - uses: github/comment\n        with: {',
    each((index) => `bodi${index}: ,`),
    '}\n',
  ),
  'many outputs': around(
    'on: push\njobs:\n  a:\n    outputs: {',
    each((index) => `o${index}: ,`),
    '}\n',
  ),
  'a long event': around('on: ', repeat('x')),
  'many events': around('on: [', repeat('issue,'), `x]\n${job}`),
  'one event, again and again': around('on: [', repeat('push,'), `x]\n${job}`),
  'many activity types': around('on:\n  issues:\n    types: [', repeat('opned,'), `x]\n${job}`),
  'many patterns': around('on:\n  push:\n    branches: [', repeat("'a*',"), `b]\n${job}`),
  'a long pattern': around('on:\n  push:\n    branches: ["', repeat('[a'), `"]\n${job}`),
  'many schedules': around('on:\n  schedule:\n', repeat("    - cron: '0 0 30 2 *'\n"), job),
  'a long schedule': around("on:\n  schedule:\n    - cron: '", repeat('1,'), `2 * * * *'\n${job}`),
  'many inputs': around(
    'on:\n  workflow_dispatch:\n    inputs:\n',
    each((index) => `      k${index}: {}\n`),
    job,
  ),
  'many options': around(
    'on:\n  workflow_dispatch:\n    inputs:\n      a: {type: choice, default: zz, options: [',
    each((index) => `o${index},`),
    `]}\n${job}`,
  ),
  'many anchors': repeat('- &a b\n'),
  'many aliases': around('on: push\nenv: &e {a: b}\njobs:\n', repeat(' - *e\n'), ''),
  'aliases of many names': (length) =>
    `on: push\nenv: {${each((index) => `k${index}: &a${index} b,`)(length / 2)}}\nx: [${each((index) => `*a${index},`)(length / 2)}]\n${job}`,
  'aliases of a long text': (length) =>
    `on: push\nenv: {k: &a "${repeat('${{inputs.x}}')(length / 2)}",${each((index) => `k${index}: *a,`)(length / 2)}}\n${job}`,
  'aliases of a job': around(
    `on: push\njobs:\n j: &j {needs: [x], steps: [&t {uses: hub/sleep, with: {seconds: 1}}${',*t'.repeat(255)}]}\n`,
    each((index) => ` j${index}: *j\n`),
    '',
  ),
  comments: repeat('# a\n'),
  'empty lines': repeat('\n'),
  spaces: repeat(' '),
  'lines of spaces': repeat('    \n'),
  'a block of empty lines': around('a: |\n  x\n', repeat('\n'), ''),
  blocks: around(
    'on: push\nenv:\n',
    each((index) => ` k${index}: |\n  a\n`),
  ),
  'a colon': repeat(':'),
  tags: around(
    'on: push\nenv:\n',
    each((index) => ` k${index}: !x${index} b\n`),
  ),
  documents: repeat('---\n'),
  directives: repeat('%A b\n'),
  escapes: around('"', repeat('\\x41'), '"'),
  'a text without end': around('"', repeat('a\n'), ''),
  'a long plain text': repeat('a\n'),
  digits: around('a: ', repeat('1'), 'x'),
  'carriage returns': repeat('\r'),
  'byte order marks': repeat('\uFEFF'),
  emoji: repeat('😀'),
  zeros: repeat('\0'),
  'unpaired surrogates': repeat('\uD800'),
}

/**
 * A large good workflow takes about 40 steps for each of its characters; quadratic work on these would take 32,000.
 * Aliases may make up to 50,000 values and 512 KiB of text, whatever the length.
 */
const mostSteps = (length: number) => 400 * length + 20_000_000

describe('a hostile source', () => {
  it.each(Object.entries(shapes))(
    'of %s is judged in linear time, with few problems',
    async (_, make) => {
      const source = make(32_000)
      let answer: ReturnType<typeof parseWorkflow> | undefined
      const steps = await countSteps(() => {
        answer = parseWorkflow(source)
      })
      const problems = answer?.problems ?? []
      expect(problems.length).toBeLessThanOrEqual(101)
      expect(JSON.stringify(problems).length).toBeLessThan(50_000)
      expect(answer?.definition === null).toBe(problems.some(({ severity }) => severity === 'error'))
      expectInside(source, problems)
      expect(steps).toBeLessThan(mostSteps(source.length))
    },
    120_000,
  )

  it('of any mixture of them never costs more, nor is a problem placed outside of it', async () => {
    const piece = fc
      .record({
        make: fc.constantFrom(...Object.values(shapes)),
        length: fc.nat({ max: 3_000 }),
        cut: fc.nat({ max: 3_000 }),
      })
      .map(({ make, length, cut }) => make(length).slice(0, cut))
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 6 }), async (pieces) => {
        const source = pieces.join('\n')
        let problems: ReturnType<typeof parseWorkflow>['problems'] = []
        const steps = await countSteps(() => {
          problems = parseWorkflow(source).problems
        })
        expectInside(source, problems)
        expect(steps).toBeLessThan(mostSteps(source.length))
      }),
      { numRuns: 40 },
    )
  }, 120_000)
})

function expectInside(source: string, problems: readonly { line: number; column: number }[]): void {
  const lines = source.split('\n')
  for (const { line, column } of problems) {
    expect(line).toBeGreaterThanOrEqual(1)
    expect(line).toBeLessThanOrEqual(lines.length)
    expect(column).toBeGreaterThanOrEqual(1)
    expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
  }
}

describe('places', () => {
  it.each([
    ['*a[$\non]', 2, 3],
    ['on: push\njobs:\n  a:\n    if: "1 == \'\n\n      x\' && nope"\n    steps: []', 6, 13],
  ])('%j: a problem at line %d, column %d', (source, line, column) => {
    expect(parseWorkflow(source).problems).toContainEqual(expect.objectContaining({ line, column }))
  })

  it('do not follow the words of a text that looks like the message of the lexer', () => {
    const text = 'nope? . Located at position 99999 within expression: '
    const source = `on: push\njobs:\n  a:\n    if: "${text}"\n    ${step}\n`
    expectInside(source, parseWorkflow(source).problems)
    expect(parseWorkflow(source).problems[0]).toMatchObject({ line: 4 })
  })
})

describe('more than a hundred problems', () => {
  it('of which some are errors: the first are told, the last says that there are more', () => {
    const { definition, problems } = parseWorkflow(`on: [${'pusch,'.repeat(500)}push]\n${job}`)
    expect(definition).toBeNull()
    expect(problems).toHaveLength(101)
    expect(problems.at(-1)).toMatchObject({
      message: 'and more: the first 100 problems are listed',
      severity: 'error',
    })
  })

  it('of which all are warnings: the workflow can be used', () => {
    const { definition, problems } = parseWorkflow(
      `on: push\nenv: {A: "${'${{ inputs.a }}'.repeat(500)}"}\n${job}`,
    )
    expect(definition?.env.A).toHaveLength(500 * 15)
    expect(problems).toHaveLength(101)
    expect(new Set(problems.map(({ severity }) => severity))).toEqual(new Set(['warning']))
  })

  it('exactly a hundred are simply told', () => {
    const { problems } = parseWorkflow(`on: push\nenv: {A: "${'${{ inputs.a }}'.repeat(100)}"}\n${job}`)
    expect(problems).toHaveLength(100)
    expect(problems.at(-1)?.message).toContain('always empty')
  })
})

describe('depth', () => {
  it.each([
    ['on: push\njobs:\n  a:\n    if: 1==1==1', '==1', ' an expression compares'],
    ['on: push\njobs:\n  a:\n    if: 1==', '!', 'Exceeded max expression depth'],
  ])('of an expression (%j and %j again) is a problem at its line', (before, more, message) => {
    const { problems } = parseWorkflow(`${before}${more.repeat(5_000)}\n    ${step}\n`)
    expect(problems).toEqual([
      expect.objectContaining({ line: 4, message: expect.stringContaining(message.trim()) }),
    ])
  })

  it.each(['[', '{a: ', '- ', '? '])('of %j is a problem at its place', (sign) => {
    const { problems } = parseWorkflow(`on: push\nenv:\n  ${sign.repeat(2_000)}`)
    expect(problems).toEqual([
      expect.objectContaining({ line: 3, message: expect.stringContaining('100 levels') }),
    ])
  })

  it('of what people write is no problem', () => {
    const names = Array.from({ length: 40 }, (_, index) => `${' '.repeat(index)}name${index}:`).join('\n')
    expect(
      parseWorkflow(names)
        .problems.map(({ message }) => message)
        .join(),
    ).not.toContain('levels')
    const long = Array.from({ length: 3_000 }, (_, index) => `  VARIABLE_${index}: value of ${index}`).join(
      '\n',
    )
    expect(parseWorkflow(`on: push\nenv:\n${long}\n${job}`).problems).toEqual([])
  })
})

describe('an alias', () => {
  it('of a name that nothing above has is a problem', () => {
    expect(parseWorkflow(`on: push\nenv: *env\n${job}`).problems).toContainEqual(
      expect.objectContaining({ line: 2, column: 6, message: expect.stringContaining("'&env'") }),
    )
  })

  it('stands for the last value above it', () => {
    const source = `on: push\nenv: {A: &x one, B: *x, C: &x two, D: *x}\n${job}`
    expect(parseWorkflow(source).definition?.env).toEqual({ A: 'one', B: 'one', C: 'two', D: 'two' })
  })
})
