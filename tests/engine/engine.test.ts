import { describe, expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import { countRunsInProgress, getRun, listRuns } from '../../src/store/runs.ts'
import { getWorkflow, listWorkflows } from '../../src/store/workflow-lists.ts'
import { deleteWorkflow, enableWorkflow } from '../../src/store/workflows.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import {
  addWorkflow,
  deliver,
  gate,
  mona,
  openEngine,
  repository,
  seed,
  startByHand,
} from './engine-fixture.ts'
import { dispatch, oneStep } from './one-step.ts'

describe.each(dialects)('runs on %s', (dialect) => {
  it('go from trigger to end, and rows, journal and lists agree', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    await addWorkflow(
      store,
      `name: Triage
run-name: 'Triage #\${{ github.event.issue.number }}'
on: {issues: {types: [opened]}}
jobs:
  find:
    outputs: {label: '\${{ steps.pick.outputs.label }}'}
    steps:
      - {id: pick, uses: hub/set-output, with: {label: "\${{ contains(github.event.issue.title, 'bug') && 'bug' || 'question' }}"}}
  tell:
    needs: find
    env: {WHO: '\${{ github.actor }}'}
    steps:
      - {uses: github/comment, with: {body: '\${{ env.WHO }}: \${{ needs.find.outputs.label }}'}}`,
    )
    const bodies: string[] = []
    await using engine = openEngine(store, {
      steps: {
        'github/comment': async ({ inputs }) => {
          bodies.push(String(inputs.body))
          return { outputs: { url: 'u' }, log: 'said it' }
        },
      },
    })
    const payload = { action: 'opened', issue: { number: 7, title: 'A bug' }, repository }
    const [runId = ''] = await deliver(
      { store, engine },
      { id: 'd1', event: 'issues', action: 'opened', payload },
    )
    const state = await engine.finished(runId)

    expect(bodies).toEqual(['octocat: bug'])
    expect(state).toMatchObject({
      name: 'Triage #7',
      status: 'completed',
      conclusion: 'success',
      delivery_id: 'd1',
    })
    expect(state.jobs[1]?.steps[0]).toMatchObject({
      conclusion: 'success',
      outputs: { url: 'u' },
      log: 'said it',
      attempt: 1,
    })
    const run = await getRun(store.read, { id: runId, userId: mona.userId })
    const { inputs: _, jobs: __, cancel_requested_at: ___, ...summary } = state
    expect(run).toEqual(summary)
    expect((await listRuns(store.read, { userId: mona.userId, limit: 10 })).items).toEqual([run])
    const { items } = await listWorkflows(store.read, { userId: mona.userId, maintains: false, limit: 10 })
    expect(items[0]).toMatchObject({
      name: 'Triage',
      triggers: ['issues'],
      last_run: { id: runId, conclusion: 'success' },
    })
    expect(await countRunsInProgress(store.read)).toBe(0)
  })

  it('are hidden from who may not read the repository', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(store, dispatch('  a: {steps: [{uses: hub/set-output}]}'))
    await using engine = openEngine(store)
    const runId = await startByHand({ store, engine }, workflow)
    await engine.finished(runId)
    const stranger = { userId: 'u2', limit: 10 }
    expect(await getRun(store.read, { id: runId, userId: 'u2' })).toBeUndefined()
    expect((await listRuns(store.read, stranger)).items).toEqual([])
    const { items } = await listWorkflows(store.read, { ...stranger, maintains: true })
    expect(items[0]?.last_run).toBeNull()
    expect((await listWorkflows(store.read, { ...stranger, maintains: false })).items).toEqual([])
    const hers = await getWorkflow(store.read, { id: workflow, userId: mona.userId, maintains: false })
    expect(hers?.last_run?.id).toBe(runId)
  })

  it('start once for each delivery and workflow, whoever applies it again', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    await addWorkflow(store, 'on: push\njobs: {a: {steps: [{uses: hub/set-output}]}}')
    await using engine = openEngine(store)
    const delivery = { id: 'd1', event: 'push', action: null, payload: { ref: 'refs/heads/main' } }
    expect(await deliver({ store, engine }, delivery)).toHaveLength(1)
    expect(await deliver({ store, engine }, delivery)).toHaveLength(0)
    expect(await deliver({ store, engine }, { ...delivery, id: 'd2' })).toHaveLength(1)
    const { items } = await listRuns(store.read, { userId: mona.userId, limit: 10 })
    expect(items.map(({ number }) => number)).toEqual([2, 1])
  })

  it('do not begin when the transaction that starts them is rolled back', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(store, oneStep)
    let performed = 0
    await using engine = openEngine(store, {
      steps: {
        'http/request': async () => {
          performed++
          return {}
        },
      },
    })
    const rolledBack = store.write(async (tx) => {
      await engine.startByHand(tx, { workflowId: workflow, inputs: {}, repository, by: mona })
      throw new Error('no')
    })
    await expect(rolledBack).rejects.toThrow('no')
    const runId = await startByHand({ store, engine }, workflow)
    expect(await engine.finished(runId)).toMatchObject({ number: 1 })
    await engine.idle()
    expect(performed).toBe(1)
  })
})

