import { describe, expect, it } from 'vitest'
import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listReadable } from '../../src/store/access.ts'
import { getActionsRun, listActionsJobs } from '../../src/store/actions.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listComments } from '../../src/store/comments.ts'
import { listCommits } from '../../src/store/commits.ts'
import { countPendingDeliveries, loadDelivery } from '../../src/store/deliveries.ts'
import { getIssue, listIssues } from '../../src/store/issues.ts'
import { getPullRequest } from '../../src/store/pull-requests.ts'
import { getRepository } from '../../src/store/repositories.ts'
import { listReviews } from '../../src/store/reviews.ts'
import { changed, connect, issues, type Json, mona, repository } from '../support/delivering-hub.ts'
import { exampleOf, examples, issueOf, plantRepository } from '../support/github-server.ts'
import { dialects } from '../support/temp-store.ts'

describe.each(dialects)('deliveries on %s', (dialect) => {
  it('become rows, changes and runs at once', async () => {
    await using hub = await connect({ dialect })
    const { read } = hub.store
    const at = { userId: hub.userId, repositoryId: 1 }
    const page = { ...at, limit: 10 }
    const pull_request = {
      ...exampleOf('pull_request', 'pull_request'),
      number: 9,
      state: 'open',
      comments: 0,
    }
    const pushed_at = 1767225600
    const { comments: _, ...reviewed } = pull_request
    await hub.deliver(
      issues('opened', 1),
      issues('opened', 2),
      changed('pull_request', 'pull_request', 'opened', pull_request),
    )
    await hub.deliver(
      {
        event: 'issue_comment',
        payload: {
          action: 'created',
          issue: issueOf(9, { comments: 3, pull_request: {} }),
          comment: { ...exampleOf('issue_comment', 'comment'), id: 77, body: 'Nice' },
          repository,
          sender: mona,
        },
      },
      {
        event: 'pull_request_review',
        payload: {
          action: 'submitted',
          review: { ...exampleOf('pull_request_review', 'review'), id: 5, state: 'approved' },
          pull_request: reviewed,
          repository,
          sender: mona,
        },
      },
      {
        event: 'push',
        payload: {
          ref: 'refs/heads/main',
          after: 'abc',
          deleted: false,
          forced: false,
          commits: [
            { id: 'abc', message: 'Say hello', timestamp: '2026-01-01T00:00:00Z', author: { name: 'Mona' } },
          ],
          repository: { ...repository, pushed_at, created_at: 1700000000 },
          sender: mona,
        },
      },
      changed('workflow_run', 'workflow_run', 'completed', { id: 40, status: 'completed' }),
      changed('workflow_job', 'workflow_job', 'completed', { id: 41, run_id: 40 }),
      { event: 'ping', payload: { zen: 'Keep it logically awesome.', repository, sender: mona } },
      { event: 'star', payload: { action: 'created', repository, sender: mona } },
    )

    expect((await listIssues(read, page)).items.map(({ number }) => number)).toEqual([2, 1])
    expect(await getRepository(read, { userId: hub.userId, fullName: 'acme/hello' })).toMatchObject({
      open_issues: 2,
      open_pull_requests: 1,
      pushed_at: new Date(pushed_at * 1000).toISOString(),
    })
    expect(await getPullRequest(read, { ...at, number: 9 })).toMatchObject({ comments: 3 })
    expect((await listComments(read, { ...page, issueNumber: 9 })).items).toMatchObject([
      { id: 77, body: 'Nice' },
    ])
    expect((await listReviews(read, { ...page, pullNumber: 9 })).items).toMatchObject([
      { id: 5, state: 'APPROVED' },
    ])
    expect((await listBranches(read, page)).items).toMatchObject([{ name: 'main', sha: 'abc' }])
    expect((await listCommits(read, page)).items).toMatchObject([{ sha: 'abc', message: 'Say hello' }])
    expect(await getActionsRun(read, { ...at, id: 40 })).toMatchObject({ status: 'completed' })
    expect((await listActionsJobs(read, { ...page, runId: 40 })).items).toMatchObject([{ id: 41 }])
    const told = await hub.changes('delivery.stored')
    expect(told.toSorted((a, b) => a.event.localeCompare(b.event))).toMatchObject([
      { topic: 'repo:1', event: 'ping', action: null, full_name: 'acme/hello' },
      { topic: 'repo:1', event: 'star', action: 'created' },
    ])
    const started = hub.delivered.map((delivered) =>
      [delivered.event, delivered.repository, delivered.actor].join(' '),
    )
    const all =
      'issues issues pull_request issue_comment pull_request_review push workflow_run workflow_job ping star'
    expect(started.toSorted()).toEqual(
      all
        .split(' ')
        .toSorted()
        .map((event) => `${event} acme/hello mona`),
    )
  })

  it('count what is open, whatever the order', async () => {
    await using hub = await connect({ dialect })
    const counts = async () => {
      const found = await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/hello' })
      return found?.open_issues
    }
    await hub.deliver(issues('opened', 1), issues('opened', 2), issues('opened', 3))
    expect(await counts()).toBe(3)
    await hub.deliver(issues('closed', 1, { state: 'closed', minutes: 10 }), issues('deleted', 2))
    expect(await counts()).toBe(1)
    await hub.deliver(
      issues('edited', 1, { minutes: 9, title: 'late' }),
      issues('reopened', 3, { minutes: 12 }),
    )
    expect(await counts()).toBe(1)
    const issue = await getIssue(hub.store.read, { userId: hub.userId, repositoryId: 1, number: 1 })
    expect(issue).toMatchObject({ state: 'closed', title: 'Issue 1' })
    const told = (await hub.changes('issue.updated')).find(({ action }) => action === 'edited')
    expect(told).toMatchObject({ issue: { state: 'closed', title: 'Issue 1' } })
  })
})

