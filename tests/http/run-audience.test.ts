import { describe, expect, it } from 'vitest'
import type { Change } from '../../contract/live.ts'
import type { Run, Workflow } from '../../contract/workflows.ts'
import { dropAccess, saveAccess } from '../../src/store/access.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

const secret = `name: Secret plan
on: workflow_dispatch
run-name: acme/secret is for sale
jobs:
  tell:
    steps:
      - { id: say, uses: hub/set-output, with: { text: https://acme.example/offer } }
`
const touching = (repository: string) => `name: Touch
on: workflow_dispatch
jobs:
  tell:
    steps:
      - { uses: github/comment, with: { body: hi, issue-number: '1', repository: ${repository} } }
`

/** Ada makes and starts; Bob is a member, Root the owner of the hub. Repository 1 is Ada’s, 2 also Bob’s. */
async function openHub() {
  const hub = await openTestApp({
    githubActor: async () => ({ request: async () => ({ status: 201, data: { id: 1 } }) }),
  })
  const ada = await hub.signIn({ login: 'ada' })
  const bob = await hub.signIn({ login: 'bob' })
  const root = await hub.signIn({ login: 'root', role: 'owner' })
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/secret', readers: [ada.userId] })
    await seedRepository(tx, { id: 2, fullName: 'acme/open', readers: [ada.userId, bob.userId] })
  })
  const send = async (
    as: SignedIn,
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: object,
  ) => {
    const answer = await hub.ask({ method, url: `/api/v1${url}`, as, ...(payload ? { payload } : {}) })
    return { status: answer.statusCode, text: answer.body, body: answer.body ? answer.json() : null }
  }
  const create = async (source: string, visibility: 'private' | 'shared' = 'shared') => {
    const { id } = (await send(ada, 'POST', '/workflows', { source })).body as Workflow
    if (visibility === 'shared') await send(ada, 'PATCH', `/workflows/${id}`, { visibility })
    return id
  }
  const start = async (as: SignedIn, workflow: string, request: object = {}): Promise<Run> => {
    const { status, body } = await send(as, 'POST', `/workflows/${workflow}/runs`, request)
    expect(status, JSON.stringify(body)).toBe(201)
    await hub.deps.engine.idle()
    return body as Run
  }
  /** Everywhere that a run could show. */
  const everywhere = (workflow: string, run: string) => [
    '/runs',
    `/runs/${run}`,
    `/runs/${run}/journal`,
    `/workflows/${workflow}`,
    `/workflows/${workflow}/runs`,
    '/workflows',
    '/changes?limit=100',
    `/changes?topic=run:${run}`,
    '/changes?topic=system',
    '/changes?after=0&limit=100',
  ]
  return { ...hub, ada, bob, root, send, create, start, everywhere }
}

describe('a run without a repository', () => {
  it('is its maker’s and its starter’s, and shows nowhere to anybody else', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(secret)
    const run = await hub.start(hub.ada, workflow)
    for (const stranger of [hub.bob, hub.root]) {
      for (const path of hub.everywhere(workflow, run.id)) {
        const { text } = await hub.send(stranger, 'GET', path)
        expect(text, path).not.toContain(run.id)
        // The source of a workflow that is shared says what it says.
        if (!path.startsWith('/workflows')) expect(text, path).not.toMatch(/for sale|acme\.example/)
      }
      expect((await hub.send(stranger, 'GET', `/runs/${run.id}`)).status).toBe(404)
      for (const deed of ['cancel', 'rerun']) {
        expect((await hub.send(stranger, 'POST', `/runs/${run.id}/${deed}`)).status).toBe(404)
      }
    }
    expect((await hub.send(hub.ada, 'GET', `/runs/${run.id}/journal`)).text).toContain('acme.example')
    const ofRun = (await hub.send(hub.ada, 'GET', `/changes?topic=run:${run.id}`)).body as Change[]
    expect(ofRun.length).toBeGreaterThan(0)

    const his = await hub.start(hub.bob, workflow)
    for (const person of [hub.ada, hub.bob]) {
      expect((await hub.send(person, 'GET', `/runs/${his.id}`)).status).toBe(200)
      expect((await hub.send(person, 'GET', '/changes?limit=100')).text).toContain(his.id)
    }
    expect((await hub.send(hub.root, 'GET', `/runs/${his.id}`)).status).toBe(404)
  })
})

