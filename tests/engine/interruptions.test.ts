import { describe, expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import { readJournal } from '../../src/store/journal.ts'
import type { Store } from '../../src/store/store.ts'
import { openTempStore } from '../support/temp-store.ts'
import {
  addWorkflow,
  deliver,
  gate,
  mona,
  openEngine,
  seed,
  silent,
  startByHand,
  stateOf,
} from './engine-fixture.ts'
import { dispatch } from './one-step.ts'

describe('a disk that refuses for a while', () => {
  it('delays a run and loses no result: nothing is performed twice', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      dispatch('  a: {steps: [{uses: http/request, with: {url: x}}]}'),
    )
    let refusals = 3
    const refusing: Store = {
      ...store,
      write(work) {
        return refusals-- > 0 ? Promise.reject(coded('unavailable', 'The disk is full.')) : store.write(work)
      },
    }
    let performed = 0
    const warnings: string[] = []
    await using engine = openEngine(refusing, {
      log: { ...silent, warn: (_, message) => warnings.push(message) },
      steps: {
        'http/request': async () => {
          performed++
          return {}
        },
      },
    })
    const runId = await startByHand({ store, engine }, workflow)
    expect((await engine.finished(runId)).conclusion).toBe('success')
    expect({ performed, warnings: warnings.length }).toEqual({ performed: 1, warnings: 3 })
  })
})

describe('across a restart', () => {
  it('a run goes on: recorded steps stay done, the open one runs again, sleepers sleep on', async () => {
    await using store = await openTempStore()
    await seed(store)
    await addWorkflow(
      store,
      `on: push
jobs:
  a: {steps: [{uses: http/request, with: {url: one}}, {uses: http/request, with: {url: 'two \${{ github.event.ref }}'}}]}
  b: {steps: [{uses: hub/sleep, with: {seconds: 0.3}}, {uses: http/request, with: {url: awake}}]}`,
    )
    const performed: string[] = []
    const stuck = gate()
    const first = openEngine(store, {
      graceMs: 20,
      steps: {
        'http/request': async ({ inputs, attempt }) => {
          performed.push(`${inputs.url} ${attempt}`)
          if (inputs.url !== 'one') {
            stuck.resolve()
            await new Promise(() => {})
          }
          return {}
        },
      },
    })
    const delivery = { id: 'd1', event: 'push', action: null, payload: { ref: 'refs/heads/main' } }
    const [runId = ''] = await deliver({ store, engine: first }, delivery)
    await stuck.promise
    await first.close()
    const before = await stateOf(store, runId)

    await using second = openEngine(store, {
      steps: {
        'http/request': async ({ inputs, attempt }) => {
          performed.push(`${inputs.url} ${attempt}`)
          return {}
        },
      },
    })
    await second.start()
    const state = await second.finished(runId)
    expect(state.conclusion).toBe('success')
    expect(performed.toSorted()).toEqual([
      'awake 1',
      'one 1',
      'two refs/heads/main 1',
      'two refs/heads/main 2',
    ])
    expect(state.jobs[1]?.steps[0]).toMatchObject({ attempt: 1, wake_at: before.jobs[1]?.steps[0]?.wake_at })
    const journal = await readJournal(store.read, runId)
    expect(journal.filter(({ kind }) => kind === 'run.finished')).toHaveLength(1)
  })

  it('a cancelled run is not worked on', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      dispatch('  a: {steps: [{uses: http/request, with: {url: x}}]}'),
    )
    let performed = 0
    const began = gate()
    const steps = {
      'http/request': () => {
        performed++
        began.resolve()
        return new Promise<never>(() => {})
      },
    }
    const first = openEngine(store, { steps, graceMs: 0 })
    const runId = await startByHand({ store, engine: first }, workflow)
    await began.promise
    // Asked in the moment of closing: written down, but the step's end is not.
    const closed = first.close()
    await first.cancelRun(runId, mona)
    await closed
    await using second = openEngine(store, { steps })
    await second.start()
    expect((await second.finished(runId)).conclusion).toBe('cancelled')
    expect(performed).toBe(1)
  })
})
