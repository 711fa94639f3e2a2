import { describe, expect, it } from 'vitest'
import { createSteps } from '../../src/engine/steps/create-steps.ts'
import { coded } from '../../src/errors.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { listRuns } from '../../src/store/runs.ts'
import type { Store } from '../../src/store/store.ts'
import { getWorkflow } from '../../src/store/workflow-lists.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { addWorkflow, mona, openEngine, repository, seed, silent } from './engine-fixture.ts'

const labels = (on: string, add: string, chain = false) => `name: ${on} adds ${add}
on: {issues: {types: [labeled]}}
${chain ? 'hub: {chain: true}' : ''}
jobs:
  a:
    if: \${{ github.event.label.name == '${on}' }}
    steps: [{uses: github/add-labels, with: {labels: '${add}'}}]`
const answers = `name: Answers
on: issue_comment
hub: {chain: true}
jobs: {a: {steps: [{uses: github/comment, with: {body: again}}]}}`

/**
 * A hub and a GitHub of one issue, which tells the hub of everything that is done to it, before it answers, as its
 * webhooks can be quicker than its answers.
 */
async function openWorld(dialect: Store['dialect'] = 'sqlite', refuses: () => boolean = () => false) {
  const store = await openTempStore(dialect)
  await seed(store)
  let now = Date.parse('2026-01-02T00:00:00Z')
  let deliveries = 0
  const issue = { number: 7, labels: [] as string[] }
  const engine = openEngine(store, {
    clock: () => now,
    log: { ...silent, error: () => {} },
    steps: createSteps(),
    github: async () => ({
      async request(route, parameters) {
        if (route.startsWith('GET')) return { status: 200, data: issue.labels.map((name) => ({ name })) }
        if (refuses()) throw coded('github_forbidden', 'No.')
        if (route.endsWith('/comments')) {
          await comment(String(parameters.body), mona.githubId)
          return { status: 201, data: { id: 1 } }
        }
        for (const name of parameters.labels as string[]) await label(name, mona.githubId)
        return { status: 200, data: issue.labels.map((name) => ({ name })) }
      },
    }),
  })
  async function tell(event: string, action: string, payload: object, id = `d${++deliveries}`) {
    return await store.write(async (tx) => {
      await acceptDelivery(tx, { id, event, body: Buffer.from('{}'), received_at: now })
      return await engine.startTriggered(tx, {
        ...{ event, action, deliveryId: id, receivedAt: now, repository, actor: 'somebody' },
        payload: { action, repository, ...payload },
      })
    })
  }
  async function label(name: string, sender = 99) {
    if (!issue.labels.includes(name)) issue.labels.push(name)
    return await tell('issues', 'labeled', {
      issue: { number: 7, updated_at: new Date(now).toISOString() },
      label: { name },
      sender: { id: sender },
    })
  }
  async function comment(body: string, sender = 99) {
    return await tell('issue_comment', 'created', {
      issue: { number: 7 },
      comment: { body },
      sender: { id: sender },
    })
  }
  /** Waits until nothing happens any more. A loop without end would meet the limit. */
  async function settle() {
    await engine.idle()
    const { items } = await listRuns(store.read, { userId: mona.userId, limit: 100 })
    expect(items.length).toBeLessThan(50)
    // Runs whose only job another label would have needed do not count.
    return items
      .filter(({ conclusion }) => conclusion !== 'skipped')
      .toReversed()
      .map(({ workflow_name, cause_depth }) => `${workflow_name} ${cause_depth}`)
  }
  return {
    ...{ store, engine, issue, label, comment, tell, settle },
    advance: (ms: number) => {
      now += ms
    },
    async [Symbol.asyncDispose]() {
      await engine.close()
      await store.close()
    },
  }
}

describe.each(dialects)('what a workflow caused, on %s', (dialect) => {
  it('starts nothing: neither itself nor in a circle over two', async () => {
    await using world = await openWorld(dialect)
    await addWorkflow(world.store, labels('seen', 'seen2'))
    await addWorkflow(world.store, labels('seen2', 'seen3'))
    await addWorkflow(
      world.store,
      'name: Any\non: {issues: {types: [labeled]}}\njobs: {a: {steps: [{uses: github/add-labels, with: {labels: "l${{ github.run_number }}"}}]}}',
    )
    await world.label('seen')
    expect((await world.settle()).sort()).toEqual(['Any 0', 'seen adds seen2 0'])
  })

  it('starts what opted in, deeper each time, and no further than the limit, which the workflow shows', async () => {
    await using world = await openWorld(dialect)
    const id = await addWorkflow(world.store, answers)
    await world.comment('hello')
    expect(await world.settle()).toEqual([0, 1, 2, 3].map((depth) => `Answers ${depth}`))
    const { fault } = (await getWorkflow(world.store.read, { id, userId: mona.userId, maintains: false }))!
    expect(fault).toMatchObject({ message: expect.stringContaining('longer than 4'), at: expect.any(String) })
  })
})

