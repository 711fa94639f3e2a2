import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Comment, Commit, Issue, PullRequest, Review } from '../../contract/mirror.ts'
import type { OwnReactions } from '../../contract/own-reactions.ts'
import type { ReviewComment, ReviewThread } from '../../contract/review-comments.ts'
import { type ActingHub, openHubWithGithub, type Wish } from '../support/acting-hub.ts'
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

/** A pull request of Mara's, and what Tobias said on its second line. */
async function openThread() {
  const pull = await openPull(hub, repository)
  const place = { path: `${pull.head.ref}.md`, line: 2, side: 'RIGHT', commit_id: pull.head.sha }
  const said = await hub.act(tobias, [
    'POST',
    `/pulls/${pull.number}/comments`,
    { ...place, body: 'Two of what?' },
  ])
  return { ...pull, comment: said.json<ReviewComment>() }
}

describe('acting on threads', { timeout: 120_000 }, () => {
  test('resolves a thread and opens it again, which only GraphQL can, however often it is asked', async () => {
    const { number, comment } = await openThread()
    const address = `/pulls/${number}/comments/${comment.id}/resolution`
    const threads = () => hub.read<ReviewThread[]>(tobias, `/pulls/${number}/threads`)
    expect(await threads()).toEqual([])
    const key = randomUUID()
    hub.loseAnswer(/^POST \/graphql$/)
    // The first question to GraphQL is which thread it is: nothing was done yet.
    expect((await hub.act(mara, ['PUT', address], key)).statusCode).toBe(502)
    const resolved = await hub.act(mara, ['PUT', address], key)
    expect(resolved.statusCode, resolved.body).toBe(200)
    expect(resolved.json()).toMatchObject({ id: comment.id, pull_number: number, resolved: true })
    expect(await threads()).toMatchObject([{ id: comment.id, resolved: true }])
    expect((await hub.act(mara, ['DELETE', address])).json()).toMatchObject({ resolved: false })
    expect(await threads()).toMatchObject([{ id: comment.id, resolved: false }])
  })

  test('of others is not resolved by whoever may only read', async () => {
    const { number, comment } = await openThread()
    const reader = await hub.enter('sam-whitlock')
    const refused = await hub.act(reader, ['PUT', `/pulls/${number}/comments/${comment.id}/resolution`])
    expect(refused.statusCode, refused.body).toBe(403)
  })

  test('answers, edits and deletes what was said on a line', async () => {
    const { number, comment } = await openThread()
    const answered = await hub.act(mara, [
      'POST',
      `/pulls/${number}/comments/${comment.id}/replies`,
      { body: 'Waves.' },
    ])
    expect(answered.statusCode, answered.body).toBe(201)
    const answer = answered.json<ReviewComment>()
    expect(answer).toMatchObject({ body: 'Waves.', in_reply_to_id: comment.id })
    const edited = await hub.act(mara, ['PATCH', `/pulls/comments/${answer.id}`, { body: 'Two waves.' }])
    expect(edited.json<ReviewComment>()).toMatchObject({ id: answer.id, body: 'Two waves.' })
    const deleted = await hub.act(mara, ['DELETE', `/pulls/comments/${answer.id}`])
    expect(deleted.statusCode, deleted.body).toBe(204)
    expect(await hub.read<ReviewComment[]>(tobias, `/pulls/${number}/comments`)).toMatchObject([
      { id: comment.id },
    ])
  })

  test('dismisses a review, with the reason', async () => {
    const { number, head } = await openPull(hub, repository)
    const asked = { event: 'REQUEST_CHANGES', body: 'Not like this.', commit_id: head.sha }
    const review = (await hub.act(tobias, ['POST', `/pulls/${number}/reviews`, asked])).json<Review>()
    expect(review.state).toBe('CHANGES_REQUESTED')
    const dismissal: Wish = [
      'PUT',
      `/pulls/${number}/reviews/${review.id}/dismissals`,
      { message: 'It is otherwise now.' },
    ]
    expect((await hub.act(mara, dismissal)).json<Review>()).toMatchObject({
      id: review.id,
      state: 'DISMISSED',
    })
  })

  test('lists the commits of a pull request', async () => {
    const { number, head } = await openPull(hub, repository)
    const commits = await hub.read<Commit[]>(tobias, `/pulls/${number}/commits`)
    expect(commits).toMatchObject([{ sha: head.sha, message: `Add ${head.ref}` }])
    expect(commits[0]).not.toHaveProperty('author_email')
  })

  test('opens a pull request once, from a branch', async () => {
    const { head } = await openPull(hub, repository)
    const base = 'main'
    const wish: Wish = [
      'POST',
      '/pulls',
      { title: 'Again', head: head.ref, base, body: 'Words', draft: true },
    ]
    const branch = `wave-${randomUUID().slice(0, 8)}`
    await hub.act(mara, ['POST', '/git/refs', { ref: `refs/heads/${branch}`, sha: head.sha }])
    wish[2] = { ...wish[2], head: branch }
    const key = randomUUID()
    hub.loseAnswer(/^POST .*pulls$/)
    expect((await hub.act(mara, wish, key)).statusCode).toBe(502)
    const opened = await hub.act(mara, wish, key)
    expect(opened.statusCode, opened.body).toBe(201)
    expect(opened.json<PullRequest>()).toMatchObject({ title: 'Again', draft: true, head: { ref: branch } })
    expect(await hub.read<PullRequest>(tobias, `/pulls/${opened.json().number}`)).toMatchObject({
      title: 'Again',
    })
  })

  test('is merged in the ways that its repository allows', async () => {
    await hub.github('PATCH', at, { allow_rebase_merge: false })
    expect(await hub.read(mara, '/merge-methods')).toMatchObject({ merge: true, squash: true, rebase: false })
  })

  test('merges by itself, or not after all', async () => {
    const { number, head } = await openPull(hub, repository)
    const wish = { mergeMethod: 'SQUASH', expectedHeadOid: head.sha }
    const set = await hub.act(mara, ['PUT', `/pulls/${number}/auto_merge`, wish])
    expect(set.json<PullRequest>().auto_merge).toMatchObject({ merge_method: 'squash' })
    const off = await hub.act(mara, ['DELETE', `/pulls/${number}/auto_merge`])
    expect(off.json<PullRequest>().auto_merge).toBeNull()
  })
})

