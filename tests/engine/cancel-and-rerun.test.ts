import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import type { Perform } from '../../src/engine/step.ts'
import { updateWorkflow } from '../../src/store/workflows.ts'
import { openTempStore } from '../support/temp-store.ts'
import { addWorkflow, gate, mona, openEngine, seed, startByHand, stateOf } from './engine-fixture.ts'
import { dispatch, oneStep } from './one-step.ts'

describe('cancelling', () => {
  it('stops what runs, now and for what ignores the signal, and runs what cleans up', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      dispatch(`  a:
    steps:
      - {uses: http/request, with: {url: deaf}}
      - {uses: hub/set-output}
      - {uses: hub/set-output, if: always(), with: {cleaned: 'yes'}}
  b: {steps: [{uses: hub/sleep, with: {seconds: 3600}}]}
  c: {needs: a, steps: [{uses: hub/set-output}]}`),
    )
    const began = gate()
    await using engine = openEngine(store, {
      steps: {
        'http/request': () => {
          began.resolve()
          return new Promise(() => {})
        },
      },
    })
    const runId = await startByHand({ store, engine }, workflow)
    await began.promise
    await engine.cancelRun(runId, mona)
    expect(await stateOf(store, runId)).toMatchObject({ cancel_requested_at: expect.any(String) })
    const state = await engine.finished(runId)
    expect(state.conclusion).toBe('cancelled')
    expect(state.jobs.map(({ conclusion }) => conclusion)).toEqual(['cancelled', 'cancelled', 'skipped'])
    expect(state.jobs[0]?.steps.map(({ conclusion }) => conclusion)).toEqual([
      'cancelled',
      'skipped',
      'success',
    ])
    await expect(engine.cancelRun(runId, mona)).rejects.toMatchObject({ code: 'conflict' })
    await expect(engine.cancelRun('none', mona)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('re-running', () => {
  it('makes the next attempt of the same number, version, inputs and event, once', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      `on: {workflow_dispatch: {inputs: {who: {required: true}}}}
jobs: {a: {outputs: {said: '\${{ steps.s.outputs.said }}'}, steps: [{id: s, uses: hub/set-output, with: {said: '\${{ inputs.who }} \${{ github.run_number }}.\${{ github.run_attempt }} \${{ github.ref }}'}}]}}`,
    )
    await using engine = openEngine(store)
    const first = await startByHand({ store, engine }, workflow, { who: 'you' })
    expect((await engine.finished(first)).jobs[0]?.outputs.said).toBe('you 1.1 refs/heads/main')
    const octocat = { ...mona, login: 'octocat' }
    const second = await engine.rerunRun(first, octocat)
    const state = await engine.finished(second)
    expect(state).toMatchObject({ number: 1, attempt: 2, actor: 'octocat', conclusion: 'success' })
    expect(state.jobs[0]?.outputs.said).toBe('you 1.2 refs/heads/main')
    await expect(engine.rerunRun(first, octocat)).rejects.toMatchObject({ code: 'conflict' })
    expect((await engine.finished(await engine.rerunRun(second, mona))).attempt).toBe(3)
  })

  it('acts in the name of who wrote that version, whoever wrote the latest', async () => {
    await using store = await openTempStore()
    await seed(store)
    const id = await addWorkflow(store, oneStep)
    const octocat = { userId: 'u2', login: 'octocat' }
    await store.write((tx) =>
      tx
        .insertInto('users')
        .values({
          id: 'u2',
          host: 'github.com',
          github_id: 2,
          login: 'octocat',
          role: 'owner',
          created_at: 0,
        })
        .execute(),
    )
    const actedAs: string[] = []
    const request: Perform = async ({ authorize }) => {
      await authorize('acme/site', 'write')
      return {}
    }
    await using engine = openEngine(store, {
      steps: { 'http/request': request },
      github: async (userId) => {
        actedAs.push(userId)
        return { request: () => Promise.reject(new Error('nothing is asked')) }
      },
    })
    const first = await startByHand({ store, engine }, id)
    await engine.finished(first)
    const { definition } = parseWorkflow(oneStep)
    await store.write((tx) =>
      updateWorkflow(tx, { id, source: oneStep, definition: definition!, by: octocat, now: 2_000 }),
    )
    await engine.finished(await engine.rerunRun(first, mona))
    expect(actedAs).toEqual(['u1', 'u1'])
    // The latest version would act as somebody who may not read the repository.
    await expect(startByHand({ store, engine }, id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('of what its maker may not read any more is refused', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(store, dispatch('  a: {steps: [{uses: hub/set-output}]}'))
    await using engine = openEngine(store)
    const first = await startByHand({ store, engine }, workflow)
    await engine.finished(first)
    await store.write((tx) => tx.deleteFrom('access').execute())
    await expect(engine.rerunRun(first, mona)).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('refuses a run that is not over', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      dispatch('  a: {steps: [{uses: hub/sleep, with: {seconds: 3600}}]}'),
    )
    await using engine = openEngine(store)
    const runId = await startByHand({ store, engine }, workflow)
    await expect(engine.rerunRun(runId, mona)).rejects.toMatchObject({ code: 'conflict' })
  })
})