describe('a delivery', () => {
  it('is known by who did what where, when it came and what became of it', async () => {
    await using hub = await connect()
    const [id = ''] = await hub.deliver(issues('opened', 1))
    expect(await loadDelivery(hub.store.read, id)).toMatchObject({
      state: 'applied',
      action: 'opened',
      repository_id: 1,
      applied_at: expect.any(Number),
      error: null,
    })
    const change = await hub.store.read
      .selectFrom('changes')
      .selectAll()
      .where('kind', '=', 'issue.updated')
      .executeTakeFirstOrThrow()
    expect(change).toMatchObject({ actor: 'mona', topic: 'repo:1', repository_id: 1, delivery_id: id })
    expect(change.at).toBeGreaterThanOrEqual(change.received_at ?? Number.NaN)
  })

  it('that comes twice has one effect', async () => {
    await using hub = await connect()
    const once = { ...issues('opened', 1), id: 'guid-1' }
    await hub.deliver(once, once)
    await hub.deliver(once)
    expect(await hub.changes('issue.updated')).toHaveLength(1)
    expect(hub.delivered).toHaveLength(1)
  })

  it('whose effect fails half-way leaves nothing behind and is tried again', async () => {
    let failures = 2
    await using hub = await connect({
      onDelivered: () => {
        if (failures-- > 0) throw new Error('not now')
      },
    })
    await hub.deliver(issues('opened', 1))
    expect(await hub.changes('issue.updated')).toHaveLength(1)
    expect(hub.delivered).toHaveLength(1)
  })

  it('that fails is undone alone: those before and after it in one transaction are applied', async () => {
    await using hub = await connect({
      onDelivered: ({ deliveryId }) => {
        if (deliveryId === 'bad') throw new Error('never')
      },
    })
    const webhooks = Array.from({ length: 20 }, (_, index) => issues('opened', index + 1))
    await hub.deliver(
      ...webhooks.map((webhook, index) => ({ ...webhook, id: index === 7 ? 'bad' : `${index}` })),
    )
    expect(await loadDelivery(hub.store.read, 'bad')).toMatchObject({ state: 'failed', attempts: 10 })
    const told = await hub.changes('issue.updated')
    expect(told.map(({ issue }) => issue.number).sort((a, b) => a - b)).toEqual(
      webhooks.map((_, index) => index + 1).filter((number) => number !== 8),
    )
    expect(await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/hello' })).toMatchObject(
      {
        open_issues: 19,
      },
    )
    expect(await countPendingDeliveries(hub.store.read, Date.now())).toEqual({ ready: 0, delayed: 0 })
  })

  it('that fails in every try says so and stays', async () => {
    await using hub = await connect({
      onDelivered: () => {
        throw new Error('never')
      },
    })
    const [id = ''] = await hub.deliver(issues('opened', 1))
    expect(await loadDelivery(hub.store.read, id)).toMatchObject({ state: 'failed', error: 'never' })
    expect(await hub.changes('delivery.failed')).toMatchObject([
      { topic: 'system', event: 'issues', error: 'never' },
    ])
    expect(await hub.changes('issue.updated')).toEqual([])
  })

  const wrong: [string, unknown, string][] = [
    ['that is no JSON', '{"action":', 'no JSON'],
    ['that is no object', '[]', 'an object'],
    ['without what it is about', { action: 'opened', repository }, '`issue` should be an object'],
    ['of another shape', { action: 'opened', repository, issue: { id: 'x' } }, '`issue.id`'],
    ['whose repository is cut short', { action: 'opened', repository: { id: 1 } }, '`repository.owner`'],
  ]
  it.each(wrong)('%s fails clearly, at once', async (_, payload, error) => {
    await using hub = await connect()
    const [id = ''] = await hub.deliver({ event: 'issues', payload })
    expect(await loadDelivery(hub.store.read, id)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining(error),
    })
    expect(await hub.changes('delivery.failed')).toMatchObject([
      { event: 'issues', error: expect.stringContaining(error) },
    ])
    expect(await hub.queue.stats()).toMatchObject({ ready: 0, running: 0, failed: 0 })
  })

  it('of any kind that GitHub shows in its examples is applied or stored, never failed', async () => {
    await using hub = await connect()
    const webhooks = examples.flatMap(({ name, examples: payloads }) =>
      payloads.map((payload) => ({ event: name, payload })),
    )
    const ids = await hub.deliver(...webhooks)
    const states = await Promise.all(ids.map(async (id) => (await loadDelivery(hub.store.read, id))?.state))
    expect(states.filter((state) => state !== 'applied' && state !== 'stored')).toEqual([])
    // What an example deletes, the examples after it do not bring back: those are only stored.
    expect(states.filter((state) => state === 'applied').length).toBeGreaterThan(60)
    // Some of the examples are the same to the byte: those repeat, and start nothing.
    expect(hub.delivered).toHaveLength(new Set(webhooks.map(({ payload }) => JSON.stringify(payload))).size)
    // None of these repositories is one that mona may read.
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
  })
})