describe('what a person does', () => {
  it('starts a workflow although a workflow did the same: what it caused is told once', async () => {
    await using world = await openWorld()
    await addWorkflow(world.store, labels('b', 'c'))
    await addWorkflow(world.store, labels('a', 'b'))
    await world.label('a')
    expect(await world.settle()).toEqual(['a adds b 0'])
    // Somebody takes the label away and gives it again.
    await world.label('b')
    expect(await world.settle()).toEqual(['a adds b 0', 'b adds c 0'])
  })

  it('starts a workflow when GitHub refused what the step wanted, and when long has passed', async () => {
    let refusing = true
    await using world = await openWorld('sqlite', () => refusing)
    await addWorkflow(world.store, labels('b', 'c'))
    await addWorkflow(world.store, labels('a', 'b'))
    await world.label('a')
    await world.settle()
    await world.label('b')
    expect(await world.settle()).toEqual(['a adds b 0', 'b adds c 0'])
    refusing = false
    // A webhook of ours that never came.
    await world.store.write((tx) =>
      tx
        .insertInto('effects')
        .values({
          ...{ id: 'lost', run_id: 'r', workflow_id: 'w', depth: 0, repository_id: repository.id },
          ...{ identity: 'labeled:7:b', recorded_at: Date.parse('2026-01-02T00:00:00Z') },
        })
        .execute(),
    )
    world.advance(6 * 60_000)
    await world.label('b')
    expect(await world.settle()).toEqual(['a adds b 0', 'b adds c 0', 'b adds c 0'])
  })

  it('is known as theirs when they are known here, even before the webhook of the same deed of a workflow', async () => {
    await using world = await openWorld()
    await addWorkflow(world.store, labels('b', 'c'))
    await addWorkflow(world.store, labels('a', 'b'))
    await world.store.write((tx) =>
      tx
        .insertInto('users')
        .values({ id: 'u2', host: 'github.com', github_id: 2, login: 'hubot', role: 'member', created_at: 0 })
        .execute(),
    )
    await world.label('a')
    await world.settle()
    await world.store.write((tx) => tx.updateTable('effects').set({ delivery_id: null }).execute())
    await world.label('b', 2)
    await world.label('b', mona.githubId)
    expect(await world.settle()).toEqual(['a adds b 0', 'b adds c 0'])
  })

  it('is not told apart anew when the same delivery is applied again', async () => {
    await using world = await openWorld()
    await addWorkflow(world.store, labels('b', 'c'))
    await addWorkflow(world.store, labels('a', 'b'))
    await world.label('a')
    await world.settle()
    const own = { issue: { number: 7 }, label: { name: 'b' } }
    const { delivery_id } = await world.store.read
      .selectFrom('effects')
      .select('delivery_id')
      .where('identity', '=', 'labeled:7:b')
      .executeTakeFirstOrThrow()
    expect(await world.tell('issues', 'labeled', own, delivery_id!)).toEqual([])
    expect(await world.tell('issues', 'labeled', own)).toHaveLength(2)
  })
})

describe('a workflow that throws while it is started', () => {
  it.each(dialects)('takes no other down with it, and shows its fault (%s)', async (dialect) => {
    await using world = await openWorld(dialect)
    const broken = await addWorkflow(world.store, labels('x', 'y'))
    const sound = await addWorkflow(world.store, labels('x', 'z'))
    await world.store.write((tx) =>
      tx
        .updateTable('workflow_versions')
        .set({ definition: '{' })
        .where('workflow_id', '=', broken)
        .execute(),
    )
    expect(await world.label('x')).toHaveLength(1)
    expect(await world.settle()).toEqual(['x adds z 0'])
    const row = (id: string) =>
      world.store.read
        .selectFrom('workflows')
        .select(['fault', 'fault_at', 'run_count'])
        .where('id', '=', id)
        .executeTakeFirst()
    // What it wrote before it threw is undone.
    expect(await row(broken)).toEqual({
      fault: 'The hub failed to start it; its log says why.',
      fault_at: Date.parse('2026-01-02T00:00:00Z'),
      run_count: 0,
    })
    expect(await row(sound)).toEqual({ fault: null, fault_at: null, run_count: 1 })
  })
})
