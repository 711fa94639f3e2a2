import { describe, expect, it } from 'vitest'
import type { RunState } from '../../contract/run.ts'
import { coded } from '../../src/errors.ts'
import { readJournal } from '../../src/store/journal.ts'
import { openTempStore } from '../support/temp-store.ts'
import { addWorkflow, mona, openEngine, seed, startByHand, stateOf } from './engine-fixture.ts'

const one = (step: string) => `on: workflow_dispatch\njobs: {a: {steps: [${step}]}}`
const get = one('{uses: http/request, with: {url: x}}')
const firstStep = (state: RunState) => state.jobs[0]!.steps[0]!

/** An engine whose time is the test's, and whose one step fails so often before it succeeds. */
async function openFailing(
  source: string,
  { failures, retryAfterMs }: { failures: number; retryAfterMs?: number },
) {
  const store = await openTempStore()
  await seed(store)
  const workflow = await addWorkflow(store, source)
  const attempts: number[] = []
  let now = 1_000_000_000
  const options = {
    clock: () => now,
    steps: {
      'http/request': async ({ attempt }: { attempt: number }) => {
        attempts.push(attempt)
        if (attempts.length <= failures)
          throw coded(
            'github_unavailable',
            'GitHub is away.',
            retryAfterMs === undefined ? {} : { retryAfterMs },
          )
        return {}
      },
    },
  }
  const engine = openEngine(store, options)
  const runId = await startByHand({ store, engine }, workflow)
  await engine.idle()
  return {
    ...{ store, engine, runId, attempts },
    start: () => startByHand({ store, engine }, workflow),
    again: () => openEngine(store, options),
    /** Lets the waiting step come to its time. */
    async pass(ms: number) {
      now += ms
      await engine.tick()
      await engine.idle()
    },
    state: () => stateOf(store, runId),
    async [Symbol.asyncDispose]() {
      await engine.close()
      await store.close()
    },
  }
}

describe('an error that may pass', () => {
  it('is waited out as long as the answer asks, in sight, and the step succeeds', async () => {
    await using failing = await openFailing(get, { failures: 1, retryAfterMs: 90_000 })
    expect(firstStep(await failing.state())).toMatchObject({
      status: 'in_progress',
      attempt: 1,
      error: { code: 'github_unavailable', message: 'GitHub is away.' },
      wake_at: new Date(1_000_000_000 + 90_000).toISOString(),
    })
    await failing.pass(89_000)
    expect(failing.attempts).toEqual([1])
    await failing.pass(1_000)
    expect(failing.attempts).toEqual([1, 2])
    expect(await failing.state()).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(firstStep(await failing.state())).toMatchObject({ attempt: 2, error: null })
    const kinds = (await readJournal(failing.store.read, failing.runId)).map(({ kind }) => kind)
    expect(kinds).toContain('step.waiting')
  })

  it('fails the step after eight tries, each after twice the pause before', async () => {
    await using failing = await openFailing(get, { failures: 100 })
    const pauses: number[] = []
    for (let tries = 1; firstStep(await failing.state()).status !== 'completed'; tries++) {
      const { wake_at } = firstStep(await failing.state())
      expect(tries).toBeLessThan(20)
      const journal = await readJournal(failing.store.read, failing.runId)
      pauses.push(Date.parse(wake_at!) - Date.parse(journal.at(-1)!.at))
      await failing.pass(pauses.at(-1)!)
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 64, 128].map((seconds) => seconds * 1_000))
    expect(failing.attempts).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    expect(firstStep(await failing.state())).toMatchObject({
      conclusion: 'failure',
      error: { code: 'github_unavailable' },
    })
  })

  it('is waited out by another process too, and the wait can be cancelled', async () => {
    await using failing = await openFailing(get, { failures: 2, retryAfterMs: 90_000 })
    const unwanted = await failing.start()
    await failing.engine.idle()
    await failing.engine.close()
    await using next = failing.again()
    await next.cancelRun(unwanted, mona)
    expect(firstStep(await next.finished(unwanted)).conclusion).toBe('cancelled')
    await failing.pass(0)
    expect(failing.attempts).toEqual([1, 1])
    await next.start()
    expect(failing.attempts).toEqual([1, 1])
  })

  it('fails at once what is not safe to do twice, and what asks for too long a pause', async () => {
    await using posting = await openFailing(one('{uses: http/request, with: {url: x, method: post}}'), {
      failures: 1,
    })
    expect(firstStep(await posting.state())).toMatchObject({
      conclusion: 'failure',
      error: { code: 'github_unavailable' },
    })
    await using long = await openFailing(get, { failures: 1, retryAfterMs: 24 * 3_600_000 })
    expect(firstStep(await long.state())).toMatchObject({ conclusion: 'failure' })
  })
})

it('a sleep longer than its timeout-minutes fails when they are over', async () => {
  await using failing = await openFailing(
    one('{uses: hub/sleep, timeout-minutes: 2, with: {seconds: 3600}}'),
    { failures: 0 },
  )
  await failing.pass(119_000)
  expect(firstStep(await failing.state()).status).toBe('in_progress')
  await failing.pass(1_000)
  expect(firstStep(await failing.state())).toMatchObject({
    conclusion: 'failure',
    error: { code: 'step_timeout' },
  })
})
