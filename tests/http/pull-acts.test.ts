import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PullRequest, Review } from '../../contract/mirror.ts'
import type { PullFile } from '../../contract/pull-files.ts'
import type { ReviewComment } from '../../contract/review-comments.ts'
import { type ActingHub, type Json, openHubWithGithub, type Wish } from '../support/acting-hub.ts'
import { openPull } from '../support/open-pull.ts'
import type { SignedIn } from '../support/test-app.ts'

const repository = 'harborline/tide-api'
const at = `/repos/${repository}`
let hub: ActingHub
let mara: SignedIn
let tobias: SignedIn

beforeAll(async () => {
  hub = await openHubWithGithub(repository)
  mara = await hub.enter('mara-lindqvist')
  tobias = await hub.enter('tobias-okafor')
}, 120_000)
afterAll(() => hub?.[Symbol.asyncDispose]())

describe('acting on pull requests', { timeout: 120_000 }, () => {
  test('approves once, though the answer was lost', async () => {
    const { number, head } = await openPull(hub, repository)
    const key = randomUUID()
    const wish: Wish = [
      'POST',
      `/pulls/${number}/reviews`,
      { event: 'APPROVE', body: 'Good.', commit_id: head.sha },
    ]
    hub.loseAnswer(/^POST .*reviews$/)
    expect((await hub.act(tobias, wish, key)).statusCode).toBe(502)
    const answer = await hub.act(tobias, wish, key)
    expect(answer.statusCode, answer.body).toBe(201)
    expect(answer.json<Review>()).toMatchObject({ state: 'APPROVED', body: 'Good.', pull_number: number })
    expect(await hub.github<Json[]>('GET', `${at}/pulls/${number}/reviews`)).toHaveLength(1)
    const listed = await hub.ask({ url: `/api/v1${at}/pulls/${number}/reviews`, as: mara })
    expect(listed.json()).toEqual([answer.json()])
  })

  test('shows what it changes, and takes comments on its lines and answers to them', async () => {
    const { number, head } = await openPull(hub, repository)
    const files = await hub.ask({ url: `/api/v1${at}/pulls/${number}/files`, as: tobias })
    expect(files.statusCode, files.body).toBe(200)
    expect(files.json<PullFile[]>()).toMatchObject([
      {
        filename: `${head.ref}.md`,
        status: 'added',
        additions: 3,
        patch: '@@ -0,0 +1,3 @@\n+one\n+two\n+three',
      },
    ])
    const place = { path: `${head.ref}.md`, line: 2, side: 'RIGHT', commit_id: head.sha }
    const said = await hub.act(tobias, [
      'POST',
      `/pulls/${number}/comments`,
      { ...place, body: 'Two of what?' },
    ])
    expect(said.statusCode, said.body).toBe(201)
    const comments = await hub.ask({ url: `/api/v1${at}/pulls/${number}/comments`, as: mara })
    expect(comments.json<ReviewComment[]>()).toMatchObject([
      { path: place.path, line: 2, side: 'RIGHT', body: 'Two of what?', user: { login: 'tobias-okafor' } },
    ])
  })

  test('merges only the head that was looked at, and once', async () => {
    const { number, head } = await openPull(hub, repository)
    const stale = await hub.act(mara, ['PUT', `/pulls/${number}/merge`, { sha: 'a'.repeat(40) }])
    expect(stale).toMatchObject({ statusCode: 422, body: expect.stringMatching(/github_refused.*head/i) })
    const key = randomUUID()
    const wish: Wish = ['PUT', `/pulls/${number}/merge`, { sha: head.sha, merge_method: 'squash' }]
    hub.loseAnswer(/^PUT .*merge$/)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const merged = await hub.act(mara, wish, key)
    expect(merged.statusCode, merged.body).toBe(200)
    expect(merged.json<PullRequest>()).toMatchObject({ state: 'closed', merged_at: expect.any(String) })
    expect(hub.sent.filter((line) => line === `PUT ${at}/pulls/${number}/merge`)).toHaveLength(2)
  })

  test('deletes a branch; one that is gone already is gone', async () => {
    const { head } = await openPull(hub, repository)
    const key = randomUUID()
    const wish: Wish = ['DELETE', `/git/refs/heads/${encodeURIComponent(head.ref)}`]
    hub.loseAnswer(/^DELETE /)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const deleted = await hub.act(mara, wish, key)
    expect(deleted.statusCode, deleted.body).toBe(204)
    const branches = await hub.github<Json[]>('GET', `${at}/branches?per_page=100`)
    expect(branches.map(({ name }) => name)).not.toContain(head.ref)
  })

  test('turns drafts into what is ready and back, which only GraphQL can', async () => {
    const { number } = await openPull(hub, repository, { draft: true })
    const ready = await hub.act(mara, ['POST', `/pulls/${number}/ready_for_review`, {}])
    expect(ready.statusCode, ready.body).toBe(200)
    expect(ready.json<PullRequest>().draft).toBe(false)
    const draft = await hub.act(mara, ['POST', `/pulls/${number}/convert_to_draft`, {}])
    expect(draft.json<PullRequest>().draft).toBe(true)
  })

  test('asks for reviews, closes and reopens', async () => {
    const { number } = await openPull(hub, repository)
    const asked = await hub.act(mara, [
      'POST',
      `/pulls/${number}/requested_reviewers`,
      { reviewers: ['tobias-okafor'] },
    ])
    expect(asked.json<PullRequest>().requested_reviewers).toMatchObject([{ login: 'tobias-okafor' }])
    const dropped = await hub.act(mara, [
      'DELETE',
      `/pulls/${number}/requested_reviewers`,
      { reviewers: ['tobias-okafor'] },
    ])
    expect(dropped.json<PullRequest>().requested_reviewers).toEqual([])
    const closed = await hub.act(mara, ['PATCH', `/pulls/${number}`, { state: 'closed' }])
    expect(closed.statusCode, closed.body).toBe(200)
    expect(closed.json<PullRequest>().state).toBe('closed')
    const open = await hub.act(mara, ['PATCH', `/pulls/${number}`, { state: 'open', title: 'Named better' }])
    expect(open.json<PullRequest>()).toMatchObject({ state: 'open', title: 'Named better' })
  })
})