describe('a repository', () => {
  const told = (action: string, more: Json = {}) => ({
    event: 'repository',
    payload: { action, repository: { ...repository, ...more }, sender: mona },
  })

  it('that the hub does not know is taken in, and seen by nobody before GitHub lists it', async () => {
    await using hub = await connect()
    const unknown = plantRepository({ id: 50, name: 'new' }, { mona: 'push' })
    const webhook = { ...issues('opened', 1) }
    await hub.deliver({ ...webhook, payload: { ...webhook.payload, repository: unknown.repository } })
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
    expect((await listIssues(hub.store.read, { userId: hub.userId, limit: 10 })).items).toEqual([])

    unknown.issues.push(webhook.payload.issue as Json)
    hub.github.repositories.push(unknown)
    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1, 50])
    expect((await listIssues(hub.store.read, { userId: hub.userId, limit: 10 })).items).toMatchObject([
      { repository: 'acme/new', number: 1 },
    ])
  })

  it('that is renamed keeps its rows', async () => {
    await using hub = await connect()
    await hub.deliver(issues('opened', 1))
    await hub.deliver(
      told('renamed', { name: 'bye', full_name: 'acme/bye', updated_at: '2099-01-01T00:00:00Z' }),
    )
    expect(
      await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/hello' }),
    ).toBeUndefined()
    expect(await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/bye' })).toMatchObject({
      id: 1,
      open_issues: 1,
    })
    expect(await hub.changes('repository.updated')).toMatchObject([
      { action: 'renamed', repository: { full_name: 'acme/bye', open_issues: 1 } },
    ])
    // A delivery from before the renaming does not undo it.
    await hub.deliver(issues('opened', 2))
    expect(await hub.changes('issue.updated')).toMatchObject([
      { full_name: 'acme/hello' },
      { full_name: 'acme/bye' },
    ])
  })

  it('that is deleted is gone for its readers, who are told, and late deliveries do not bring it back', async () => {
    await using hub = await connect()
    await hub.deliver(issues('opened', 1))
    const [deleted = ''] = await hub.deliver(told('deleted'))
    expect(await loadDelivery(hub.store.read, deleted)).toMatchObject({ state: 'applied' })
    const topic = `inbox:${hub.userId}`
    expect(await hub.changes('repository.removed')).toMatchObject([
      { topic, full_name: 'acme/hello', repository_id: 1 },
    ])
    expect((await hub.changes('access.updated')).at(-1)).toMatchObject({ topic, removed: 1 })

    const [late = ''] = await hub.deliver(issues('closed', 1))
    expect(await loadDelivery(hub.store.read, late)).toMatchObject({ state: 'stored', repository_id: null })
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([])
    // What nobody may read is not named where everybody looks.
    expect(await hub.changes('delivery.stored')).toMatchObject([{ topic: 'system', full_name: null }])
  })

  it('whose rights change is asked for again at once, for those whom it concerns', async () => {
    await using hub = await connect()
    hub.github.people.set('hubot', { id: 2, login: 'hubot' })
    const hubot = await hub.addUser({ githubId: 2, login: 'hubot', token: 'hubot', role: 'member' })
    hub.github.repositories[0]?.rights.set('hubot', 'pull')
    const member = {
      event: 'member',
      payload: { action: 'added', member: { login: 'hubot', id: 2 }, repository, sender: mona },
    }
    await hub.deliver(member)
    expect(await listReadable(hub.store.read, hubot)).toEqual([1])

    hub.github.repositories[0]?.rights.delete('hubot')
    hub.advance(1000)
    await hub.deliver(told('privatized'))
    expect(await listReadable(hub.store.read, hubot)).toEqual([])
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
  })
})
