import { describe, expect, it } from 'vitest'
import type { Change } from '../../contract/live.ts'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunState } from '../../contract/run.ts'
import type { Run, WorkflowDetail } from '../../contract/workflows.ts'
import type { GithubActorOf } from '../../src/engine/steps/github-actor.ts'
import { saveAccess } from '../../src/store/access.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

const comment = (on: string, repository?: string) => `name: Comment
on: ${on}
jobs:
  tell:
    steps:
      - uses: github/comment
        with:
          body: hello
          issue-number: '1'
${repository === undefined ? '' : `          repository: ${repository}\n`}`

const withInput = comment('{workflow_dispatch: {inputs: {where: {type: string}}}}', "'${{ inputs.where }}'")

/** Ada may write to acme/secret and acme/open, Bob to acme/open only; he does not see the other. */
async function openHub() {
  const acted: string[] = []
  const githubActor: GithubActorOf = async (userId) => ({
    async request(route, { owner, repo, issue_number }) {
      const [method] = route.split(' ')
      const who = userId === ada.userId ? 'ada' : userId === bob.userId ? 'bob' : 'mia'
      acted.push(`${who}: ${method} ${owner}/${repo}#${issue_number}`)
      return { status: 201, data: { id: acted.length, html_url: 'https://github.example/c' } }
    },
  })
  const hub = await openTestApp({ githubActor })
  const ada = await hub.signIn({ login: 'ada' })
  const bob = await hub.signIn({ login: 'bob' })
  const mia = await hub.signIn({ login: 'mia', role: 'maintainer' })
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/secret', readers: [ada.userId] })
    await seedRepository(tx, { id: 2, fullName: 'acme/open', readers: [ada.userId, bob.userId, mia.userId] })
  })
  const send = async (
    as: SignedIn,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH',
    url: string,
    payload?: object,
  ) => {
    const answer = await hub.ask({ method, url: `/api/v1${url}`, as, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, body: answer.json() }
  }
  const create = async (as: SignedIn, source: string, visibility: 'shared' | 'private' = 'shared') => {
    const { status, body } = await send(as, 'POST', '/workflows', { source })
    expect(status, JSON.stringify(body)).toBe(201)
    await send(as, 'PATCH', `/workflows/${body.id}`, { visibility })
    return (body as WorkflowDetail).id
  }
  const start = (as: SignedIn, workflow: string, request: object = {}) =>
    send(as, 'POST', `/workflows/${workflow}/runs`, request)
  const settle = () => hub.deps.engine.idle()
  const runOf = async (id: string): Promise<Run> => {
    const row = await hub.store.read
      .selectFrom('runs')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return row as unknown as Run
  }
  const stateOf = async (as: SignedIn, id: string): Promise<RunState> => {
    const { body } = await send(as, 'GET', `/runs/${id}/journal`)
    return (body as Change[]).reduce<RunState | null>(
      (state, change) => reduce(state, change as never),
      null,
    )!
  }
  const grant = (who: SignedIn, repository_id: number, permission: 'pull' | 'triage' | 'push') =>
    hub.store.write((tx) =>
      saveAccess(tx, [{ user_id: who.userId, repository_id, permission, synced_at: 0 }]),
    )
  /** As applying a webhook about an issue of acme/open does. */
  let deliveries = 0
  const happen = async (payload: object, repository = { id: 2, full_name: 'acme/open' }) => {
    const deliveryId = `d${++deliveries}`
    const started = await hub.store.write(async (tx) => {
      const body = Buffer.from(JSON.stringify(payload))
      await acceptDelivery(tx, { id: deliveryId, event: 'issues', body, received_at: Date.now() })
      return hub.deps.engine.startTriggered(tx, {
        ...{ event: 'issues', action: 'opened', payload, deliveryId, repository, actor: 'octocat' },
        receivedAt: Date.now(),
      })
    })
    await settle()
    return started
  }
  const over = new Set<string>()
  hub.deps.events.on('run.finished', ({ runId }) => over.add(runId))
  const finished = (id: string) =>
    new Promise<void>((resolve) => {
      if (over.has(id)) return resolve()
      hub.deps.events.on('run.finished', ({ runId }) => runId === id && resolve())
    })
  return {
    ...hub,
    finished,
    acted,
    ada,
    bob,
    mia,
    send,
    create,
    start,
    settle,
    runOf,
    stateOf,
    grant,
    happen,
  }
}

const noSecrets = (answer: { body: unknown }) =>
  expect(JSON.stringify(answer.body)).not.toMatch(/does not exist|private/i)

