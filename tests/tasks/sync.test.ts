import { describe, expect, it } from 'vitest'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listReadable } from '../../src/store/access.ts'
import { listActionsJobs, listActionsRuns, listActionsWorkflows } from '../../src/store/actions.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listComments } from '../../src/store/comments.ts'
import { listCommits } from '../../src/store/commits.ts'
import { getIssue, listIssues } from '../../src/store/issues.ts'
import { getPullRequest, listPullRequests } from '../../src/store/pull-requests.ts'
import { getRepository, listRepositories } from '../../src/store/repositories.ts'
import { listReviews } from '../../src/store/reviews.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { all, commitOf, connect, listLabels, plantFull, time } from '../support/full-repository.ts'
import { issueOf, plantRepository, send } from '../support/github-server.ts'
import { dialects } from '../support/temp-store.ts'

describe.each(dialects)('the first sync on %s', (dialect) => {
  it('mirrors everything the user may see, over all pages', async () => {
    await using hub = await connect({ dialect })
    hub.github.repositories.push(plantFull(1, 'full', { mona: 'admin' }))
    for (let id = 2; id <= 12; id++)
      hub.github.repositories.push(plantRepository({ id, name: `r${id}` }, { mona: 'pull' }))
    hub.github.repositories.push(plantRepository({ id: 999, name: 'hidden' }, { somebody: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))

    const { read } = hub.store
    const { userId } = hub
    const at = { userId, repositoryId: 1 }
    expect(await all((page) => listRepositories(read, { userId, ...page }))).toHaveLength(12)
    const repository = await getRepository(read, { userId, fullName: 'ACME/Full' })
    expect(repository).toMatchObject({
      id: 1,
      full_name: 'acme/full',
      private: true,
      permission: 'admin',
      open_issues: 153,
      open_pull_requests: 2,
      synced_at: expect.any(String),
    })
    expect(await getRepository(read, { userId, fullName: 'acme/hidden' })).toBeUndefined()

    const branches = await all((page) => listBranches(read, { ...at, ...page }))
    expect(branches).toHaveLength(103)
    expect(branches[0]).toMatchObject({ name: 'main', sha: 'sha0', protected: true })
    const commits = await all((page) => listCommits(read, { ...at, ...page }))
    expect(commits.map(({ sha }) => sha)).toEqual(
      Array.from({ length: 120 }, (_, i) => commitOf(119 - i).sha),
    )
    expect(commits[0]).toMatchObject({ author: { login: 'mona', name: 'Mona' }, parents: ['sha0118'] })

    const issues = await all((page) => listIssues(read, { ...at, state: 'all', ...page }))
    expect(issues.map(({ number }) => number)).toEqual(Array.from({ length: 230 }, (_, i) => 230 - i))
    expect(issues[0]).toMatchObject({ repository: 'acme/full', labels: [{ name: 'Bug', color: 'ff0000' }] })
    expect(issues[0]).not.toHaveProperty('body')
    expect(await getIssue(read, { ...at, number: 5 })).toMatchObject({
      title: 'Issue 5',
      body: expect.any(String),
    })

    expect(await all((page) => listPullRequests(read, { ...at, ...page }))).toMatchObject([
      { number: 303 },
      { number: 302 },
    ])
    expect(await getPullRequest(read, { ...at, number: 302 })).toMatchObject({
      comments: 17,
      body: expect.any(String),
    })
    expect(await all((page) => listReviews(read, { ...at, pullNumber: 302, ...page }))).toMatchObject([
      { state: 'APPROVED' },
    ])
    expect(await all((page) => listComments(read, { ...at, issueNumber: 1, ...page }))).toHaveLength(104)
    expect(await all((page) => listComments(read, { ...at, issueNumber: 302, ...page }))).toHaveLength(1)
    expect(await all((page) => listLabels(read, { ...at, ...page }))).toEqual([
      { id: 1, name: 'Bug', color: 'ff0000', description: 'Not right' },
    ])
    expect(await all((page) => listActionsWorkflows(read, { ...at, ...page }))).toHaveLength(1)
    expect(await all((page) => listActionsRuns(read, { ...at, ...page }))).toHaveLength(130)
    expect(await all((page) => listActionsJobs(read, { ...at, runId: 1129, ...page }))).toHaveLength(1)

    const progress = await listSyncProgress(read, { userId })
    expect(progress.filter(({ state }) => state !== 'done')).toEqual([])
    expect(progress).toContainEqual(
      expect.objectContaining({ repository: 'acme/full', resource: 'issues', done: 231, total: 231 }),
    )
    const told = await hub.changes('sync.progress')
    expect(
      told
        .filter(({ topic, resource }) => topic === 'repo:1' && resource === 'issues')
        .map(({ done }) => done),
    ).toEqual([100, 200, 231, 231])
    expect(told.every(({ topic }) => topic.startsWith('repo:') || topic === `inbox:${userId}`)).toBe(true)
    expect(await hub.changes('access.updated')).toMatchObject([{ topic: `inbox:${userId}`, added: 12 }])
  })
})

describe('the list of repositories', () => {
  it('is read over all its pages', async () => {
    await using hub = await connect()
    hub.github.mostPerPage = 5
    for (let id = 1; id <= 12; id++) {
      const pushed_at = new Date(Date.now() - id * 86_400_000).toISOString()
      hub.github.repositories.push(plantRepository({ id, name: `r${id}`, pushed_at }, { mona: 'pull' }))
    }
    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toHaveLength(12)
    expect((await hub.changes('access.updated')).map(({ added }) => added)).toEqual([5, 5, 2])
    const told = await hub.changes('sync.progress')
    expect(told.filter(({ full_name }) => full_name === null)).toMatchObject([
      { state: 'running', done: 0 }, // the newest, before all in an order that stays
      { state: 'running', done: 5 },
      { state: 'running', done: 10 },
      { state: 'running', done: 12 },
      { state: 'done', done: 12, total: 12 },
    ])
  })
})

describe('the first list of repositories', () => {
  it('begins with those that were pushed to last, each of which is read once', async () => {
    await using hub = await connect()
    hub.github.mostPerPage = 5
    for (let id = 1; id <= 12; id++) {
      const pushed_at = new Date(Date.now() - (12 - id) * 86_400_000).toISOString()
      hub.github.repositories.push(plantRepository({ id, name: `r${id}`, pushed_at }, { mona: 'pull' }))
    }
    hub.github.instead(/sort=full_name/, (_, response) => send(response, 403, { message: 'Not now' }), 1)
    await hub.run(syncAccountTask(hub.userId))
    const read = await listRepositories(hub.store.read, { userId: hub.userId, limit: 20 })
    expect(read.items.map(({ id, synced_at }) => [id, synced_at !== null])).toEqual(
      [12, 11, 10, 9, 8].map((id) => [id, true]),
    )

    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toHaveLength(12)
    const asked = hub.github.asked.map(({ path }) => path.split('?')[0]!)
    for (let id = 1; id <= 12; id++) {
      expect(asked.filter((path) => path === `/repos/acme/r${id}/branches`)).toHaveLength(1)
    }
  })
})

describe('lists', () => {
  it('filter and sort issues as asked, page after page', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantFull(1, 'one', { mona: 'pull' }), plantFull(2, 'two', { mona: 'pull' }))
    await hub.run(syncAccountTask(hub.userId))
    const { read } = hub.store
    const list = (filter: Omit<Parameters<typeof listIssues>[1], 'userId' | 'limit'>) =>
      all((page) => listIssues(read, { userId: hub.userId, ...filter, ...page }))

    const bugs = await list({ labels: ['bug'], state: 'all' })
    expect(bugs).toHaveLength(230)
    expect(bugs.every(({ labels }) => labels[0]?.name === 'Bug')).toBe(true)
    expect(await list({ labels: ['100% done'], state: 'closed', repositoryId: 2 })).toHaveLength(39)
    expect(await list({ labels: ['100_ done'] })).toEqual([])
    expect(await list({ labels: ['bug', '100% done'] })).toEqual([])

    for (const sort of ['created', 'updated'] as const) {
      for (const direction of ['asc', 'desc'] as const) {
        for (const repositoryId of [undefined, 1]) {
          const listed = await list({ state: 'all', sort, direction, repositoryId })
          expect(listed).toHaveLength(repositoryId ? 230 : 460)
          expect(new Set(listed.map(({ id, repository_id }) => `${repository_id}/${id}`)).size).toBe(
            listed.length,
          )
          const times = listed.map((issue) => issue[`${sort}_at`])
          expect(times).toEqual(direction === 'asc' ? times.toSorted() : times.toSorted().toReversed())
        }
      }
    }
    await expect(listIssues(read, { userId: hub.userId, limit: 3, after: ['x'] })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('find and sort repositories', async () => {
    await using hub = await connect()
    for (const [id, name] of ['beta', 'Alpha', 'gamma_1', 'gamma11'].entries()) {
      const pushed_at = id === 3 ? null : time(id + 1)
      hub.github.repositories.push(plantRepository({ id: id + 1, name, pushed_at }, { mona: 'pull' }))
    }
    await hub.run(syncAccountTask(hub.userId))
    const names = async (filter: Partial<Parameters<typeof listRepositories>[1]>) =>
      (
        await all((page) =>
          listRepositories(hub.store.read, {
            userId: hub.userId,
            ...filter,
            ...{ limit: 2, after: page.after },
          }),
        )
      ).map(({ name }) => name)
    expect(await names({})).toEqual(['gamma_1', 'Alpha', 'beta', 'gamma11'])
    expect(await names({ sort: 'name' })).toEqual(['Alpha', 'beta', 'gamma11', 'gamma_1'])
    expect(await names({ sort: 'name', direction: 'desc', where: { text: 'GAMMA' } })).toEqual([
      'gamma_1',
      'gamma11',
    ])
    expect(await names({ where: { text: 'gamma_' } })).toEqual(['gamma_1'])
    expect(await names({ sort: 'open_issues' })).toHaveLength(4)
    expect(await names({ sort: 'updated', direction: 'asc' })).toHaveLength(4)
  })
})

describe('later syncs', () => {
  it('ask for what changed since, and drop what vanished', async () => {
    await using hub = await connect()
    const planted = plantFull(1, 'full', { mona: 'admin' })
    hub.github.repositories.push(planted)
    await hub.run(syncAccountTask(hub.userId))

    hub.advance(3_600_000)
    hub.github.asked.length = 0
    planted.branches = planted.branches.filter(({ name }) => name !== 'topic-5')
    planted.labels = [{ id: 2, name: 'Feature', color: '00ff00', description: null }]
    planted.issues.unshift(issueOf(5, { title: 'Renamed', minutes: 60 * 24 * 360 }))
    const before = (await hub.changes('sync.progress')).length
    await hub.run(syncRepositoryTask(1))

    const { read } = hub.store
    const at = { userId: hub.userId, repositoryId: 1, limit: 200 }
    expect((await listBranches(read, at)).items).toHaveLength(102)
    expect((await listLabels(read, at)).items).toMatchObject([{ name: 'Feature' }])
    expect(await getIssue(read, { ...at, number: 5 })).toMatchObject({ title: 'Renamed' })
    const asked = hub.github.asked.filter(({ path }) => path.includes('/issues?'))
    expect(asked).toHaveLength(1)
    expect(asked[0]?.headers['if-none-match']).toMatch(/^W\//)
    // Unchanged kinds tell nothing, so that the log does not grow by looking.
    const told = (await hub.changes('sync.progress')).slice(before).map(({ resource }) => resource)
    expect(new Set(told)).toEqual(new Set(['branches', 'issues', 'labels', 'repository']))
  })
})
