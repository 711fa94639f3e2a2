import { describe, expect, it } from 'vitest'
import type { RunState } from '../../contract/run.ts'
import type { Perform } from '../../src/engine/step.ts'
import type { Store } from '../../src/store/store.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { until } from '../support/until.ts'
import { addWorkflow, mona, openEngine, seed, startByHand, stateOf } from './engine-fixture.ts'

/** Steps that end when the test says so, by their `url`. */
function holdSteps() {
  const held = new Map<string, () => void>()
  const begun: string[] = []
  const perform: Perform = ({ inputs: { url = '' }, signal }) => {
    begun.push(url)
    return new Promise((resolve, reject) => {
      held.set(url, () => resolve({}))
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  }
  return { steps: { 'http/request': perform }, begun, end: (url: string) => held.get(url)?.() }
}

const dispatch = 'on: {workflow_dispatch: {inputs: {n: {}, g: {default: G}}}}'
const step = "{uses: http/request, with: {url: '${{ inputs.n }}'}}"
const alone = (more = '') => `${dispatch}
concurrency: {group: 'deploy-\${{ inputs.g }}'${more}}
jobs: {a: {steps: [${step}]}}`

const conclusionOf = async (store: Store, run: string) => (await stateOf(store, run)).conclusion
const waits = ({ concurrency, status }: Pick<RunState, 'concurrency' | 'status'>) =>
  status === 'queued' && concurrency?.entered_at === null

describe.each(dialects)('runs of one concurrency group on %s', (dialect) => {
  it('run one at a time; of those that wait the newest stays, whatever the case of the name', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const { steps, begun, end } = holdSteps()
    await using engine = openEngine(store, { steps })
    const workflow = await addWorkflow(store, alone())
    const start = (n: string, g = 'G') => startByHand({ store, engine }, workflow, { n, g })
    const first = await start('1')
    await until(() => begun.includes('1'))
    const second = await start('2', 'g')
    await until(async () => waits(await stateOf(store, second)))
    expect((await stateOf(store, second)).concurrency?.group).toBe('deploy-g')
    const third = await start('3')
    const replaced = await engine.finished(second)
    expect(replaced).toMatchObject({ conclusion: 'cancelled', started_at: null })
    expect(replaced.jobs[0]?.conclusion).toBe('cancelled')
    const other = await start('other', 'elsewhere')
    await until(() => begun.includes('other'))
    expect(begun).toEqual(['1', 'other'])
    end('1')
    expect((await engine.finished(first)).conclusion).toBe('success')
    await until(() => begun.includes('3'))
    end('3')
    end('other')
    expect((await engine.finished(third)).conclusion).toBe('success')
    await engine.finished(other)
    await engine.idle()
    expect(await store.read.selectFrom('concurrency_turns').selectAll().execute()).toEqual([])
    expect(await store.read.selectFrom('concurrency_groups').selectAll().execute()).toEqual([])
  })

  it('the one that runs is cancelled where `cancel-in-progress` says so, an expression too', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const { steps, begun, end } = holdSteps()
    await using engine = openEngine(store, { steps })
    const workflow = await addWorkflow(store, alone(', cancel-in-progress: "${{ inputs.n != \'patient\' }}"'))
    const start = (n: string) => startByHand({ store, engine }, workflow, { n })
    const first = await start('1')
    await until(() => begun.includes('1'))
    const patient = await start('patient')
    await until(async () => waits(await stateOf(store, patient)))
    expect(await conclusionOf(store, first)).toBeNull()
    const hasty = await start('hasty')
    expect((await engine.finished(first)).conclusion).toBe('cancelled')
    expect((await engine.finished(patient)).conclusion).toBe('cancelled')
    await until(() => begun.includes('hasty'))
    end('hasty')
    expect((await engine.finished(hasty)).conclusion).toBe('success')
  })

  it('all wait their turn with `queue: max`, in order', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const { steps, begun, end } = holdSteps()
    await using engine = openEngine(store, { steps })
    const workflow = await addWorkflow(store, alone(', queue: max'))
    const runs: string[] = []
    for (const n of ['1', '2', '3']) {
      runs.push(await startByHand({ store, engine }, workflow, { n }))
      await until(async () => (await stateOf(store, runs.at(-1)!)).concurrency !== undefined)
    }
    for (const n of ['1', '2', '3']) {
      await until(() => begun.includes(n))
      end(n)
    }
    for (const run of runs) expect((await engine.finished(run)).conclusion).toBe('success')
    expect(begun).toEqual(['1', '2', '3'])
  })

  it('keep their places across a restart, and let go of them when they are cancelled', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const held = holdSteps()
    const workflow = await addWorkflow(store, alone())
    const runs: string[] = []
    {
      await using engine = openEngine(store, { steps: held.steps, graceMs: 20 })
      runs.push(await startByHand({ store, engine }, workflow, { n: '1' }))
      await until(() => held.begun.includes('1'))
      runs.push(await startByHand({ store, engine }, workflow, { n: '2' }))
      await until(async () => waits(await stateOf(store, runs[1]!)))
    }
    const { steps, begun, end } = holdSteps()
    await using engine = openEngine(store, { steps })
    await engine.start()
    await until(() => begun.includes('1'))
    expect(begun).toEqual(['1'])
    const third = await startByHand({ store, engine }, workflow, { n: '3' })
    expect((await engine.finished(runs[1]!)).conclusion).toBe('cancelled')
    await engine.cancelRun(third, mona)
    expect((await engine.finished(third)).conclusion).toBe('cancelled')
    const fourth = await startByHand({ store, engine }, workflow, { n: '4' })
    await until(async () => waits(await stateOf(store, fourth)))
    await engine.cancelRun(runs[0]!, mona)
    await until(() => begun.includes('4'))
    end('4')
    expect((await engine.finished(fourth)).conclusion).toBe('success')
  })

  it('of two processes take turns', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(store, alone())
    const held = holdSteps()
    await using one = openEngine(store, { steps: held.steps })
    await using two = openEngine(store, { steps: held.steps })
    const first = await startByHand({ store, engine: one }, workflow, { n: '1' })
    await until(() => held.begun.includes('1'))
    const second = await startByHand({ store, engine: two }, workflow, { n: '2' })
    await until(async () => waits(await stateOf(store, second)))
    held.end('1')
    await one.finished(first)
    await until(async () => {
      await two.tick()
      return held.begun.includes('2')
    })
    held.end('2')
    await until(async () => (await conclusionOf(store, second)) === 'success')
  })
})