describe('a run that a person starts', () => {
  it.each([
    ['written in the source', comment('workflow_dispatch', 'acme/secret'), {}],
    [
      'written in an env of the source',
      comment('workflow_dispatch', "'${{ env.W }}'").replace('jobs:', 'env: {W: acme/secret}\njobs:'),
      {},
    ],
    ['given as an input', withInput, { inputs: { where: 'acme/secret' } }],
    ['named as what the run is about', comment('workflow_dispatch'), { repository: 'acme/secret' }],
  ])('is refused to who may not write to its target, %s', async (_, source, request) => {
    await using hub = await openHub()
    const workflow = await hub.create(hub.ada, source)
    const refused = await hub.start(hub.bob, workflow, request)
    expect(refused.status).toBe('repository' in request ? 404 : 403)
    if (refused.status === 403) {
      expect(refused.body).toMatchObject({
        code: 'forbidden',
        detail: expect.stringContaining('the right to write to acme/secret'),
      })
    }
    noSecrets(refused)
    await hub.settle()
    expect(hub.acted).toEqual([])
    // Reading is not writing.
    await hub.grant(hub.bob, 1, 'triage')
    expect(await hub.start(hub.bob, workflow, request)).toMatchObject({
      status: 403,
      body: { code: 'forbidden', detail: expect.stringContaining('the right to write to acme/secret') },
    })
    await hub.settle()
    expect(hub.acted).toEqual([])
    await hub.grant(hub.bob, 1, 'push')
    expect((await hub.start(hub.bob, workflow, request)).status).toBe(201)
    await hub.settle()
    expect(hub.acted).toEqual(['ada: POST acme/secret#1'])
  })

  it('says the same of a repository that one may not read and of one that does not exist', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(hub.ada, withInput)
    const [hidden, absent] = [
      await hub.start(hub.bob, workflow, { inputs: { where: 'acme/secret' } }),
      await hub.start(hub.bob, workflow, { inputs: { where: 'acme/absent' } }),
    ]
    expect(hidden.status).toBe(absent.status)
    expect(hidden.body.detail.replace('secret', 'absent')).toBe(absent.body.detail)
  })

  it('is judged when its step picks a target that nobody knew before', async () => {
    await using hub = await openHub()
    const source = `on: {workflow_dispatch: {inputs: {where: {type: string}}}}
jobs:
  tell:
    steps:
      - {id: pick, uses: hub/set-output, with: {where: '\${{ inputs.where }}'}}
      - {uses: github/comment, with: {body: hi, issue-number: '1', repository: '\${{ steps.pick.outputs.where }}'}}
`
    const workflow = await hub.create(hub.ada, source)
    const { status, body } = await hub.start(hub.bob, workflow, { inputs: { where: 'acme/secret' } })
    expect(status).toBe(201)
    await hub.settle()
    expect(hub.acted).toEqual([])
    const state = await hub.stateOf(hub.bob, body.id)
    expect(state.conclusion).toBe('failure')
    expect(state.jobs[0]!.steps[1]!.error).toEqual({
      code: 'forbidden',
      message: expect.stringContaining('the right to write to acme/secret'),
    })
    expect((await hub.start(hub.bob, workflow, { inputs: { where: 'ACME/Open' } })).status).toBe(201)
    await hub.settle()
    expect(hub.acted).toEqual(['ada: POST acme/open#1'])
  })

  it('has no more rights than its maker either, and tells so only those who have the right', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(hub.bob, withInput)
    expect(await hub.start(hub.ada, workflow, { inputs: { where: 'acme/secret' } })).toMatchObject({
      status: 409,
      body: { code: 'conflict', detail: expect.stringContaining('who wrote the workflow does not have') },
    })
    expect((await hub.start(hub.bob, workflow, { inputs: { where: 'acme/secret' } })).status).toBe(403)
    // Maintainers of the hub have no rights on GitHub by that.
    expect((await hub.start(hub.mia, workflow, { inputs: { where: 'acme/secret' } })).status).toBe(403)
    await hub.settle()
    expect(hub.acted).toEqual([])
  })

  it.each([
    ['lost the right', (hub: Hub) => hub.grant(hub.ada, 1, 'pull')],
    [
      'was switched off',
      (hub: Hub) =>
        hub.store.write((tx) =>
          tx.updateTable('users').set({ disabled_at: 1 }).where('id', '=', hub.ada.userId).execute(),
        ),
    ],
    [
      'became a viewer',
      (hub: Hub) =>
        hub.store.write((tx) =>
          tx.updateTable('users').set({ role: 'viewer' }).where('id', '=', hub.ada.userId).execute(),
        ),
    ],
  ])('does not act any more for a maker who %s meanwhile', async (_, lose) => {
    await using hub = await openHub()
    await hub.grant(hub.bob, 1, 'push')
    const source = `on: workflow_dispatch
jobs:
  tell:
    steps:
      - {uses: hub/sleep, with: {seconds: 1}}
      - {uses: github/comment, with: {body: hi, issue-number: '1', repository: acme/secret}}
`
    const workflow = await hub.create(hub.ada, source)
    const { status, body } = await hub.start(hub.bob, workflow)
    expect(status).toBe(201)
    await lose(hub)
    await hub.finished(body.id)
    expect(hub.acted).toEqual([])
    expect((await hub.stateOf(hub.bob, body.id)).jobs[0]!.steps[1]!.error?.code).toBe('forbidden')
  })
})

