import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditEntry } from '../../contract/identity.ts'
import type { Comment, Issue } from '../../contract/mirror.ts'
import { type LocalGithub, startLocalGithub } from '../../demo/local-github.ts'
import { readChanges } from '../../src/store/changes.ts'
import { type ActingHub, type Json, openActingHub, type Wish } from '../support/acting-hub.ts'
import { dialects } from '../support/temp-store.ts'
import type { SignedIn } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
const at = `/repos/${repository}`
let local: LocalGithub

beforeAll(async () => {
  local = await startLocalGithub({ callbackUrls: [], log: pino({ level: 'silent' }) })
}, 120_000)
afterAll(() => local?.close())

/** An issue of a person's own that the mirror knows. */
async function openIssue(hub: ActingHub, title = `Of ${randomUUID()}`): Promise<number> {
  const { number } = await hub.github<{ number: number }>('POST', `${at}/issues`, { title, body: 'As told' })
  await hub.mirror('issue', `/issues/${number}`)
  return number
}

const commentsOn = (hub: ActingHub, number: number) =>
  hub.github<Json[]>('GET', `${at}/issues/${number}/comments?per_page=100`)

describe.each(dialects)('acting on issues, over %s', { timeout: 120_000 }, (dialect) => {
  let hub: ActingHub
  let mara: SignedIn
  beforeAll(async () => {
    hub = await openActingHub(local, { repository, dialect })
    mara = await hub.enter('mara-lindqvist')
  })
  afterAll(() => hub?.[Symbol.asyncDispose]())

  test('a comment is on GitHub, in the mirror and in the log at once, in the name of who wrote it', async () => {
    const tobias = await hub.enter('tobias-okafor')
    const number = await openIssue(hub)
    const answer = await hub.act(tobias, ['POST', `/issues/${number}/comments`, { body: 'Looks right.' }])
    expect(answer.statusCode, answer.body).toBe(201)
    const written = answer.json<Comment>()
    expect(written).toMatchObject({
      body: 'Looks right.',
      user: { login: 'tobias-okafor' },
      issue_number: number,
    })
    expect(await commentsOn(hub, number)).toMatchObject([
      { id: written.id, user: { login: 'tobias-okafor' } },
    ])
    const listed = await hub.ask({ url: `/api/v1${at}/issues/${number}/comments`, as: mara })
    expect(listed.json()).toEqual([written])
    const changes = await readChanges(hub.store.read, { after: 0, limit: 1000 })
    expect(changes.at(-1)).toMatchObject({
      ...{ kind: 'comment.updated', actor: 'tobias-okafor', delivery_id: null },
      data: { action: 'answered', comment: { id: written.id }, pull_request: false, full_name: repository },
    })
    const owner = await hub.signIn({ role: 'owner' })
    const audit = (await hub.ask({ url: '/api/v1/audit', as: owner })).json<AuditEntry[]>()
    expect(audit).toContainEqual(
      expect.objectContaining({
        ...{ actor: 'tobias-okafor', action: 'comment.write', target: `${repository}#${number}` },
      }),
    )
  })

  test('is done once for one key, whoever sends it how often, and answered alike', async () => {
    const number = await openIssue(hub)
    const key = randomUUID()
    const say = () => hub.act(mara, ['POST', `/issues/${number}/comments`, { body: 'Once.' }], key)
    const first = await say()
    const second = await say()
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
    expect(await commentsOn(hub, number)).toHaveLength(1)
    const other = await hub.act(mara, ['POST', `/issues/${number}/comments`, { body: 'Else.' }], key)
    expect(other).toMatchObject({ statusCode: 409, body: expect.stringContaining('"conflict"') })
  })

  test('sent twice at the same moment is done once', async () => {
    const number = await openIssue(hub)
    const key = randomUUID()
    const say = () => hub.act(mara, ['POST', `/issues/${number}/comments`, { body: 'Both.' }], key)
    const answers = await Promise.all([say(), say()])
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([201, 503])
    expect(await commentsOn(hub, number)).toHaveLength(1)
  })

  test('that GitHub did not look at is done by the next try, with the same key and a good token', async () => {
    const number = await openIssue(hub)
    const key = randomUUID()
    const say = () => hub.act(mara, ['POST', `/issues/${number}/comments`, { body: 'At last.' }], key)
    hub.refuseToken(/^POST .*comments$/)
    expect((await say()).body).toContain('github_unauthorized')
    expect(await commentsOn(hub, number)).toEqual([])
    await hub.enter('mara-lindqvist')
    const asked = hub.sent.length
    expect((await say()).statusCode).toBe(201)
    expect(await commentsOn(hub, number)).toHaveLength(1)
    // Nothing was begun, so there was nothing to look for.
    expect(hub.sent.slice(asked)).toEqual([expect.stringMatching(/^POST .*comments$/)])
  })

  test('finds the comment whose answer was lost, and none that another act wrote', async () => {
    const number = await openIssue(hub)
    const same = { body: 'Thank you!' }
    expect((await hub.act(mara, ['POST', `/issues/${number}/comments`, same])).statusCode).toBe(201)
    const key = randomUUID()
    hub.loseAnswer(/^POST .*comments$/)
    const lost = await hub.act(mara, ['POST', `/issues/${number}/comments`, same], key)
    expect(lost).toMatchObject({ statusCode: 502, body: expect.stringContaining('github_unavailable') })
    expect(await commentsOn(hub, number)).toHaveLength(2)
    const again = await hub.act(mara, ['POST', `/issues/${number}/comments`, same], key)
    expect(again.statusCode).toBe(201)
    const there = await commentsOn(hub, number)
    expect(there).toHaveLength(2)
    expect(again.json<Comment>().id).toBe(there[1]!.id)
    const sent = hub.sent.filter((line) => line === `POST ${at}/issues/${number}/comments`)
    expect(sent).toHaveLength(2)
  })

  test('finds an issue whose answer was lost', async () => {
    const title = `Lost ${randomUUID()}`
    const key = randomUUID()
    hub.loseAnswer(/^POST .*issues$/)
    const wish = ['POST', '/issues', { title, body: 'Words' }] as ['POST', string, object]
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const opened = await hub.act(mara, wish, key)
    expect(opened.statusCode, opened.body).toBe(201)
    const all = await hub.github<Json[]>('GET', `${at}/issues?state=all&per_page=100`)
    expect(all.filter((issue) => issue.title === title)).toHaveLength(1)
    expect(opened.json<Issue>()).toMatchObject({ title, state: 'open', user: { login: 'mara-lindqvist' } })
  })

  test('closes, reopens, labels, assigns and edits, each answer being the issue as it is now', async () => {
    const number = await openIssue(hub)
    const now = async (...wish: Wish) => {
      const answer = await hub.act(mara, wish)
      expect(answer.statusCode, answer.body).toBe(200)
      const read = await hub.ask({ url: `/api/v1${at}/issues/${number}`, as: mara })
      expect(read.json()).toMatchObject(answer.json())
      return answer.json<Issue>()
    }
    const here = `/issues/${number}`
    expect(await now('PATCH', here, { state: 'closed', state_reason: 'not_planned' })).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
    })
    expect((await now('PATCH', here, { state: 'open' })).state).toBe('open')
    const labels = await hub.github<{ name: string }[]>('GET', `${at}/labels`)
    const [one, two] = labels.map(({ name }) => name)
    expect((await now('POST', `${here}/labels`, { labels: [one, two] })).labels).toHaveLength(2)
    const rest = await now('DELETE', `${here}/labels/${encodeURIComponent(one!)}`)
    expect(rest.labels.map(({ name }) => name)).toEqual([two])
    const assigned = await now('POST', `${here}/assignees`, { assignees: ['tobias-okafor'] })
    expect(assigned.assignees.map(({ login }) => login)).toEqual(['tobias-okafor'])
    expect((await now('DELETE', `${here}/assignees`, { assignees: ['tobias-okafor'] })).assignees).toEqual([])
    expect((await now('PATCH', here, { title: 'Better', body: 'Said better' })).title).toBe('Better')
  })

  test('edits and deletes a comment; one that is gone already is gone', async () => {
    const number = await openIssue(hub)
    const { id } = (
      await hub.act(mara, ['POST', `/issues/${number}/comments`, { body: 'Frist.' }])
    ).json<Comment>()
    const edited = await hub.act(mara, ['PATCH', `/issues/comments/${id}`, { body: 'First.' }])
    expect(edited.json<Comment>().body).toBe('First.')
    const key = randomUUID()
    hub.loseAnswer(/^DELETE /)
    expect((await hub.act(mara, ['DELETE', `/issues/comments/${id}`], key)).statusCode).toBe(502)
    expect((await hub.act(mara, ['DELETE', `/issues/comments/${id}`], key)).statusCode).toBe(204)
    const listed = await hub.ask({ url: `/api/v1${at}/issues/${number}/comments`, as: mara })
    expect(listed.json()).toEqual([])
  })

  test('refuses what the rights do not reach, without asking GitHub; authors may do more', async () => {
    const sam = await hub.enter('sam-whitlock')
    const number = await openIssue(hub)
    const asked = hub.sent.length
    const labelled = await hub.act(sam, ['POST', `/issues/${number}/labels`, { labels: ['bug'] }])
    expect(labelled).toMatchObject({ statusCode: 403, body: expect.stringContaining('\\"pull\\"') })
    expect((await hub.act(sam, ['PATCH', `/issues/${number}`, { state: 'closed' }])).statusCode).toBe(403)
    expect(hub.sent).toHaveLength(asked)
    const own = await hub.act(sam, ['POST', '/issues', { title: `Of Sam ${randomUUID()}` }])
    expect(own.statusCode, own.body).toBe(201)
    const mine = own.json<Issue>().number
    expect((await hub.act(sam, ['PATCH', `/issues/${mine}`, { state: 'closed' }])).statusCode).toBe(200)
    expect((await hub.act(sam, ['PATCH', `/issues/${mine}`, { labels: ['bug'] }])).statusCode).toBe(403)
  })

  test("passes on GitHub's reason when it refuses, and remembers it", async () => {
    const number = await openIssue(hub)
    const key = randomUUID()
    await hub.github('PATCH', `${at}/issues/${number}`, { state: 'closed' })
    const wish = ['PATCH', `/issues/${number}`, { milestone: 987_654 }] as ['PATCH', string, object]
    const refused = await hub.act(mara, wish, key)
    expect(refused.statusCode, refused.body).toBe(422)
    expect(refused.json()).toMatchObject({
      code: 'github_refused',
      detail: expect.stringMatching(/4\d\d|no such/),
    })
    const asked = hub.sent.length
    expect((await hub.act(mara, wish, key)).json()).toMatchObject({ detail: refused.json().detail })
    expect(hub.sent).toHaveLength(asked)
  })

  test('says so to those who are not connected to GitHub', async () => {
    const number = await openIssue(hub)
    const jonas = await hub.enter('jonas-weber')
    await hub.deps.store.write((tx) =>
      tx.deleteFrom('credentials').where('user_id', '=', jonas.userId).execute(),
    )
    const answer = await hub.act(jonas, ['POST', `/issues/${number}/comments`, { body: 'Hello' }])
    expect(answer).toMatchObject({ statusCode: 409, body: expect.stringContaining('github_not_connected') })
  })
})
