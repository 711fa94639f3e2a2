import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'

/** Takes the `▲` out of a source and tells the line and column where it stood. */
function marked(sourceWithMark: string): { source: string; line: number; column: number } {
  const before = sourceWithMark.slice(0, sourceWithMark.indexOf('▲'))
  const lines = before.split('\n')
  return {
    source: sourceWithMark.replace('▲', ''),
    line: lines.length,
    column: (lines.at(-1)?.length ?? 0) + 1,
  }
}

const step = 'steps: [{ uses: hub/set-output, with: { a: b } }]'
const job = `jobs:\n  a:\n    ${step}`

describe('a good workflow', () => {
  const source = `
name: Triage
run-name: '#\${{ github.event.issue.number }} for \${{ github.actor }}'
on:
  issues: { types: [opened, reopened], repositories: ['acme/*', '!acme/secret'] }
  push:
    branches: [main, 'release/**']
  schedule: [{ cron: '*/15 8-18 * * MON-FRI' }]
  workflow_dispatch:
    inputs:
      level: { type: choice, options: [low, high], default: low, description: How loud }
      count: { type: number, required: true }
env: { GREETING: Hello }
jobs:
  classify:
    name: Classify \${{ github.actor }}
    outputs: { label: '\${{ steps.pick.outputs.label }}' }
    steps:
      - id: pick
        uses: hub/set-output
        with: { label: bug, number: 1, on: true }
      - uses: hub/sleep
        with: { seconds: 5 }
  tell:
    needs: classify
    if: \${{ always() && needs.classify.outputs.label == 'bug' }}
    continue-on-error: true
    env: { WHO: '\${{ github.actor }}' }
    steps:
      - name: Answer
        uses: github/comment
        timeout-minutes: 2
        with:
          body: |
            \${{ env.GREETING }} \${{ env.WHO }}
`
  const { definition, problems } = parseWorkflow(source)

  it('has no problems', () => expect(problems).toEqual([]))

  it('is read completely', () => {
    expect(definition).toMatchObject({
      name: 'Triage',
      on: {
        events: [
          { event: 'issues', types: ['opened', 'reopened'], repositories: ['acme/*', '!acme/secret'] },
          { event: 'push', branches: ['main', 'release/**'] },
        ],
        schedules: ['*/15 8-18 * * MON-FRI'],
        dispatch: [
          { name: 'level', type: 'choice', options: ['low', 'high'], default: 'low', required: false },
          { name: 'count', type: 'number', required: true, default: null },
        ],
      },
      jobs: [
        {
          id: 'classify',
          needs: [],
          if: null,
          continue_on_error: false,
          steps: [
            { id: 'pick', uses: 'hub/set-output', with: { label: 'bug', number: '1', on: 'true' } },
            { id: '__2', uses: 'hub/sleep', with: { seconds: '5' } },
          ],
        },
        {
          id: 'tell',
          needs: ['classify'],
          continue_on_error: true,
          steps: [{ id: '__1', name: 'Answer', timeout_minutes: 2 }],
        },
      ],
    })
  })

  it('is plain JSON', () => expect(JSON.parse(JSON.stringify(definition))).toEqual(definition))

  it.each(['on: push', 'on: [push, issues]', 'on: {push: , issues: {types: opened}}'])('%s', (on) => {
    expect(parseWorkflow(`${on}\n${job}`).problems).toEqual([])
  })

  it('may repeat itself with anchors', () => {
    const { definition } = parseWorkflow(`on: push
jobs:
  a: &job
    steps:
      - &step { uses: hub/set-output, with: { a: b } }
      - *step
  b: *job`)
    expect(definition?.jobs.map((each) => each.steps.map(({ uses }) => uses))).toEqual([
      ['hub/set-output', 'hub/set-output'],
      ['hub/set-output', 'hub/set-output'],
    ])
  })
})

