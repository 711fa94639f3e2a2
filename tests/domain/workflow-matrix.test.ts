import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import { definitionOf, simulateRun, summary } from './simulated-run.ts'

const run = (jobs: string, event?: unknown) => simulateRun(definitionOf(`on: push\njobs:\n${jobs}`), event)
const failure = { outcome: 'failure', error: { code: 'step_failed', message: 'no' } } as const
const request = '{id: s, uses: http/request, with: {url: b}}'
const at = (job: string) => ({ job, step: 's' })
const names = (simulation: ReturnType<typeof run>) => simulation.state().jobs.map(({ name }) => name)

describe('a job with a matrix', () => {
  it('becomes a job for each combination, all at once, and ends with the last of them', () => {
    const simulation = run(`  a:
    strategy: {matrix: {os: [linux, bsd], v: [1, 2], include: [{os: linux, extra: yes}]}}
    outputs: {said: '\${{ steps.s.outputs.said }}'}
    steps: [${request}]
  b: {needs: a, if: 'needs.a.outputs.said == ''late'' && needs.a.result == ''success''', steps: [${request}]}`)
    expect(names(simulation)).toEqual(['a', 'b', 'a (linux, 1)', 'a (linux, 2)', 'a (bsd, 1)', 'a (bsd, 2)'])
    expect(simulation.live()).toEqual(['a.0', 'a.1', 'a.2', 'a.3'].map(at))
    simulation.passTime(1)
    for (const job of ['a.3', 'a.0']) simulation.finish(at(job), { outputs: { said: job } })
    simulation.passTime(1)
    simulation.finish(at('a.2'), { outputs: { said: 'late' } })
    simulation.passTime(1)
    expect(simulation.state().jobs[0]).toMatchObject({ status: 'in_progress', steps: [] })
    simulation.finish(at('a.1'))
    expect(simulation.state().jobs[0]).toMatchObject({ conclusion: 'success', outputs: { said: 'late' } })
    simulation.finish(at('b'))
    expect(simulation.state().conclusion).toBe('success')
  })

  it('gives each its `matrix` and `strategy`, and those to names', () => {
    const simulation = run(`  a:
    name: \${{ matrix.os.name }} \${{ strategy.job-index }}/\${{ strategy.job-total }}
    env: {OS: '\${{ matrix.os.name }}'}
    strategy: {max-parallel: 7, matrix: {os: [{name: linux}, {name: bsd}]}}
    outputs: {all: '\${{ env.OS }} \${{ toJSON(strategy) }} \${{ github.job }}'}
    steps: [{id: s, name: 'on \${{ matrix.os.name }}', uses: hub/set-output}]`)
    expect(names(simulation)).toEqual(['a', 'linux 0/2', 'bsd 1/2'].with(0, simulation.state().jobs[0]!.name))
    const [, first, second] = simulation.state().jobs
    expect(first?.steps[0]?.name).toBe('on linux')
    expect(second?.outputs.all?.replace(/\s+/g, ' ')).toBe(
      'bsd { "fail-fast": true, "job-index": 1, "job-total": 2, "max-parallel": 7 } a',
    )
  })

  it('has neither where there is no matrix', () => {
    const simulation = run(`  a:
    outputs: {x: "[\${{ toJSON(matrix) }}] \${{ matrix.os }} \${{ strategy.job-total }}"}
    steps: [{uses: hub/set-output}]`)
    expect(simulation.state().jobs[0]?.outputs.x).toBe('[null]  1')
  })

  it('is made of what a needed job gives', () => {
    const simulation = run(`  list:
    outputs: {m: '\${{ steps.s.outputs.m }}'}
    steps: [${request}]
  a:
    needs: list
    strategy: {fail-fast: "\${{ github.event.fast }}", max-parallel: "\${{ fromJSON('1') }}", matrix: "\${{ fromJSON(needs.list.outputs.m) }}"}
    steps: [${request}]
  c:
    needs: list
    strategy: {matrix: {v: "\${{ fromJSON(needs.list.outputs.m).v }}", w: [1, "\${{ needs.list.result }}"]}}
    steps: [${request}]`)
    simulation.finish(at('list'), { outputs: { m: '{"v":[1,"x"]}' } })
    expect(names(simulation).slice(3)).toEqual([
      'a (1)',
      'a (x)',
      'c (1, 1)',
      'c (1, success)',
      'c (x, 1)',
      'c (x, success)',
    ])
    expect(simulation.state().expansions?.[0]).toMatchObject({ fail_fast: false, max_parallel: 1 })
    expect(simulation.live().map(({ job }) => job)).not.toContain('a.1')
  })

  it.each(['{', '[]', '{"include":[]}', '{"v":[]}', '{"v":1}'])('fails by itself on %s', (m) => {
    const simulation = run(`  list: {outputs: {m: '\${{ steps.s.outputs.m }}'}, steps: [${request}]}
  a: {needs: list, strategy: {matrix: '\${{ fromJSON(needs.list.outputs.m) }}'}, steps: [${request}]}
  z: {needs: a, if: failure(), steps: [${request}]}`)
    simulation.finish(at('list'), { outputs: { m } })
    expect(simulation.state().jobs[1]).toMatchObject({
      conclusion: 'failure',
      error: { code: 'expression_failed' },
    })
    expect(simulation.live()).toEqual([at('z')])
  })

  it('is skipped where its `if` says so or its matrix makes nothing', () => {
    const simulation = run(`  a: {if: false, strategy: {matrix: {v: [1]}}, steps: [${request}]}
  b: {strategy: {matrix: {v: [1], exclude: [{v: 1}]}}, steps: [${request}]}`)
    expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'skipped', started_at: null })
  })

  it('runs no more at the same time than `max-parallel` says', () => {
    const simulation = run(
      `  a: {strategy: {max-parallel: 2, matrix: {v: [1, 2, 3, 4]}}, steps: [${request}]}`,
    )
    expect(simulation.live()).toEqual([at('a.0'), at('a.1')])
    simulation.finish(at('a.1'))
    expect(simulation.live()).toEqual([at('a.0'), at('a.2')])
    simulation.finish(at('a.2'))
    expect(simulation.live()).toEqual([at('a.0'), at('a.3')])
  })

  it.each(['0', '-1', '0.5', '"${{ github.event.none }}"'])('with `max-parallel: %s` runs all', (most) => {
    const simulation = run(
      `  a: {strategy: {max-parallel: ${most}, matrix: {v: [1, 2, 3]}}, steps: [${request}]}`,
    )
    expect(simulation.live()).toEqual(['a.0', 'a.1', 'a.2'].map(at))
    expect(simulation.state().expansions?.[0]).toMatchObject({ max_parallel: 3 })
  })

  it('may have long names, which are cut', () => {
    const name = 'name: "${{ github.event.long }}${{ matrix.v }}"'
    const simulation = run(`  a: {${name}, strategy: {matrix: {v: [1]}}, steps: [${request}]}`, {
      long: 'x'.repeat(500),
    })
    expect(names(simulation)[1]).toBe('x'.repeat(400))
  })

  it.each([
    ['2000 jobs', 8, 250, 1],
    ['10000 steps', 2, 200, 26],
  ])('fails where the run would have more than %s', (_, jobs, size, steps) => {
    const v = Array.from({ length: size }, (_, index) => index)
    const each = `strategy: {matrix: {v: [${v}]}}, steps: [${Array(steps).fill('{uses: http/request, with: {url: b}}')}]`
    const ids = Array.from({ length: jobs }, (_, index) => `j${index}`)
    const simulation = run(ids.map((id) => `  ${id}: {${each}}`).join('\n'))
    const all = simulation.state().jobs
    expect(all).toHaveLength(jobs + (jobs - 1) * size)
    expect(all.slice(0, jobs).map(({ status }) => status)).toEqual(
      ids.map((_, at) => (at < jobs - 1 ? 'in_progress' : 'completed')),
    )
    expect(all[jobs - 1]).toMatchObject({
      conclusion: 'failure',
      error: { code: 'expression_failed', message: 'a run has at most 2000 jobs and 10000 steps' },
    })
  })

  it('gives only what those of it gave that ended well', () => {
    const simulation = run(`  a:
    strategy: {fail-fast: false, matrix: {v: [1, 2]}}
    outputs: {said: '\${{ steps.s.outputs.said }}'}
    steps: [${request}]`)
    simulation.finish(at('a.0'), { outputs: { said: 'well' } })
    simulation.passTime(1)
    simulation.finish(at('a.1'), { ...failure, outputs: { said: 'badly' } })
    expect(simulation.state().jobs[0]).toMatchObject({ conclusion: 'failure', outputs: { said: 'well' } })
  })
})

