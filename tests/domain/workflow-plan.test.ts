import { describe, expect, it } from 'vitest'
import { definitionOf, simulateRun, summary } from './simulated-run.ts'

const run = (jobs: string, event?: unknown) => simulateRun(definitionOf(`on: push\njobs:\n${jobs}`), event)
const step = (more = '') => `      - {uses: http/request, with: {url: b}${more}}\n`
const failure = { outcome: 'failure', error: { code: 'step_failed', message: 'no' } } as const
const a1 = { job: 'a', step: '__1' }

describe('the order of things', () => {
  it('starts jobs without needs at once, their steps one after the other', () => {
    const simulation = run(`  a:\n    steps:\n${step()}${step()}  b:\n    steps:\n${step()}`)
    expect(simulation.live()).toEqual([a1, { job: 'b', step: '__1' }])
    simulation.finish(a1)
    expect(simulation.live()).toEqual([
      { job: 'b', step: '__1' },
      { job: 'a', step: '__2' },
    ])
    expect(simulation.journal.map(({ kind }) => kind)).toEqual([
      'run.created',
      'run.started',
      'job.started',
      'step.started',
      'job.started',
      'step.started',
      'step.finished',
      'step.started',
    ])
  })

  it('waits for needs, wherever they stand, and hands their outputs on', () => {
    const simulation = run(
      `  b:\n    needs: a\n    if: needs.a.outputs.x == 'yes' && needs.a.result == 'success'\n    steps:\n${step()}` +
        `  a:\n    outputs: {x: '\${{ steps.s.outputs.y }}'}\n    steps:\n      - {id: s, uses: http/request, with: {url: b}}\n`,
    )
    expect(simulation.live()).toEqual([{ job: 'a', step: 's' }])
    simulation.finish({ job: 'a', step: 's' }, { outputs: { y: 'yes' } })
    expect(simulation.live()).toEqual([{ job: 'b', step: '__1' }])
    simulation.finish({ job: 'b', step: '__1' })
    expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(simulation.state().jobs[1]?.outputs).toEqual({ x: 'yes' })
  })

  it('ends at once when nothing runs', () => {
    const simulation = run(
      `  a:\n    if: false\n    steps:\n${step()}  b:\n    needs: a\n    steps:\n${step()}`,
    )
    expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'skipped', started_at: null })
    expect(summary(simulation.state())).toEqual(['a: skipped (skipped)', 'b: skipped (skipped)'])
  })
})

describe('failures', () => {
  it('skips what follows, except what asks for failures', () => {
    const simulation = run(
      `  a:\n    steps:\n${step()}${step()}${step(', if: failure()')}${step(', if: always()')}`,
    )
    simulation.finish(a1, failure)
    simulation.finish({ job: 'a', step: '__3' })
    simulation.finish({ job: 'a', step: '__4' })
    expect(summary(simulation.state())).toEqual(['a: failure (failure, skipped, success, success)'])
    expect(simulation.state().conclusion).toBe('failure')
  })

  it('goes down the whole chain of jobs, as on GitHub, and failure() sees far ancestors', () => {
    const simulation = run(
      `  a:\n    steps:\n${step()}` +
        `  b:\n    needs: a\n    steps:\n${step()}` +
        `  c:\n    needs: b\n    if: failure()\n    steps:\n${step()}` +
        `  d:\n    needs: c\n    steps:\n${step()}` +
        `  e:\n    needs: d\n    if: "!cancelled()"\n    steps:\n${step()}`,
    )
    simulation.finish(a1, failure)
    simulation.finish({ job: 'c', step: '__1' })
    simulation.finish({ job: 'e', step: '__1' })
    expect(summary(simulation.state())).toEqual([
      'a: failure (failure)',
      'b: skipped (skipped)',
      'c: success (success)',
      'd: skipped (skipped)',
      'e: success (success)',
    ])
    expect(simulation.state().conclusion).toBe('failure')
  })

  it('counts as success where continue-on-error says so, and keeps the outcome', () => {
    const simulation = run(
      `  a:\n    steps:\n      - {id: s, uses: http/request, with: {url: b}, continue-on-error: true}\n` +
        step(", if: steps.s.outcome == 'failure' && steps.s.conclusion == 'success'") +
        `  b:\n    continue-on-error: \${{ github.actor == 'octocat' }}\n    steps:\n${step()}` +
        `  c:\n    needs: b\n    steps:\n${step()}`,
    )
    simulation.finish({ job: 'a', step: 's' }, failure)
    simulation.finish({ job: 'a', step: '__2' })
    simulation.finish({ job: 'b', step: '__1' }, failure)
    expect(simulation.state().jobs[1]).toMatchObject({ outcome: 'failure', conclusion: 'success' })
    simulation.finish({ job: 'c', step: '__1' })
    expect(simulation.state().conclusion).toBe('success')
  })

  it('includes expressions that event text breaks: the step or job fails, the run ends', () => {
    const broken = "fromJSON(github.event.issue.body) == 'x'"
    const event = { issue: { body: '{' } }
    const simulation = run(
      `  a:\n    steps:\n${step(`, if: "${broken}"`)}` +
        `  b:\n    if: ${broken}\n    steps:\n${step()}` +
        `  c:\n    outputs: {code: "\${{ ${broken} }}", message: x}\n    steps:\n${step()}`,
      event,
    )
    simulation.finish({ job: 'c', step: '__1' })
    expect(summary(simulation.state())).toEqual([
      'a: failure (failure)',
      'b: failure (skipped)',
      'c: failure (success)',
    ])
    expect(simulation.state().jobs.map((job) => (job.error ?? job.steps[0]?.error)?.code)).toEqual([
      'expression_failed',
      'expression_failed',
      'expression_failed',
    ])
  })

  it('does not take outputs named code and message for an error', () => {
    const simulation = run(`  a:\n    outputs: {code: c, message: m}\n    steps:\n${step()}`)
    simulation.finish(a1)
    expect(simulation.state().jobs[0]).toMatchObject({
      conclusion: 'success',
      outputs: { code: 'c', message: 'm' },
    })
  })
})