describe('a concurrency group', () => {
  it('is that of a repository, and has at most a hundred waiting', async () => {
    await using store = await openTempStore()
    await seed(store)
    const { steps, begun } = holdSteps()
    await using engine = openEngine(store, { steps })
    const workflow = await addWorkflow(store, alone(', queue: max'))
    await startByHand({ store, engine }, workflow, { n: '1' })
    await until(() => begun.includes('1'))
    const about = { workflowId: workflow, inputs: { n: 'apart' }, repository: null, by: mona }
    const inGroup = async () => await store.read.selectFrom('concurrency_turns').selectAll().execute()
    /** Its turn, once it has asked for it; undefined: it has left already. */
    const turnOf = async (run: string) => {
      await until(async () => (await stateOf(store, run)).concurrency !== undefined)
      return (await inGroup()).find(({ run_id }) => run_id === run)
    }
    const apart = await store.write((tx) => engine.startByHand(tx, about))
    expect((await turnOf(apart))?.state).toBe('running')
    await until(() => begun.includes('apart'))
    for (let n = 0; n < 100; n++) await startByHand({ store, engine }, workflow, { n: 'waits' })
    await until(async () => (await inGroup()).length === 102)
    const late = await startByHand({ store, engine }, workflow, { n: 'late' })
    expect((await turnOf(late))?.cancelled ?? 1).toBe(1)
    expect(await engine.finished(late)).toMatchObject({ conclusion: 'cancelled', started_at: null })
    expect(begun).toEqual(['1', 'apart'])
  })
})

describe('jobs of one concurrency group', () => {
  it('take turns across runs, those of a matrix too, and a newer one takes the place of what waits', async () => {
    await using store = await openTempStore()
    await seed(store)
    const { steps, begun, end } = holdSteps()
    await using engine = openEngine(store, { steps })
    const workflow = await addWorkflow(
      store,
      `${dispatch}
jobs:
  a:
    strategy: {fail-fast: false, matrix: {v: [x, y]}}
    concurrency: '\${{ matrix.v }}'
    steps: [{uses: http/request, with: {url: '\${{ inputs.n }}\${{ matrix.v }}'}}]
  b: {if: always(), needs: a, steps: [{uses: hub/set-output}]}`,
    )
    const first = await startByHand({ store, engine }, workflow, { n: '1' })
    await until(() => begun.length === 2)
    const second = await startByHand({ store, engine }, workflow, { n: '2' })
    await until(
      async () => (await stateOf(store, second)).jobs.filter(({ concurrency }) => concurrency).length === 2,
    )
    end('1x')
    await until(() => begun.includes('2x'))
    const third = await startByHand({ store, engine }, workflow, { n: '3' })
    end('2x')
    // The part that waited for y was replaced.
    const replaced = await engine.finished(second)
    expect(replaced.jobs.map(({ id, conclusion }) => `${id} ${conclusion}`)).toEqual([
      'a cancelled',
      'b success',
      'a.0 success',
      'a.1 cancelled',
    ])
    end('1y')
    await until(() => begun.includes('3x') && begun.includes('3y'))
    end('3x')
    end('3y')
    expect((await engine.finished(first)).conclusion).toBe('success')
    expect((await engine.finished(third)).conclusion).toBe('success')
    expect(await store.read.selectFrom('concurrency_turns').selectAll().execute()).toEqual([])
  })

  it('do not wait for the run that they are a part of', async () => {
    await using store = await openTempStore()
    await seed(store)
    const { steps } = holdSteps()
    await using engine = openEngine(store, { steps })
    const workflow = await addWorkflow(
      store,
      `${dispatch}\nconcurrency: same\njobs: {a: {concurrency: Same, steps: [${step}]}}`,
    )
    const run = await startByHand({ store, engine }, workflow, { n: '1' })
    expect((await engine.finished(run)).conclusion).toBe('cancelled')
  })

  it('fail where the name cannot be told, and so does a run', async () => {
    await using store = await openTempStore()
    await seed(store)
    await using engine = openEngine(store)
    const job = `jobs: {a: {steps: [{uses: hub/set-output}]}}`
    for (const source of [
      `${dispatch}\nconcurrency: "\${{ inputs.n }}"\n${job}`,
      `${dispatch}\njobs: {a: {concurrency: "\${{ fromJSON(inputs.n) }}", steps: [{uses: hub/set-output}]}}`,
    ]) {
      const run = await startByHand({ store, engine }, await addWorkflow(store, source))
      const state = await engine.finished(run)
      expect(state).toMatchObject({
        conclusion: 'failure',
        jobs: [{ conclusion: 'failure', error: { code: 'expression_failed' } }],
      })
    }
  })
})