describe('a failure in a matrix', () => {
  const jobs = (strategy: string, more = '') => `  a:
    strategy: {${strategy} matrix: {v: [1, 2, 3]}}${more}
    steps: [${request}, {id: t, if: always(), uses: hub/set-output}]
  b: {needs: a, steps: [${request}]}`

  it('stops the others; what asks for it still runs', () => {
    const simulation = run(jobs('max-parallel: 2,'))
    simulation.finish(at('a.1'), failure)
    expect(simulation.stopping()).toEqual([at('a.0')])
    simulation.finish(at('a.0'), { outcome: 'cancelled' })
    expect(summary(simulation.state())).toEqual([
      'a: failure ()',
      'b: skipped (skipped)',
      'a.0: cancelled (cancelled, success)',
      'a.1: failure (failure, success)',
      'a.2: cancelled (skipped, skipped)',
    ])
    expect(simulation.state().conclusion).toBe('failure')
  })

  it('leaves them alone with `fail-fast: false`', () => {
    const simulation = run(jobs('fail-fast: false, max-parallel: 2,'))
    simulation.finish(at('a.0'), failure)
    expect(simulation.live()).toEqual([at('a.1'), at('a.2')])
    simulation.finish(at('a.1'))
    simulation.finish(at('a.2'))
    expect(simulation.state()).toMatchObject({
      conclusion: 'failure',
      jobs: [{ conclusion: 'failure' }, {}, {}, {}, {}],
    })
  })

  it('and with `continue-on-error`, which may ask the matrix', () => {
    const simulation = run(jobs('', '\n    continue-on-error: ${{ matrix.v == 2 }}'))
    simulation.finish(at('a.1'), failure)
    expect(simulation.stopping()).toEqual([])
    simulation.finish(at('a.0'))
    simulation.finish(at('a.2'))
    expect(simulation.live()).toEqual([at('b')])
    expect(simulation.state().jobs[0]).toMatchObject({ conclusion: 'success', outcome: 'failure' })
  })

  it('a cancelled run stops what waits for its turn', () => {
    const simulation = run(jobs('max-parallel: 1,'))
    simulation.cancel()
    simulation.finish(at('a.0'), { outcome: 'cancelled' })
    expect(summary(simulation.state()).slice(2)).toEqual([
      'a.0: cancelled (cancelled, success)',
      'a.1: cancelled (skipped, skipped)',
      'a.2: cancelled (skipped, skipped)',
    ])
    expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  })
})