describe('sleeping', () => {
  const sleep = '      - {uses: hub/sleep, with: {seconds: 60}}\n'

  it('ends when its time has come, not before, with no one performing it', () => {
    const simulation = run(`  a:\n    steps:\n${sleep}${step()}`)
    expect(simulation.live()).toEqual([])
    expect(simulation.wakeAt()).toBe(60_000)
    simulation.passTime(59_999)
    expect(simulation.live()).toEqual([])
    simulation.passTime(1)
    expect(simulation.live()).toEqual([{ job: 'a', step: '__2' }])
  })

  it('goes on across a restart with the same wake time and the same attempt', () => {
    const simulation = run(`  a:\n    steps:\n${sleep}`)
    simulation.passTime(30_000)
    simulation.restart()
    expect(simulation.wakeAt()).toBe(60_000)
    simulation.passTime(30_000)
    expect(simulation.state()).toMatchObject({
      conclusion: 'success',
      completed_at: '1970-01-01T00:01:00.000Z',
    })
    expect(simulation.journal.filter(({ kind }) => kind === 'step.started')).toHaveLength(1)
  })

  it.each([
    ['until: "1970-01-01T00:00:05Z"', 5_000],
    ['until: "1969-01-01"', 0],
    ['seconds: 0', 0],
    ['seconds: "1.5"', 1_500],
  ])('%s', (inputs, wakeAt) => {
    const simulation = run(`  a:\n    steps:\n      - {uses: hub/sleep, with: {${inputs}}}\n`)
    expect(simulation.wakeAt() ?? 0).toBe(wakeAt)
    expect(simulation.state().status).toBe(wakeAt === 0 ? 'completed' : 'in_progress')
  })

  it.each(['seconds: soon', 'seconds: 1e12', 'until: tomorrow', 'seconds: ""'])('%s fails', (inputs) => {
    const simulation = run(`  a:\n    steps:\n      - {uses: hub/sleep, with: {${inputs}}}\n`)
    expect(simulation.state().jobs[0]?.steps[0]?.error?.code).toBe('step_failed')
    expect(simulation.state().conclusion).toBe('failure')
  })
})

describe('cancelling', () => {
  it('stops what runs, lets cleaning steps run, and starts nothing else', () => {
    const simulation = run(
      `  a:\n    steps:\n${step()}${step()}${step(', if: always()')}${step(', if: cancelled()')}${step(', if: failure()')}` +
        `  b:\n    needs: a\n    steps:\n${step()}` +
        `  c:\n    needs: a\n    if: always()\n    steps:\n${step()}`,
    )
    simulation.cancel()
    expect(simulation.stopping()).toEqual([a1])
    simulation.finish(a1, { outcome: 'cancelled' })
    simulation.finish({ job: 'a', step: '__3' })
    expect(simulation.stopping()).toEqual([])
    simulation.finish({ job: 'a', step: '__4' })
    simulation.finish({ job: 'c', step: '__1' })
    expect(summary(simulation.state())).toEqual([
      'a: cancelled (cancelled, skipped, success, success, skipped)',
      'b: skipped (skipped)',
      'c: success (success)',
    ])
    expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'cancelled' })
  })

  it('leaves a job alone whose own condition still holds', () => {
    const simulation = run(`  a:\n    if: always()\n    steps:\n${step()}${step()}`)
    simulation.cancel()
    expect(simulation.stopping()).toEqual([])
    simulation.finish(a1)
    simulation.finish({ job: 'a', step: '__2' })
    expect(summary(simulation.state())).toEqual(['a: success (success, success)'])
    expect(simulation.state().conclusion).toBe('cancelled')
  })

  it('does not stop a running step whose own condition still holds', () => {
    const simulation = run(`  a:\n    steps:\n${step(', if: always()')}${step()}`)
    simulation.cancel()
    expect(simulation.stopping()).toEqual([])
    simulation.finish(a1)
    expect(summary(simulation.state())).toEqual(['a: cancelled (success, skipped)'])
  })

  it('wakes sleepers', () => {
    const simulation = run('  a:\n    steps:\n      - {uses: hub/sleep, with: {seconds: 60}}\n')
    simulation.cancel()
    expect(summary(simulation.state())).toEqual(['a: cancelled (cancelled)'])
    expect(simulation.state().status).toBe('completed')
  })
})

