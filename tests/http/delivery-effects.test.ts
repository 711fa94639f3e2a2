import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Change } from '../../contract/live.ts'
import type { Delivery } from '../../contract/mirror.ts'
import type { Run } from '../../contract/workflows.ts'
import { saveAccess } from '../../src/store/access.ts'
import { appendChanges } from '../../src/store/changes.ts'
import { issueOf, plantRepository, startGithubServer } from '../support/github-server.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'
import { startTestMirror } from '../support/test-mirror.ts'

const secret = 'the secret of these tests'
const source = `name: Answer
on: issues
jobs:
  answer:
    steps:
      - { id: say, uses: hub/set-output, with: { text: hello } }
`
const { repository } = plantRepository({ id: 1, name: 'hello', private: true }, {})
const fullName = repository.full_name as string

/** Ada reads the repository and wrote a workflow on its issues; Bob reads nothing. */
async function openHub(dialect: (typeof dialects)[number]) {
  const github = await startGithubServer()
  const hub = await openTestApp({ webhookSecrets: () => [secret], dialect })
  const mirror = await startTestMirror({
    store: hub.store,
    url: github.url,
    async startRuns(tx, { repositoryId, repository: full_name, ...event }) {
      await hub.deps.engine.startTriggered(tx, {
        ...event,
        repository: { id: repositoryId!, full_name: full_name! },
      })
    },
  })
  const ada = await hub.signIn({ login: 'ada' })
  const bob = await hub.signIn({ login: 'bob' })
  await hub.store.write((tx) => seedRepository(tx, { id: 1, fullName, readers: [ada.userId] }))
  await hub.ask({ method: 'POST', url: '/api/v1/workflows', as: ada, payload: { source } })
  return {
    store: hub.store,
    ada,
    bob,
    async post(id: string, event: string, payload: object) {
      const body = JSON.stringify({ repository, sender: { login: 'mona', id: 1 }, ...payload })
      const answer = await hub.app.inject({
        method: 'POST',
        url: '/webhooks/github',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/044aadd',
          'x-github-event': event,
          'x-github-delivery': id,
          'x-github-hook-id': '292430182',
          'x-github-hook-installation-target-type': 'repository',
          'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        },
        payload: body,
      })
      expect(answer.statusCode).toBe(202)
      await mirror.run()
      await hub.deps.engine.idle()
    },
    async get<T>(as: SignedIn, url: string) {
      const answer = await hub.ask({ url: `/api/v1${url}`, as })
      return { status: answer.statusCode, body: answer.json<T>() }
    },
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await hub[Symbol.asyncDispose]()
      await github[Symbol.asyncDispose]()
    },
  }
}

describe.each(dialects)('what a delivery caused (%s)', (dialect) => {
  it('leads to its changes and its runs, for those who may see them', async () => {
    await using hub = await openHub(dialect)
    await hub.post('opened-7', 'issues', { action: 'opened', issue: issueOf(7) })
    await hub.post('ping-1', 'ping', { zen: 'Keep it logically awesome.' })

    const { body } = await hub.get<{ changes: Change[]; runs: Run[] }>(
      hub.ada,
      '/deliveries/opened-7/effects',
    )
    expect(body.changes).toMatchObject([
      { kind: 'issue.updated', delivery_id: 'opened-7', data: { action: 'opened', issue: { number: 7 } } },
    ])
    expect(body.runs).toMatchObject([
      { workflow_name: 'Answer', delivery_id: 'opened-7', event: 'issues', conclusion: 'success' },
    ])
    expect((await hub.get(hub.bob, '/deliveries/opened-7/effects')).status).toBe(404)
    expect((await hub.get(hub.ada, '/deliveries/unknown/effects')).status).toBe(404)
    expect((await hub.get<{ runs: Run[] }>(hub.ada, '/deliveries/ping-1/effects')).body.runs).toEqual([])
  })

  it('shows to who reads the repository nothing of a workflow that is its maker’s alone', async () => {
    await using hub = await openHub(dialect)
    await hub.post('opened-7', 'issues', { action: 'opened', issue: issueOf(7) })
    await hub.store.write(async (tx) => {
      const reads = { user_id: hub.bob.userId, repository_id: 1, permission: 'pull', synced_at: 0 } as const
      await saveAccess(tx, [reads])
      appendChanges(tx, Date.now(), [
        {
          ...{ topic: 'system', kind: 'workflow.updated', delivery_id: 'opened-7', maker: hub.ada.userId },
          data: { action: 'failed', workflow_id: 'w', name: 'A secret plan' },
        },
      ])
    })
    const kinds = async (as: SignedIn) =>
      (await hub.get<{ changes: Change[] }>(as, '/deliveries/opened-7/effects')).body.changes.map(
        ({ kind }) => kind,
      )
    expect(await kinds(hub.ada)).toEqual(['issue.updated', 'workflow.updated'])
    expect(await kinds(hub.bob)).toEqual(['issue.updated'])
  })

  it('is found from the issue that it is about', async () => {
    await using hub = await openHub(dialect)
    await hub.post('opened-7', 'issues', { action: 'opened', issue: issueOf(7) })
    await hub.post('opened-8', 'issues', { action: 'opened', issue: issueOf(8) })
    await hub.post('closed-7', 'issues', { action: 'closed', issue: { ...issueOf(7), state: 'closed' } })
    const ids = async (as: SignedIn, number: number) => {
      const { body } = await hub.get<Delivery[]>(as, `/deliveries?repository=${fullName}&number=${number}`)
      return body.map(({ id }) => id)
    }
    expect(await ids(hub.ada, 7)).toEqual(['closed-7', 'opened-7'])
    expect(await ids(hub.ada, 9)).toEqual([])
    expect((await hub.get(hub.bob, `/deliveries?repository=${fullName}&number=7`)).status).toBe(404)
    expect(await hub.get(hub.ada, '/deliveries?number=7')).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', detail: expect.stringContaining('repository') },
    })
  })

  it('shows what GitHub said of it beside its body, and nothing that could be used', async () => {
    await using hub = await openHub(dialect)
    await hub.post('opened-7', 'issues', { action: 'opened', issue: issueOf(7) })
    const { body } = await hub.get<{ headers: object }>(hub.ada, '/deliveries/opened-7')
    expect(body.headers).toEqual({
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/044aadd',
      'x-github-hook-id': '292430182',
      'x-github-hook-installation-target-type': 'repository',
    })
  })
})
