import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Activity, startActivity } from '../../demo/activity.ts'
import type { Deed } from '../../demo/activity-acts.ts'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { createRandom } from '../../demo/random.ts'
import { registerWebhooks } from '../../demo/register-webhooks.ts'
import { ask, silent, startReceiver } from './hub-stand-in.ts'

const secret = 'a secret of this test'
let github: LocalGithub
let hub: Awaited<ReturnType<typeof startReceiver>>
let activity: Activity | undefined
const deeds: Deed[] = []
const refused: object[] = []

beforeAll(async () => {
  hub = await startReceiver(secret)
  github = await startLocalGithub({ callbackUrls: [], log: silent, pace: 0.02 })
  await register()
  activity = startActivity({
    apiUrl: github.apiUrl,
    people: github.people,
    random: createRandom(7),
    every: [1, 5],
    log: { info() {}, warn: (details) => refused.push(details) },
    onDeed: (deed) => deeds.push(deed),
  })
})
afterAll(async () => {
  await activity?.stop()
  await github.close()
  await hub.close()
})

const owner = () => github.people[0]!.token
const register = () =>
  registerWebhooks({
    apiUrl: github.apiUrl,
    token: owner(),
    url: `${hub.url}/webhooks/github`,
    secret,
    log: silent,
  })

test.each([
  'ping.undefined',
  'issues.opened',
  'issues.labeled',
  'issues.closed',
  'issue_comment.created',
  'pull_request.opened',
  'pull_request.closed',
  'pull_request_review.submitted',
  'push.undefined',
  'workflow_run.requested',
  'workflow_run.in_progress',
  'workflow_run.completed',
  'workflow_job.queued',
  'workflow_job.in_progress',
  'workflow_job.completed',
])('%s arrives at the hub', async (kind) => {
  const hook = await hub.find(({ event, payload }) => `${event}.${payload.action}` === kind)
  if (hook.event === 'ping') return
  expect(hook.payload.repository.full_name).toMatch(/^harborline\//)
  expect(hook.payload.organization.login).toBe('harborline')
  expect(hook.payload.sender.id).toBeGreaterThan(0)
})

test('payloads hold what GitHub’s hold', async () => {
  const push = await hub.find(({ event, payload }) => event === 'push' && payload.commits.length > 0)
  expect(push.payload.head_commit).toMatchObject({
    id: push.payload.after,
    distinct: true,
    author: { username: expect.any(String) },
  })
  expect(push.payload).toMatchObject({ deleted: false, pusher: { name: push.payload.sender.login } })
  const merged = await hub.find(({ payload }) => payload.pull_request?.merged === true)
  expect(merged.payload.number).toBe(merged.payload.pull_request.number)
  await hub.find(
    ({ event, payload }) =>
      event === 'push' && payload.after === merged.payload.pull_request.merge_commit_sha,
  )
  const branch = await hub.find(({ event }) => event === 'create')
  const created = await hub.find(({ event, payload }) => event === 'push' && payload.created === true)
  expect(branch.payload.ref).not.toMatch(/^refs/)
  expect(created.payload.ref).toMatch(/^refs\/heads\//)
  const run = await hub.find(
    ({ event, payload }) => event === 'workflow_run' && payload.action === 'completed',
  )
  expect(run.payload.workflow.path).toBe(run.payload.workflow_run.path)
  expect(run.payload.workflow_run.conclusion).toMatch(/^(success|failure)$/)
})

test('every delivery is signed, has a GUID of its own, and GitHub lists it under that GUID', async () => {
  expect(hub.received.every((hook) => hook.signed)).toBe(true)
  expect(new Set(hub.received.map((hook) => hook.guid)).size).toBe(hub.received.length)
  const opened = await hub.find(({ event, payload }) => event === 'issues' && payload.action === 'opened')
  const path = `${github.apiUrl}/repos/${opened.payload.repository.full_name}/hooks`
  const [hook] = (await ask(path, owner())).body
  const { body } = await ask(`${path}/${hook.id}/deliveries?per_page=100`, owner())
  expect(body.map((delivery: { guid: string }) => delivery.guid)).toContain(opened.guid)
})

test('labels on a pull request, a push to its branch and a comment on it are told as GitHub tells them', async () => {
  const path = `${github.apiUrl}/repos/harborline/berth-planner`
  const post = (rest: string, body: object, method = 'POST') =>
    ask(`${path}${rest}`, owner(), { method, body: JSON.stringify(body) })
  const main = await ask(`${path}/git/ref/heads/main`, owner())
  await post('/git/refs', { ref: 'refs/heads/told', sha: main.body.object.sha })
  await post('/contents/told.md', { message: 'Tell', content: 'YQ==', branch: 'told' }, 'PUT')
  const { number } = (await post('/pulls', { title: 'Tell', head: 'told', base: 'main' })).body
  await post(`/issues/${number}/labels`, { labels: ['blocked'] })
  const labelled = await hub.find(({ payload }) => payload.action === 'labeled' && payload.number === number)
  expect(labelled.event).toBe('pull_request')
  expect(labelled.payload.pull_request.title).toBe('Tell')
  await post('/contents/more.md', { message: 'Tell more', content: 'YQ==', branch: 'told' }, 'PUT')
  const moved = await hub.find(({ payload }) => payload.action === 'synchronize' && payload.number === number)
  expect(moved.payload.pull_request.head.sha).toBe(moved.payload.after)
  await post(`/issues/${number}/comments`, { body: 'Heard.' })
  const heard = await hub.find(({ payload }) => payload.comment?.body === 'Heard.')
  expect(heard.payload.issue).toMatchObject({
    number,
    comments: 1,
    pull_request: { url: expect.any(String) },
  })
})

test('the same hook is refused twice by GitHub and kept once by registering again', async () => {
  const path = `${github.apiUrl}/repos/harborline/docs/hooks`
  const again = await ask(path, owner(), {
    method: 'POST',
    body: JSON.stringify({ config: { url: `${hub.url}/webhooks/github` }, events: ['*'] }),
  })
  expect(again.status).toBe(422)
  expect(await register()).toHaveLength(9)
  expect((await ask(path, owner())).body).toHaveLength(1)
})

test('people do all kinds of things, and nothing that they may not', async () => {
  await activity?.stop()
  expect(new Set(deeds.map((deed) => deed.act)).size).toBeGreaterThan(6)
  expect(new Set(deeds.map((deed) => deed.login)).size).toBeGreaterThan(4)
  expect(refused).toEqual([])
})