describe('taking up a run that another process left', () => {
  it('runs unfinished steps again with the next attempt, and never a finished one', () => {
    const simulation = run(`  a:\n    steps:\n${step()}${step()}`)
    simulation.finish(a1)
    simulation.passTime(1_000)
    simulation.restart()
    expect(simulation.live()).toEqual([{ job: 'a', step: '__2' }])
    expect(simulation.state().jobs[0]?.steps[1]?.started_at).toBe('1970-01-01T00:00:00.000Z')
    expect(simulation.state().jobs[0]?.steps.map(({ attempt }) => attempt)).toEqual([1, 2])
  })

  it('does not run what was to be stopped', () => {
    const simulation = run(`  a:\n    steps:\n${step()}`)
    simulation.cancel()
    simulation.restart()
    expect(simulation.live()).toEqual([])
    expect(summary(simulation.state())).toEqual(['a: cancelled (cancelled)'])
  })

  it('gives up on a step that takes the process down each time', () => {
    const simulation = run(`  a:\n    steps:\n${step()}`)
    for (let restarts = 0; restarts < 30; restarts++) simulation.restart()
    expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'failure' })
    expect(simulation.state().jobs[0]?.steps[0]).toMatchObject({
      attempt: 20,
      error: { code: 'step_failed' },
    })
  })
})

it('steps without an effect are done where they would start, so many at a time', () => {
  const pure = '      - {uses: hub/set-output, with: {a: b}}\n'
  const simulation = run(`  a:\n    steps:\n${pure.repeat(250)}`)
  expect(simulation.live()).toEqual([])
  expect(simulation.state()).toMatchObject({ status: 'completed', conclusion: 'success' })
  expect(simulation.plans()).toBe(3)
})

describe('what cannot run here', () => {
  it('fails its step, and only when its turn comes', () => {
    const simulation = run(
      `  a:\n    steps:\n${step()}      - {uses: a/b@v1, if: 'false'}\n      - {uses: a/b@v1}\n${step(', if: always()')}`,
    )
    simulation.finish(a1)
    expect(simulation.state().jobs[0]?.steps.map(({ conclusion }) => conclusion)).toEqual([
      'success',
      'skipped',
      'failure',
      null,
    ])
    expect(simulation.state().jobs[0]?.steps[2]?.error).toEqual({
      code: 'cannot_run_here',
      message: expect.stringMatching('It cannot run here: the hub runs no actions of others'),
    })
  })

  it('fails its job before a step begins, unless it is skipped', () => {
    const simulation = run(
      `  a:\n    environment: live\n    steps:\n${step()}  b:\n    uses: a/b/.github/workflows/c.yml@v1\n    if: false\n`,
    )
    expect(simulation.live()).toEqual([])
    expect(simulation.state().jobs).toMatchObject([
      { conclusion: 'failure', error: { code: 'cannot_run_here' }, steps: [{ conclusion: 'skipped' }] },
      { conclusion: 'skipped' },
    ])
    expect(simulation.state().conclusion).toBe('failure')
  })
})

describe('timeout-minutes', () => {
  it('may be an expression, of a sleep too', () => {
    const sleep = (timeout: string) =>
      `      - {uses: hub/sleep, timeout-minutes: "${timeout}", with: {seconds: 600}}\n`
    const simulation = run(`  a:\n    steps:\n${sleep('${{ github.event.minutes }}')}`, { minutes: 2 })
    simulation.passTime(119_000)
    expect(simulation.state().status).toBe('in_progress')
    simulation.passTime(1_000)
    expect(simulation.state().jobs[0]?.steps[0]?.error?.code).toBe('step_timeout')
    const broken = run(`  a:\n    steps:\n${sleep('${{ github.actor }}x')}`)
    expect(broken.state().jobs[0]?.steps[0]?.error).toMatchObject({
      code: 'expression_failed',
      message: expect.stringContaining("'timeout-minutes'"),
    })
  })
})
