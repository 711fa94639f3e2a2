import { describe, expect, it } from 'vitest'
import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import type { Perform } from '../../src/engine/step.ts'
import { createWorkflow, enableWorkflow, updateWorkflow } from '../../src/store/workflows.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { until } from '../support/until.ts'
import { addWorkflow, gate, mona, openEngine, seed, startByHand, stateOf } from './engine-fixture.ts'

const dispatch = 'on: {workflow_dispatch: {inputs: {of: {default: ships}}}}'

/** Greets by its inputs, in two jobs of which one needs the other. */
const greeter = (word = 'hello') =>
  `name: Greet
on:
  workflow_call:
    inputs:
      who: {type: string, required: true}
      times: {type: number, default: 2}
    outputs:
      said: {value: '\${{ jobs.say.outputs.text }} (\${{ jobs.think.result }})'}
env: {WORD: ${word}}
jobs:
  think:
    outputs: {word: '\${{ env.WORD }}'}
    steps: [{uses: hub/set-output}]
  say:
    name: Say to \${{ inputs.who }}
    needs: think
    outputs: {text: '\${{ needs.think.outputs.word }} \${{ inputs.who }} \${{ inputs.times + 1 == 3 || inputs.times }} \${{ env.OUTER }}\${{ github.job }}'}
    steps: [{id: s, uses: http/request, with: {url: '\${{ inputs.who }}'}}]
`.replace('inputs.times + 1 == 3 || inputs.times', 'inputs.times')

const caller = (jobs: string) => `name: Caller\n${dispatch}\nenv: {OUTER: outer}\njobs:\n${jobs}`
const ok: Perform = async () => ({})

describe.each(dialects)('a job that calls a workflow on %s', (dialect) => {
  it('becomes its jobs, gives it inputs and gets what it gives back', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    await addWorkflow(store, greeter())
    const workflow = await addWorkflow(
      store,
      caller(`  list: {outputs: {n: '5'}, steps: [{uses: hub/set-output}]}
  greet:
    needs: list
    uses: ./Greet
    with: {who: 'the \${{ inputs.of }}', times: '\${{ fromJSON(needs.list.outputs.n) }}'}
  each:
    strategy: {matrix: {who: [ann, bob]}}
    uses: ./.github/workflows/Greet.yml
    with: {who: '\${{ matrix.who }}'}
  end:
    needs: [greet, each]
    outputs: {all: '\${{ needs.greet.outputs.said }}, \${{ needs.each.outputs.said != '''' }}, \${{ needs.each.result }}'}
    steps: [{uses: hub/set-output}]`),
    )
    await using engine = openEngine(store, { steps: { 'http/request': ok } })
    const { conclusion, jobs } = await engine.finished(await startByHand({ store, engine }, workflow))
    expect(jobs.map(({ id, name, conclusion }) => `${id}: ${name}: ${conclusion}`)).toEqual(
      expect.arrayContaining([
        'greet: greet: success',
        'greet.think: greet / think: success',
        'greet.say: greet / Say to the ships: success',
        'each.0: each (ann): success',
        'each.1.say: each (bob) / Say to bob: success',
      ]),
    )
    expect(jobs).toHaveLength(4 + 2 + 2 + 4)
    expect(jobs.find(({ id }) => id === 'end')?.outputs.all).toBe(
      'hello the ships 5 say (success), true, success',
    )
    expect(jobs.find(({ id }) => id === 'greet.say')).toMatchObject({
      parent: 'greet',
      needs: ['greet.think'],
    })
    expect(conclusion).toBe('success')
  })

  it('runs the version that there was when the run began, also after a restart and in a rerun', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const callee = await addWorkflow(store, greeter())
    const workflow = await addWorkflow(
      store,
      caller(`  greet: {uses: ./Greet, with: {who: you}}
  end: {needs: greet, outputs: {said: '\${{ needs.greet.outputs.said }}'}, steps: [{uses: hub/set-output}]}`),
    )
    let run = ''
    {
      const began = gate()
      const hang: Perform = ({ signal }) => {
        began.resolve()
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }
      await using engine = openEngine(store, { steps: { 'http/request': hang }, graceMs: 20 })
      run = await startByHand({ store, engine }, workflow)
      await began.promise
    }
    const source = greeter('goodbye')
    const { definition } = parseWorkflow(source)
    await store.write((tx) =>
      updateWorkflow(tx, { id: callee, source, definition: definition!, by: mona, now: 2_000 }),
    )
    await using engine = openEngine(store, { steps: { 'http/request': ok } })
    await engine.start()
    const said = async (id: string) =>
      (await stateOf(store, id)).jobs.find((job) => job.id === 'end')?.outputs.said
    await until(async () => (await stateOf(store, run)).status === 'completed')
    expect(await said(run)).toBe('hello you 2 say (success)')
    const again = await engine.rerunRun(run, mona)
    await engine.finished(again)
    expect(await said(again)).toBe('hello you 2 say (success)')
    const fresh = await startByHand({ store, engine }, workflow)
    await engine.finished(fresh)
    expect(await said(fresh)).toBe('goodbye you 2 say (success)')
  })
})