describe('a run that touches repositories', () => {
  it('is from then on for those who may read all of them', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(touching('acme/secret'))
    const run = await hub.start(hub.ada, workflow, { repository: 'acme/open' })
    for (const path of ['', '/journal']) {
      expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}${path}`)).status).toBe(404)
    }
    expect((await hub.send(hub.bob, 'GET', '/runs?repository=acme/open')).body).toEqual([])
    const finished = (await hub.send(hub.bob, 'GET', '/changes?limit=100')).body as Change[]
    expect(finished.filter(({ kind }) => kind === 'run.finished' || kind === 'step.finished')).toEqual([])
    await hub.store.write((tx) =>
      saveAccess(tx, [{ user_id: hub.bob.userId, repository_id: 1, permission: 'pull', synced_at: 0 }]),
    )
    expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}/journal`)).status).toBe(200)
    expect((await hub.send(hub.bob, 'GET', '/runs?repository=acme/open')).body).toMatchObject([
      { id: run.id },
    ])
    const seen = (await hub.send(hub.bob, 'GET', '/changes?limit=100')).body as Change[]
    expect(seen.map(({ kind }) => kind)).toContain('run.finished')
  })

  it('is nobody’s any more who lost the right to read one of them, its maker included', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(touching('acme/open'))
    const run = await hub.start(hub.ada, workflow)
    expect((await hub.send(hub.bob, 'GET', `/runs/${run.id}`)).status).toBe(200)
    await hub.store.write((tx) => dropAccess(tx, { userId: hub.ada.userId, repositoryIds: [2] }))
    expect((await hub.send(hub.ada, 'GET', `/runs/${run.id}`)).status).toBe(404)
    expect((await hub.send(hub.ada, 'GET', '/runs')).body).toEqual([])
  })
})

describe('a workflow', () => {
  it('is for who made it and for maintainers until it is shared, and again once it is hidden', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(secret, 'private')
    const see = async (as: SignedIn) => [
      ...(await Promise.all(
        ['', '/versions', '/runs'].map(
          async (path) => (await hub.send(as, 'GET', `/workflows/${workflow}${path}`)).status,
        ),
      )),
      ((await hub.send(as, 'GET', '/workflows')).body as Workflow[]).length,
      (await hub.send(as, 'GET', '/changes?topic=system&limit=100')).text.includes('Secret plan') ? 1 : 0,
    ]
    expect(await see(hub.ada)).toEqual([200, 200, 200, 1, 1])
    expect(await see(hub.root)).toEqual([200, 200, 200, 1, 1])
    expect(await see(hub.bob)).toEqual([404, 404, 404, 0, 0])
    for (const [method, path, payload] of [
      ['PUT', '', { source: secret }],
      ['PATCH', '', { visibility: 'shared' }],
      ['DELETE', '', undefined],
      ['POST', '/runs', {}],
    ] as const) {
      expect((await hub.send(hub.bob, method, `/workflows/${workflow}${path}`, payload)).status).toBe(404)
    }
    const shared = await hub.send(hub.ada, 'PATCH', `/workflows/${workflow}`, { visibility: 'shared' })
    expect(shared.body).toMatchObject({ visibility: 'shared', enabled: true })
    expect(await see(hub.bob)).toEqual([200, 200, 200, 1, 1])
    expect(
      (await hub.send(hub.bob, 'PATCH', `/workflows/${workflow}`, { visibility: 'private' })).status,
    ).toBe(403)
    await hub.send(hub.ada, 'PATCH', `/workflows/${workflow}`, { visibility: 'private' })
    expect((await see(hub.bob)).slice(0, 4)).toEqual([404, 404, 404, 0])
    const { body } = await hub.send(hub.root, 'GET', '/audit')
    expect(body.map(({ action }: { action: string }) => action)).toEqual(
      expect.arrayContaining(['workflow.shared', 'workflow.hidden']),
    )
  })

  it('stays in sight of who wrote an earlier version, and is told to them', async () => {
    await using hub = await openHub()
    const workflow = await hub.create(secret, 'private')
    await hub.send(hub.root, 'PUT', `/workflows/${workflow}`, { source: secret.replace('plan', 'plot') })
    expect((await hub.send(hub.ada, 'GET', `/workflows/${workflow}`)).body).toMatchObject({
      name: 'Secret plot',
      can_edit: false,
    })
    const told = (await hub.send(hub.ada, 'GET', '/changes?topic=system')).text
    expect(told).toContain('Secret plot')
  })

  it.each([[{}], [{ visibility: 'public' }], [{ shared: true }]])('is not patched with %j', async (patch) => {
    await using hub = await openHub()
    const workflow = await hub.create(secret)
    expect((await hub.send(hub.ada, 'PATCH', `/workflows/${workflow}`, patch)).status).toBe(400)
  })
})