describe('every mistake is reported at its line and column', () => {
  it.each([
    ['▲', 'empty'],
    ['▲- a', 'must be a mapping'],
    ['on: push\njobs: {▲', 'Flow map'],
    [`▲nam: x\non: push\n${job}`, "unknown key 'nam' in the workflow; did you mean 'name'?"],
    [`▲name: x\n${job}`, "'on' is missing"],
    ['▲on: push', "'jobs' is missing"],
    [`on: push\n▲on: issues\n${job}`, "'on' is written twice"],
    [`on: ▲pull_requets\n${job}`, "unknown event 'pull_requets'; did you mean 'pull_request'?"],
    [`on: [push, ▲issue]\n${job}`, "did you mean 'issues'?"],
    [
      `on:\n  issues:\n    types: [opened, ▲close]\n${job}`,
      "unknown activity type 'close'; did you mean 'closed'?",
    ],
    [`on:\n  push:\n    ▲types: [x]\n${job}`, "unknown key 'types' in 'push'"],
    [`on:\n  push:\n    branches: [▲'a[']\n${job}`, 'not a pattern'],
    [`on:\n  push:\n    ▲branches: ['!a']\n${job}`, 'only excludes'],
    [`on:\n  push:\n    branches: [a]\n    ▲branches-ignore: [b]\n${job}`, 'exclude each other'],
    [`on:\n  schedule:\n    - cron: ▲'61 * * * *'\n${job}`, 'not a cron pattern'],
    [`on:\n  schedule:\n    - cron: ▲'* * * * * *'\n${job}`, 'five fields'],
    [`on:\n  schedule:\n    - cron: ▲'0 0 30 2 *'\n${job}`, 'never comes'],
    [`on:\n  schedule:\n    - ▲crom: '0 0 * * *'\n${job}`, "did you mean 'cron'?"],
    [
      `on:\n  workflow_dispatch:\n    inputs:\n      a: {type: ▲bool}\n${job}`,
      "unknown type 'bool'; did you mean",
    ],
    [`on:\n  workflow_dispatch:\n    inputs:\n      ▲a: {type: choice}\n${job}`, "needs 'options'"],
    [
      `on:\n  workflow_dispatch:\n    inputs:\n      a: {type: number, default: ▲x}\n${job}`,
      'must be a number',
    ],
    ['on: push\njobs: ▲[a]', "'jobs' must be a mapping"],
    ['on: push\njobs:\n  ▲a:', "job 'a' must be a mapping"],
    [`on: push\njobs:\n  ▲a b:\n    ${step}`, 'no id of a job'],
    ['on: push\njobs:\n  ▲a:\n    name: x', "job 'a' has no 'steps'"],
    [`on: push\njobs:\n  a:\n    needs: [▲aa]\n    ${step}`, "there is no job 'aa'"],
    [`on: push\njobs:\n  a:\n    needs: ▲a\n    ${step}`, 'needs itself'],
    [
      `on: push\njobs:\n  ▲a:\n    needs: c\n    ${step}\n  b:\n    needs: a\n    ${step}\n  c:\n    needs: b\n    ${step}`,
      'a → c → b → a',
    ],
    ['on: push\njobs:\n  a:\n    steps:\n      - ▲name: x', "needs 'run' or 'uses'"],
    ['on: push\njobs:\n  a:\n    steps:\n      - uses: ▲github/coment', "did you mean 'github/comment'?"],
    ['on: push\njobs:\n  a:\n    steps:\n      - uses: ▲actions/checkout', 'there are github/comment, '],
    ['on: push\njobs:\n  a:\n    steps:\n      - ▲uses: github/comment', "needs the input 'body'"],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - uses: github/comment\n        with: {body: x, ▲boddy: y}',
      "did you mean 'body'?",
    ],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - uses: hub/sleep\n        ▲with: {seconds: 1, until: x}',
      "either 'seconds' or 'until'",
    ],
    ['on: push\njobs:\n  a:\n    steps:\n      - id: ▲__x\n        uses: hub/set-output', 'no id of a step'],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - {id: x, uses: hub/set-output}\n      - ▲{id: x, uses: hub/set-output}',
      "has the id 'x'",
    ],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - uses: hub/set-output\n        timeout-minutes: ▲0',
      'above 0',
    ],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - uses: hub/set-output\n        with: {a: ▲[1]}',
      'must be a text, not a list',
    ],
    [
      'on: push\njobs:\n  a:\n    steps:\n      - uses: hub/set-output\n        continue-on-error: ▲maybe',
      'must be true, false or an expression',
    ],
  ])('%j', (sourceWithMark, message) => {
    const { source, line, column } = marked(sourceWithMark)
    const { definition, problems } = parseWorkflow(source)
    expect(definition).toBeNull()
    expect(problems).toContainEqual({
      line,
      column,
      severity: 'error',
      message: expect.stringContaining(message),
    })
  })

  const inStep = (lines: string) =>
    `on: push\njobs:\n  a:\n    steps:\n      - uses: hub/set-output\n${lines}`
  it.each([
    [
      inStep("        with: {a: 'x ${{ 1 }} ${{ github.actor == ▲nope }}'}"),
      "Unrecognized named-value: 'nope'",
    ],
    [
      inStep('        with:\n          a: |\n            one\n              two ${{ 1 ▲+? 2 }}'),
      'Unexpected symbol',
    ],
    [inStep('        with:\n          a: >-\n            one\n            two ▲${{ 1 }'), 'never closed'],
    [inStep('        if: success() ▲&&\n'), 'Unexpected end of expression'],
    [inStep('        if: ▲secrets.A'), "Unrecognized named-value: 'secrets'"],
    [inStep('        if: ▲nope(1)'), "Unrecognized function: 'nope'"],
    [
      `on: push\njobs:\n  a:\n    name: x ${'${{'} ▲steps.a }}\n    ${step}`,
      "Unrecognized named-value: 'steps'",
    ],
    [inStep('        if: "github.actor == true▲()"'), 'Unexpected symbol'],
    [inStep('        if: "▲${{ 1 }} == 1"').replace('"▲${{ 1 }}', '"${{ 1 }}▲'), 'one expression'],
    [inStep('        with: {a: "${{ ▲always() }}"}'), "Unrecognized function: 'always'"],
    [`run-name: \${{ ▲steps.a }}\non: push\n${job}`, "Unrecognized named-value: 'steps'"],
    [`on: push\njobs:\n  a:\n    if: ▲env.A == 1\n    ${step}`, "Unrecognized named-value: 'env'"],
  ])('in an expression: %j', (sourceWithMark, message) => {
    const { source, line, column } = marked(sourceWithMark)
    expect(parseWorkflow(source).problems).toContainEqual({
      line,
      column,
      severity: 'error',
      message: expect.stringContaining(message),
    })
  })

  it.each([
    ['runs-on', `on: push\njobs:\n  a:\n    ▲runs-on: x\n    ${step}`],
    ['steps.b', inStep('        with: {a: "${{ ▲steps.b.outcome }}"}')],
    [
      'steps.c.outputs.stauts',
      inStep(
        '      - {id: c, uses: http/request, with: {url: u}}\n      - uses: hub/set-output\n        if: ▲steps.c.outputs.stauts == 200',
      ),
    ],
    [
      'inputs.leval',
      `run-name: \${{ ▲inputs.leval }}\non: {workflow_dispatch: {inputs: {level: {}}}}\n${job}`,
    ],
    ['needs.a', `on: push\njobs:\n  a:\n    ${step}\n  b:\n    if: ▲needs.a.result\n    ${step}`],
  ])('warns of %s and goes on', (name, sourceWithMark) => {
    const { source, line, column } = marked(sourceWithMark)
    const { definition, problems } = parseWorkflow(source)
    expect(definition).not.toBeNull()
    expect(problems).toEqual([
      { line, column, severity: 'warning', message: expect.stringContaining(`'${name}'`) },
    ])
  })

  it.each([
    ['permissions', `on: push\n▲permissions: read-all\n${job}`, 'no effect'],
    ['timeout-minutes', `on: push\njobs:\n  a:\n    ▲cancel-timeout-minutes: 5\n    ${step}`, 'no effect'],
    ['paths', `on:\n  pull_request:\n    ▲paths: [x]\n${job}`, 'does not tell'],
    ['secrets', `on:\n  workflow_call:\n    ▲secrets: {a: {}}\n${job}`, 'no effect'],
    ['environment', `on: push\njobs:\n  a:\n    ▲environment: live\n    ${step}`, 'cannot run here'],
    ['uses', 'on: push\njobs:\n  a:\n    ▲uses: a/b/.github/workflows/c.yml@v1', 'cannot run here'],
    [
      'ubuntu',
      `on: push\njobs:\n  a:\n    ▲runs-on: [ubuntu-latest]\n    ${step}`,
      "not GitHub's hosted image",
    ],
    ['windows', `on: push\njobs:\n  a:\n    ▲runs-on: windows-2025\n    ${step}`, 'cannot run here'],
    ['an action', 'on: push\njobs:\n  a:\n    steps:\n      - uses: ▲actions/checkout@v4', 'cannot run here'],
  ])('accepts %s, and says what becomes of it', (_, sourceWithMark, message) => {
    const { source, line, column } = marked(sourceWithMark)
    const { definition, problems } = parseWorkflow(source)
    expect(definition?.jobs.map(({ id }) => id)).toEqual(['a'])
    expect(problems).toEqual([
      { line, column, severity: 'warning', message: expect.stringContaining(message) },
    ])
  })

  it('checks what it accepts', () => {
    const { problems } = parseWorkflow(
      'on: push\npermissions: reed\njobs:\n  a:\n    runs-on: ${{ nope( }}\n    strategy: {matrix: {a: 1}}\n    steps: [{run: make, shel: bash}]',
    )
    const errors = problems.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ line, column }) => [line, column])).toEqual([
      [2, 14],
      [5, 22],
      [6, 28],
      [7, 25],
    ])
  })

  it('finds all of them, in the order of the source', () => {
    const { problems } = parseWorkflow(
      'nam: x\non: pusch\njobs:\n  a:\n    steps:\n      - uses: x\n        if: nope\n      - rum: y',
    )
    expect(problems.map(({ line }) => line)).toEqual([1, 2, 6, 7, 8, 8])
  })
})