describe('the time of a job', () => {
  it('is over after `timeout-minutes`: it is cancelled as GitHub does, and what cleans up still runs', () => {
    const simulation = run(`  a:
    timeout-minutes: \${{ fromJSON('2') }}
    steps: [${request}, {id: t, if: always(), uses: hub/set-output}]
  b: {timeout-minutes: 1, steps: [{uses: hub/sleep, with: {seconds: 3600}}]}`)
    expect(simulation.wakeAt()).toBe(60_000)
    simulation.passTime(60_000)
    expect(simulation.state().jobs[1]).toMatchObject({
      conclusion: 'cancelled',
      error: { code: 'job_timeout' },
    })
    expect(simulation.stopping()).toEqual([])
    simulation.passTime(60_000)
    expect(simulation.stopping()).toEqual([at('a')])
    simulation.finish(at('a'), { outcome: 'cancelled' })
    expect(summary(simulation.state())[0]).toBe('a: cancelled (cancelled, success)')
    expect(simulation.state().conclusion).toBe('cancelled')
  })

  it('begins with each job of a matrix', () => {
    const strategy = 'strategy: {max-parallel: 1, matrix: {v: [1, 2]}}'
    const simulation = run(`  a: {timeout-minutes: 1, ${strategy}, steps: [${request}]}`)
    simulation.passTime(50_000)
    simulation.finish(at('a.0'))
    expect(simulation.wakeAt()).toBe(110_000)
    simulation.passTime(50_000)
    expect(simulation.stopping()).toEqual([])
    simulation.passTime(10_000)
    expect(simulation.stopping()).toEqual([at('a.1')])
  })
})

describe('a matrix in the source', () => {
  it.each([
    ["'exclude' names 'b'", '{matrix: {a: [1], exclude: [{b: 1}]}}'],
    [
      'the matrix makes 289 jobs',
      `{matrix: {a: [${Array.from({ length: 17 })}], b: [${Array.from({ length: 17 })}]}}`,
    ],
    ["'a' of the matrix has no values", '{matrix: {a: []}}'],
  ])('is told of at its place: %s', (message, strategy) => {
    const { problems } = parseWorkflow(
      `on: push\njobs:\n  x:\n    strategy: ${strategy.replaceAll(',,', ',1,').replaceAll('[,', '[1,').replaceAll(',]', ',1]').replaceAll(',,', ',1,')}\n    steps: [${request}]`,
    )
    expect(problems).toContainEqual(
      expect.objectContaining({
        line: 4,
        column: 24,
        severity: 'error',
        message: expect.stringContaining(message),
      }),
    )
  })
})