describe('somebody else’s run', () => {
  const asleep = comment('workflow_dispatch', 'acme/secret').replace(
    '    steps:\n',
    '    steps:\n      - { uses: hub/sleep, with: { seconds: 3600 } }\n',
  )

  it('is stopped and run again only by who may write to all that it may act on', async () => {
    await using hub = await openHub()
    await hub.grant(hub.bob, 1, 'pull')
    const workflow = await hub.create(hub.ada, asleep)
    const { body: run } = await hub.start(hub.ada, workflow, { repository: 'acme/open' })
    await hub.settle()
    // Bob sees it, and may write to the repository that it is about, but not to the one that it acts in.
    expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}`)).status).toBe(200)
    const missing = { status: 403, body: { detail: expect.stringContaining('write to acme/secret') } }
    expect(await hub.send(hub.bob, 'POST', `/runs/${run.id}/cancel`)).toMatchObject(missing)
    expect((await hub.send(hub.ada, 'GET', `/runs/${run.id}`)).body.status).toBe('in_progress')
    expect((await hub.send(hub.ada, 'POST', `/runs/${run.id}/cancel`)).status).toBe(202)
    await hub.settle()
    expect(await hub.send(hub.bob, 'POST', `/runs/${run.id}/rerun`)).toMatchObject(missing)
    await hub.grant(hub.bob, 1, 'push')
    const again = await hub.send(hub.bob, 'POST', `/runs/${run.id}/rerun`)
    expect(again).toMatchObject({ status: 201, body: { actor: 'bob', attempt: 2 } })
    expect(await hub.runOf(again.body.id)).toMatchObject({
      maker: hub.ada.userId,
      started_by: hub.bob.userId,
    })
  })

  it('is a person’s once a person runs it again, although an event began it', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(hub.ada, comment('issues', 'acme/secret'))
    const [first = ''] = await hub.happen({ action: 'opened', issue: { number: 1 } })
    expect(hub.acted).toEqual(['ada: POST acme/secret#1'])
    expect(await hub.runOf(first)).toMatchObject({ maker: hub.ada.userId, started_by: null })
    // It has touched what Bob may not read.
    expect((await hub.send(hub.bob, 'GET', `/runs/${first}`)).status).toBe(404)
    expect((await hub.send(hub.bob, 'POST', `/runs/${first}/rerun`)).status).toBe(404)
    await hub.grant(hub.bob, 1, 'pull')
    expect((await hub.send(hub.bob, 'POST', `/runs/${first}/rerun`)).status).toBe(403)
    expect(hub.acted).toHaveLength(1)
    expect(workflow).toBeTruthy()
  })
})

describe('a run that an event starts', () => {
  const opened = (title: string) => ({ action: 'opened', issue: { number: 1, title } })

  it.each([
    ['from the text of the event', "'${{ github.event.issue.title }}'"],
    ['from an expression over it', "'${{ format(''acme/{0}'', github.event.issue.title) }}'"],
    ['beside a name that the source has', "'${{ github.event.issue.title || ''acme/secret'' }}'"],
  ])('does not act where the event says, %s', async (_, repository) => {
    await using hub = await openHub()
    await hub.create(hub.ada, comment('issues', repository))
    const title = repository.includes('format') ? 'secret' : 'acme/secret'
    const [run = ''] = await hub.happen(opened(title))
    expect(hub.acted).toEqual([])
    expect((await hub.stateOf(hub.ada, run)).jobs[0]!.steps[0]!.error).toEqual({
      code: 'forbidden',
      message: expect.stringContaining('No event may choose to act in acme/secret'),
    })
  })

  it.each([
    ['its own', undefined, 'acme/open'],
    ['its own, by an expression', "'${{ github.repository }}'", 'acme/open'],
    ['the one that the source names', 'Acme/Secret', 'acme/secret'],
    [
      'the one that the source names in an expression',
      "'${{ format(''acme/{0}'', ''secret'') }}'",
      'acme/secret',
    ],
  ])('acts with its maker’s rights in %s', async (_, repository, expected) => {
    await using hub = await openHub()
    await hub.create(hub.ada, comment('issues', repository))
    await hub.happen(opened('x'))
    expect(hub.acted).toEqual([`ada: POST ${expected}#1`])
  })

  it('does not act where its maker may only read', async () => {
    await using hub = await openHub()
    await hub.create(hub.ada, comment('issues'))
    await hub.grant(hub.ada, 2, 'triage')
    const [run = ''] = await hub.happen(opened('x'))
    expect(hub.acted).toEqual([])
    expect((await hub.stateOf(hub.ada, run)).jobs[0]!.steps[0]!.error?.message).toContain(
      'the right to write to acme/open, which who wrote the workflow does not have',
    )
  })

  it('acts as the maintainer once they have edited the workflow, and as nobody whose role is gone', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(hub.ada, comment('issues'))
    expect(
      (await hub.send(hub.mia, 'PUT', `/workflows/${workflow}`, { source: comment('issues') })).status,
    ).toBe(200)
    await hub.happen(opened('x'))
    expect(hub.acted).toEqual(['mia: POST acme/open#1'])
    await hub.store.write((tx) =>
      tx.updateTable('users').set({ role: 'viewer' }).where('id', '=', hub.mia.userId).execute(),
    )
    expect(await hub.happen(opened('y'))).toEqual([])
  })
})

type Hub = Awaited<ReturnType<typeof openHub>>