describe('hostile sources', () => {
  it.each([
    [
      'too many steps',
      `on: push\njobs:\n${Array.from({ length: 5 }, (_, n) => `  j${n}: {steps: [${'{uses: hub/set-output},'.repeat(250)}]}`).join('\n')}`,
      'at most 1000 steps',
    ],
    ['too long', `name: ${'x'.repeat(300_000)}`, '256 KiB'],
    ['deeply nested', '['.repeat(50_000), '100 levels'],
    [
      'a billion laughs',
      `on: push\nx: &a [l]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]},`.repeat(10)}]`).join('\n')}\nenv: *j`,
      'must be a mapping',
    ],
    [
      'many aliases of a large list',
      `on: push\nx: &s [${'{uses: hub/set-output},'.repeat(250)}]\njobs:\n${Array.from({ length: 250 }, (_, index) => `  j${index}: {steps: *s}`).join('\n')}`,
      'aliases expand',
    ],
  ])('%s', (_, source, message) => {
    const started = performance.now()
    const { definition, problems } = parseWorkflow(source)
    expect(definition).toBeNull()
    expect(problems.map((problem) => problem.message).join('\n')).toContain(message)
    expect(performance.now() - started).toBeLessThan(15_000)
  })

  it('never throws, and places every problem inside the source', () => {
    const words = [
      'on',
      'jobs',
      'a',
      'steps',
      'uses',
      'hub/sleep',
      'if',
      '${{',
      '}}',
      'with',
      ':',
      '-',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      "'",
      '"',
      '\n',
      '\n  ',
      ' ',
      '|',
      'push',
      '#',
      '!!',
      '?',
    ]
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 3 })), { maxLength: 40 }),
        (parts) => {
          const source = parts.join('')
          const lines = source.split('\n')
          const { definition, problems } = parseWorkflow(source)
          expect(definition === null).toBe(problems.some((problem) => problem.severity === 'error'))
          for (const { line, column } of problems) {
            expect(line).toBeGreaterThanOrEqual(1)
            expect(line).toBeLessThanOrEqual(lines.length)
            expect(column).toBeGreaterThanOrEqual(1)
            expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1)
          }
        },
      ),
      { numRuns: 2_000 },
    )
  })
})
