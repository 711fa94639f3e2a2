import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalGithub } from '../../demo/local-github.ts'
import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listReadable } from '../../src/store/access.ts'
import { listActionsRuns } from '../../src/store/actions.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listComments } from '../../src/store/comments.ts'
import { listCommits } from '../../src/store/commits.ts'
import { getIssue, listIssues } from '../../src/store/issues.ts'
import { listPullRequests } from '../../src/store/pull-requests.ts'
import { listRepositories } from '../../src/store/repositories.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { openTempStore, type TempStore } from '../support/temp-store.ts'
import { startTestMirror, type TestMirror } from '../support/test-mirror.ts'
import { verifySignature } from '../support/verify-signature.ts'

const secret = 'a secret of this test'
let github: Awaited<ReturnType<typeof startLocalGithub>>
let store: TempStore
let mirror: TestMirror
let ownerId: string
let readerId: string

/** Takes webhooks in as the hub's route does. */
const receiver = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const header = (name: string) => String(request.headers[name])
  if (!verifySignature(body, header('x-hub-signature-256'), [secret])) return response.writeHead(401).end()
  response.writeHead(202).end()
  await mirror.deliver({
    event: header('x-github-event'),
    id: header('x-github-delivery'),
    payload: body.toString(),
  })
})

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/webhooks/github`
  github = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }), pace: 0.02 })
  store = await openTempStore()
  mirror = await startTestMirror({ store, url: github.apiUrl, webhook: { url, secret } })
  const people = await Promise.all(github.people.map(({ token }) => mirror.deps.github.viewer(token)))
  const add = async (index: number, role: 'owner' | 'member') => {
    const { id, login } = people[index]!
    return await mirror.addUser({ githubId: id, login, token: github.people[index]!.token, role })
  }
  ownerId = await add(0, 'owner')
  readerId = await add(github.people.length - 1, 'member')
  await mirror.run(syncAccountTask(ownerId))
  await mirror.run(syncAccountTask(readerId))
})
afterAll(async () => {
  await mirror.stop()
  await github.close()
  receiver.close()
  await store.close()
})

describe('a mirror of the local GitHub', () => {
  it('holds the whole organisation after the first sync', async () => {
    const page = { userId: ownerId, limit: 100 }
    const repositories = (await listRepositories(store.read, page)).items
    expect(repositories.length).toBeGreaterThanOrEqual(8)
    expect(repositories.every(({ webhook, synced_at }) => webhook && synced_at !== null)).toBe(true)
    const pages = [await listIssues(store.read, { ...page, state: 'all' })]
    while (pages.at(-1)!.next)
      pages.push(await listIssues(store.read, { ...page, state: 'all', after: pages.at(-1)!.next! }))
    expect(pages.flatMap(({ items }) => items).length).toBeGreaterThanOrEqual(120)
    expect(
      (await listPullRequests(store.read, { ...page, state: 'all' })).items.length,
    ).toBeGreaterThanOrEqual(40)
    expect((await listActionsRuns(store.read, page)).items.length).toBeGreaterThan(0)
    const at = { ...page, repositoryId: repositories[0]!.id }
    expect((await listBranches(store.read, at)).items.length).toBeGreaterThan(0)
    expect((await listCommits(store.read, at)).items.length).toBeGreaterThan(0)
    const progress = await listSyncProgress(store.read, { userId: ownerId })
    expect(progress.filter(({ state }) => state !== 'done')).toEqual([])
  })

  it('shows a person of fewer rights only what GitHub shows them', async () => {
    const [all, some] = await Promise.all([
      listReadable(store.read, ownerId),
      listReadable(store.read, readerId),
    ])
    expect(some.length).toBeGreaterThan(0)
    expect(some.length).toBeLessThan(all.length)
    expect(all).toEqual(expect.arrayContaining(some))
    const seen = (await listIssues(store.read, { userId: readerId, state: 'all', limit: 100 })).items
    expect(seen.filter(({ repository_id }) => !some.includes(repository_id))).toEqual([])
  })

  it('moves with what happens there, by webhook', async () => {
    const [repository] = (await listRepositories(store.read, { userId: ownerId, limit: 1 })).items
    const { owner, name: repo, id: repositoryId, open_issues } = repository!
    const client = mirror.deps.github.forToken(github.people[0]!.token, { userId: ownerId })
    const applied = watch('comment.updated')
    const { data: issue } = await client.request('POST /repos/{owner}/{repo}/issues', {
      owner,
      repo,
      title: 'It moves',
    })
    const at = { owner, repo, issue_number: issue.number }
    await client.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      ...at,
      body: 'Indeed',
    })
    await applied

    const where = { userId: ownerId, repositoryId }
    expect(await getIssue(store.read, { ...where, number: issue.number })).toMatchObject({
      title: 'It moves',
      comments: 1,
    })
    const comments = await listComments(store.read, { ...where, issueNumber: issue.number, limit: 10 })
    expect(comments.items).toMatchObject([{ body: 'Indeed', user: { login: github.people[0]!.login } }])
    const [moved] = (await listRepositories(store.read, { userId: ownerId, where: { text: repo }, limit: 1 }))
      .items
    expect(moved?.open_issues).toBe(open_issues + 1)
    expect(mirror.delivered.some(({ event, action }) => event === 'issues' && action === 'opened')).toBe(true)
  })
})

/** Resolves with the next change of a kind. */
async function watch(kind: 'comment.updated'): Promise<void> {
  const before = (await mirror.changes(kind)).length
  await new Promise<void>((resolve, reject) => {
    const unsubscribe = store.onChanges(() => {
      mirror.changes(kind).then((changes) => {
        if (changes.length === before) return
        unsubscribe()
        resolve()
      }, reject)
    })
  })
}
