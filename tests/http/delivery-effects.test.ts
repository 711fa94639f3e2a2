import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { ChainLink } from '../../contract/chain.ts'
import type { Change } from '../../contract/live.ts'
import type { Delivery } from '../../contract/mirror.ts'
import type { Run } from '../../contract/workflows.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { saveAccess } from '../../src/store/access.ts'
import { appendChanges } from '../../src/store/changes.ts'
import { saveListed } from '../../src/store/mirror.ts'
import type { Db } from '../../src/store/store.ts'
import { issueOf, plantRepository, startGithubServer } from '../support/github-server.ts'
import { pullOf, someone } from '../support/searching-hub.ts'
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

/** So many hours after the issues of the server were opened. */
const hoursOn = (hours: number) =>
  new Date(Date.parse(issueOf(7).created_at as string) + hours * 3_600_000).toISOString()

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

  it('stands in the chain of what happened then, from the issue to the deployment', async () => {
    await using hub = await openHub(dialect)
    await hub.post('opened-7', 'issues', { action: 'opened', issue: issueOf(7) })
    const sha = 'c'.repeat(40)
    const pull = pullOf(2, 8, {
      repository_id: 1,
      body: 'Fixes #7',
      head: { ref: 'fix', sha },
      state: 'closed',
      created_at: hoursOn(1),
      merged_at: hoursOn(5),
      closed_at: hoursOn(5),
    })
    const status = (id: number, deployment_id: number, state: string, hours: number) => ({
      ...{ id, deployment_id, state, environment: 'production', description: null, target_url: null },
      ...{ log_url: null, environment_url: null, creator: null },
      ...{ created_at: hoursOn(hours), updated_at: hoursOn(hours) },
    })
    const save = (tx: Db, kind: keyof typeof kinds, items: object[]) =>
      saveListed(tx, kinds[kind] as Kind<object>, { repositoryId: 1, items })
    await hub.store.write(async (tx) => {
      await save(tx, 'pull_request', [pull])
      await save(tx, 'review', [
        {
          ...{ id: 1, pull_number: 8, user: someone('Eve'), state: 'APPROVED', body: null },
          ...{ html_url: '', submitted_at: hoursOn(4) },
        },
      ])
      await save(tx, 'check_run', [
        {
          ...{ id: 1, head_sha: sha, name: 'test', app: 'ci', status: 'completed', conclusion: 'success' },
          ...{ title: null, summary: null, annotations_count: 0, html_url: null, details_url: null },
          ...{ check_suite_id: null, started_at: hoursOn(2), completed_at: hoursOn(3) },
        },
      ])
      await save(
        tx,
        'deployment',
        [1, 2].map((id) => ({
          ...{ id, sha, ref: 'main', task: 'deploy', environment: 'production', description: null },
          ...{ transient_environment: false, production_environment: true, creator: someone('bot') },
          ...{ created_at: hoursOn(0), updated_at: hoursOn(0) },
        })),
      )
      await save(tx, 'deployment_status', [
        status(1, 1, 'success', 4.5),
        status(2, 2, 'in_progress', 5.5),
        status(3, 2, 'success', 6),
      ])
    })
    for (const number of [7, 8]) {
      const { body } = await hub.get<ChainLink[]>(hub.ada, `/repos/${fullName}/issues/${number}/chain`)
      expect(body.map(({ at }) => at)).toEqual(body.map(({ at }) => at).toSorted())
      const chain = body.filter(({ kind }) => kind !== 'run')
      expect(chain).toMatchObject([
        { kind: 'issue', number: 7, delivery: 'opened-7' },
        { kind: 'pull_request', number: 8, state: 'merged' },
        { kind: 'checks', at: hoursOn(2), ended_at: hoursOn(3), state: 'success', title: '1 check' },
        { kind: 'review', state: 'APPROVED', by: 'Eve' },
        { kind: 'merge', at: hoursOn(5) },
        { kind: 'deployment', id: '2', state: 'success', title: 'production', at: hoursOn(6) },
      ])
      expect(body.filter(({ kind }) => kind === 'run')).toMatchObject([
        { title: 'Answer', state: 'success', delivery: 'opened-7' },
      ])
    }
    expect((await hub.get(hub.bob, `/repos/${fullName}/issues/7/chain`)).status).toBe(404)
    expect((await hub.get(hub.ada, `/repos/${fullName}/issues/9/chain`)).status).toBe(404)
    // A run that has touched more than somebody reads is not for them.
    const chainOf = async (as: SignedIn) =>
      (await hub.get<ChainLink[]>(as, `/repos/${fullName}/issues/7/chain`)).body
    const run = (await chainOf(hub.ada)).find(({ kind }) => kind === 'run')!
    await hub.store.write(async (tx) => {
      await saveAccess(tx, [{ user_id: hub.bob.userId, repository_id: 1, permission: 'pull', synced_at: 0 }])
      await seedRepository(tx, { id: 2, fullName: 'acme/secret', readers: [hub.ada.userId] })
      const touched = await tx.selectFrom('run_repositories').selectAll().executeTakeFirstOrThrow()
      await tx
        .insertInto('run_repositories')
        .values({ ...touched, repository_id: 2 })
        .execute()
    })
    expect(await chainOf(hub.ada)).toContainEqual(run)
    expect(await chainOf(hub.bob)).toEqual((await chainOf(hub.ada)).filter(({ kind }) => kind !== 'run'))
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