describe('a call', () => {
  const only = (uses: string, given = '{who: you}') => caller(`  a: {uses: '${uses}', with: ${given}}`)

  it('fails its job with a reason', async () => {
    await using store = await openTempStore()
    await seed(store)
    const greet = await addWorkflow(store, greeter())
    await addWorkflow(store, 'name: Plain\non: push\njobs: {a: {steps: [{uses: hub/set-output}]}}')
    await addWorkflow(store, 'name: Round\non: workflow_call\njobs: {a: {uses: ./Loop}}')
    await addWorkflow(store, 'name: Loop\non: workflow_call\njobs: {a: {uses: ./Round}}')
    await using engine = openEngine(store, { steps: { 'http/request': ok } })
    const reason = async (source: string) => {
      const run = await startByHand({ store, engine }, await addWorkflow(store, source))
      const { conclusion, jobs } = await engine.finished(run)
      expect(conclusion).toBe('failure')
      return jobs.find(({ id }) => id === 'a')?.error
    }
    for (const [uses, given, message] of [
      ['./Nobody', undefined, 'cannot be called'],
      ['./Plain', '{}', "has no 'workflow_call'"],
      ['./Loop', '{}', 'cannot be called'],
      ['./Caller', '{}', 'cannot be called'],
      ['./Greet', '{}', "'who' is required"],
      ['./Greet', '{who: a, whom: b}', "no input 'whom'"],
      ['./Greet', '{who: a, times: true}', "'times' must be a number"],
    ] as const) {
      expect(await reason(only(uses, given))).toMatchObject({
        code: 'expression_failed',
        message: expect.stringContaining(message),
      })
    }
    await store.write((tx) => enableWorkflow(tx, { id: greet, enabled: false, by: mona, now: 3_000 }))
    expect((await reason(only('./Greet')))?.message).toContain('switched on')
  })

  it('never runs what somebody else has made', async () => {
    await using store = await openTempStore()
    await seed(store)
    await store.write((tx) =>
      tx
        .insertInto('users')
        .values({ id: 'u2', host: 'github.com', github_id: 2, login: 'eve', role: 'member', created_at: 0 })
        .execute(),
    )
    const source = greeter()
    const { definition } = parseWorkflow(source)
    await store.write((tx) =>
      createWorkflow(tx, {
        ...{ source, definition: definition!, now: 1_000 },
        by: { userId: 'u2', login: 'eve' },
      }),
    )
    await using engine = openEngine(store)
    const run = await startByHand({ store, engine }, await addWorkflow(store, only('./Greet')))
    expect((await engine.finished(run)).jobs[0]?.error?.message).toContain('cannot be called')
  })

  it('goes ten levels deep, the first included', async () => {
    await using store = await openTempStore()
    await seed(store)
    for (let level = 2; level <= 11; level++) {
      const job = level === 11 ? 'steps: [{uses: hub/set-output}]' : `uses: ./L${level + 1}`
      await addWorkflow(store, `name: L${level}\non: workflow_call\njobs: {a: {${job}}}`)
    }
    await using engine = openEngine(store)
    const run = await startByHand({ store, engine }, await addWorkflow(store, only('./L2', '{}')))
    const deep = await engine.finished(run)
    expect(deep.jobs).toHaveLength(10)
    expect(deep.jobs.at(-1)).toMatchObject({ id: `a${'.a'.repeat(9)}`, conclusion: 'failure' })
    const higher = await startByHand({ store, engine }, await addWorkflow(store, only('./L3', '{}')))
    expect(await engine.finished(higher)).toMatchObject({ conclusion: 'success' })
  })

  it('is cancelled with its run, and with the matrix that it is a part of', async () => {
    await using store = await openTempStore()
    await seed(store)
    await addWorkflow(store, greeter())
    const stopped: string[] = []
    const perform: Perform = ({ inputs: { url = '' }, signal }) =>
      new Promise((_, reject) => {
        if (url === 'bad') reject(new Error('no'))
        signal.addEventListener('abort', () => {
          stopped.push(url)
          reject(signal.reason)
        })
      })
    await using engine = openEngine(store, { steps: { 'http/request': perform } })
    const matrix = caller(`  a:
    strategy: {matrix: {who: [good, bad]}}
    uses: ./Greet
    with: {who: '\${{ matrix.who }}'}`)
    const run = await startByHand({ store, engine }, await addWorkflow(store, matrix))
    const { jobs, conclusion } = await engine.finished(run)
    expect(conclusion).toBe('failure')
    expect(stopped).toEqual(['good'])
    expect(jobs.find(({ id }) => id === 'a.0.say')?.steps[0]?.conclusion).toBe('cancelled')
    expect(jobs.map(({ id, conclusion }) => `${id} ${conclusion}`)).toEqual([
      'a failure',
      'a.0 cancelled',
      'a.1 failure',
      'a.0.think success',
      'a.0.say cancelled',
      'a.1.think success',
      'a.1.say failure',
    ])
  })
})