describe('jobs and steps', () => {
  it('run in parallel where nothing is needed, and many at once stay within the limit', async () => {
    await using store = await openTempStore()
    await seed(store)
    const jobs = Array.from(
      { length: 12 },
      (_, n) => `  j${n}: {steps: [{uses: http/request, with: {url: x}}]}`,
    )
    const workflow = await addWorkflow(store, dispatch(jobs.join('\n')))
    let now = 0
    let most = 0
    const full = gate()
    await using engine = openEngine(store, {
      maxParallelSteps: 5,
      steps: {
        'http/request': async () => {
          most = Math.max(most, ++now)
          if (now === 5) full.resolve()
          await full.promise
          now--
          return {}
        },
      },
    })
    expect((await engine.finished(await startByHand({ store, engine }, workflow))).conclusion).toBe('success')
    expect(most).toBe(5)
  })

  it('fail with the code and message of what was thrown, and continue-on-error goes on', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      dispatch(`  a:
    steps:
      - {id: one, uses: http/request, with: {url: coded}, continue-on-error: true}
      - {uses: hub/set-output, if: "steps.one.outcome == 'failure'", with: {x: y}}
      - {uses: http/request, with: {url: other}}
      - {uses: hub/set-output}`),
    )
    await using engine = openEngine(store, {
      steps: {
        'http/request': async ({ inputs }) => {
          throw inputs.url === 'coded' ? coded('github_not_found', 'No such thing.') : new TypeError('odd')
        },
      },
    })
    const state = await engine.finished(await startByHand({ store, engine }, workflow))
    expect(state.conclusion).toBe('failure')
    expect(state.jobs[0]?.steps.map(({ conclusion, error }) => [conclusion, error])).toEqual([
      ['success', { code: 'github_not_found', message: 'No such thing.' }],
      ['success', null],
      ['failure', { code: 'step_failed', message: 'odd' }],
      ['skipped', null],
    ])
  })

  it('end when their time is over', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      dispatch('  a: {steps: [{uses: http/request, timeout-minutes: 0.001, with: {url: x}}]}'),
    )
    let reason: unknown
    await using engine = openEngine(store, {
      steps: {
        'http/request': ({ signal }) =>
          new Promise(() => {
            signal.addEventListener('abort', () => {
              reason = signal.reason
            })
          }),
      },
    })
    const state = await engine.finished(await startByHand({ store, engine }, workflow))
    expect(state.jobs[0]?.steps[0]).toMatchObject({ conclusion: 'failure', error: { code: 'step_timeout' } })
    expect(reason).toMatchObject({ code: 'step_timeout' })
  })

  it('keep a bounded part of their output, and say so', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(store, oneStep)
    const big = 'x'.repeat(200_000)
    await using engine = openEngine(store, {
      steps: {
        'http/request': async () => ({
          outputs: { a: big, b: big, c: big, d: big, e: big, small: 's' },
          log: big,
        }),
      },
    })
    const state = await engine.finished(await startByHand({ store, engine }, workflow))
    const { outputs = {}, log = '' } = state.jobs[0]?.steps[0] ?? {}
    expect(log).toMatch(/^x{65536}\n… \[cut off: 134464 of 200000 characters\]$/)
    expect(outputs.a).toHaveLength(log.length)
    expect(Object.values(outputs).join('').length).toBeLessThan(300_000)
  })
})

describe('starting by hand', () => {
  it('checks inputs, the trigger, and whether the workflow is on', async () => {
    await using store = await openTempStore()
    await seed(store)
    await using engine = openEngine(store)
    const asks = await addWorkflow(
      store,
      'on: {workflow_dispatch: {inputs: {n: {type: number, required: true}}}}\njobs: {a: {steps: [{uses: hub/set-output}]}}',
    )
    await expect(startByHand({ store, engine }, asks, { n: 'x', m: 1 })).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining("there is no input 'm'; 'n' must be a number"),
    })
    const listens = await addWorkflow(store, 'on: push\njobs: {a: {steps: [{uses: hub/set-output}]}}')
    await expect(startByHand({ store, engine }, listens)).rejects.toMatchObject({ code: 'conflict' })

    const change = { id: asks, by: mona, now: 2_000 }
    await store.write((tx) => enableWorkflow(tx, { ...change, enabled: false }))
    await expect(startByHand({ store, engine }, asks, { n: 1 })).rejects.toMatchObject({ code: 'conflict' })
    await store.write((tx) => enableWorkflow(tx, { ...change, enabled: true }))
    expect((await engine.finished(await startByHand({ store, engine }, asks, { n: 1 }))).inputs).toEqual({
      n: 1,
    })
    await store.write((tx) => deleteWorkflow(tx, change))
    await expect(startByHand({ store, engine }, asks, { n: 1 })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('triggers', () => {
  it('need a switched-on workflow whose maker may read the repository, and no comment of ours', async () => {
    await using store = await openTempStore()
    await seed(store)
    const workflow = await addWorkflow(
      store,
      'on: issue_comment\njobs: {a: {steps: [{uses: hub/set-output}]}}',
    )
    await using engine = openEngine(store)
    let n = 0
    const starts = async (body: string) => {
      const payload = { comment: { body }, issue: { number: 1 } }
      return (
        await deliver(
          { store, engine },
          { id: `d${++n}`, event: 'issue_comment', action: 'created', payload },
        )
      ).length
    }
    expect(await starts('hello')).toBe(1)
    expect(await starts('hello\n\n<!-- cldcde:run/1/a/b -->')).toBe(0)
    await store.write((tx) => enableWorkflow(tx, { id: workflow, enabled: false, by: mona, now: 2_000 }))
    expect(await starts('hello')).toBe(0)
    await store.write((tx) => enableWorkflow(tx, { id: workflow, enabled: true, by: mona, now: 2_000 }))
    expect(await starts('hello')).toBe(1)
    const disable = (disabled_at: number | null) =>
      store.write((tx) => tx.updateTable('users').set({ disabled_at }).execute())
    await disable(2_000)
    expect(await starts('hello')).toBe(0)
    await disable(null)
    expect(await starts('hello')).toBe(1)
    await store.write((tx) => tx.deleteFrom('access').execute())
    expect(await starts('hello')).toBe(0)
  })
})