describe('reacting', { timeout: 120_000 }, () => {
  test('counts in the mirror, once a person, is known as one’s own and taken back', async () => {
    const { number, comment } = await openThread()
    const said = (
      await hub.act(mara, ['POST', `/issues/${number}/comments`, { body: 'Look.' }])
    ).json<Comment>()
    const comments = `/issues/comments/${said.id}/reactions`
    const heart = { content: 'heart' }
    expect((await hub.act(tobias, ['POST', comments, heart])).json<Comment>().reactions).toEqual({ heart: 1 })
    expect((await hub.act(tobias, ['POST', comments, heart])).json<Comment>().reactions).toEqual({ heart: 1 })
    expect((await hub.act(mara, ['POST', comments, heart])).json<Comment>().reactions).toEqual({ heart: 2 })
    const lines = `/pulls/comments/${comment.id}/reactions`
    expect((await hub.act(tobias, ['POST', lines, { content: '+1' }])).json<Comment>().reactions).toEqual({
      '+1': 1,
    })
    const pull = await hub.act(tobias, ['POST', `/issues/${number}/reactions`, { content: 'rocket' }])
    expect(pull.json<PullRequest>().reactions).toEqual({ rocket: 1 })

    const own = () => hub.read<OwnReactions>(tobias, `/issues/${number}/own-reactions`)
    expect(await own()).toEqual({
      subject: ['rocket'],
      comments: { [said.id]: ['heart'] },
      lines: { [comment.id]: ['+1'] },
    })
    const back = await hub.act(tobias, ['DELETE', `${comments}/heart`])
    expect(back.statusCode, back.body).toBe(200)
    expect(back.json<Comment>().reactions).toEqual({ heart: 1 })
    await hub.act(tobias, ['DELETE', `${lines}/${encodeURIComponent('+1')}`])
    await hub.act(tobias, ['DELETE', `/issues/${number}/reactions/rocket`])
    expect(await own()).toEqual({ subject: [], comments: {}, lines: {} })
  })
})

describe('issues, where only GraphQL can', { timeout: 120_000 }, () => {
  test('are pinned, unpinned and moved into another repository', async () => {
    const title = `Of ${randomUUID()}`
    const { number } = await hub.github<{ number: number }>('POST', `${at}/issues`, { title })
    await hub.mirror('issue', `/issues/${number}`)
    const pinned = await hub.act(mara, ['PUT', `/issues/${number}/pin`])
    expect(pinned.json<Issue>()).toMatchObject({ number, pinned: true })
    expect((await hub.act(mara, ['DELETE', `/issues/${number}/pin`])).json<Issue>().pinned).toBe(false)

    const moved = await hub.act(mara, ['POST', `/issues/${number}/transfer`, { new_repo: 'pilot-app' }])
    expect(moved.statusCode, moved.body).toBe(204)
    expect((await hub.ask({ url: `/api/v1${at}/issues/${number}`, as: mara })).statusCode).toBe(404)
    const there = await hub.github<{ title: string }[]>('GET', '/repos/harborline/pilot-app/issues')
    expect(there.map((issue) => issue.title)).toContain(title)
  })
})
