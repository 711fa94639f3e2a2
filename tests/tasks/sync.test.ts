import { describe, expect, it } from 'vitest'
import { recheckAccessTask, syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { listReadable } from '../../src/store/access.ts'
import { listActionsJobs, listActionsRuns, listActionsWorkflows } from '../../src/store/actions.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listComments } from '../../src/store/comments.ts'
import { listCommits } from '../../src/store/commits.ts'
import { getIssue, listIssues } from '../../src/store/issues.ts'
import type { Page, PageRequest } from '../../src/store/keyset.ts'
import { listItems } from '../../src/store/plain-lists.ts'
import { getPullRequest, listPullRequests } from '../../src/store/pull-requests.ts'
import { getRepository, listRepositories } from '../../src/store/repositories.ts'
import { listReviews } from '../../src/store/reviews.ts'
import type { Db } from '../../src/store/store.ts'
import { findProgress, listSyncProgress } from '../../src/store/sync-progress.ts'
import { updateUser } from '../../src/store/users.ts'
import {
  exampleOf,
  type GithubServer,
  issueOf,
  type PlantedRepository,
  plantRepository,
  send,
  startGithubServer,
} from '../support/github-server.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { startTestMirror, type TestMirror } from '../support/test-mirror.ts'

interface Connected extends TestMirror, AsyncDisposable {
  github: GithubServer
  userId: string
}

type Dialect = (typeof dialects)[number]

async function connect(
  options: { dialect?: Dialect; webhook?: { url: string; secret: string } } = {},
): Promise<Connected> {
  const github = await startGithubServer()
  const store = await openTempStore(options.dialect)
  const mirror = await startTestMirror({ store, url: github.url, webhook: options.webhook ?? null })
  github.people.set('mona', { id: 1, login: 'mona' })
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  return {
    ...mirror,
    github,
    userId,
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

/** Reads all pages of a list, small ones, so that every key is used. */
async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let after: PageRequest['after']
  do {
    const page = await list({ limit: 7, after })
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after)
  return items
}

const time = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString()

function commitOf(index: number) {
  const at = time(index + 1)
  const person = { name: 'Mona', email: 'mona@github.example', date: at }
  return {
    sha: `sha${String(index).padStart(4, '0')}`,
    commit: { message: `Commit ${index}`, author: person, committer: person },
    author: index % 2 ? { login: 'mona', avatar_url: null } : null,
    parents: index ? [{ sha: `sha${String(index - 1).padStart(4, '0')}` }] : [],
    html_url: 'https://github.example/commit',
  }
}

/** A repository with something of every kind, more than a page of issues, comments and commits. */
function plantFull(id: number, name: string, rights: Record<string, 'admin' | 'pull'>): PlantedRepository {
  const planted = plantRepository({ id, name, private: true }, rights)
  const newestFirst = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(count - 1 - i))
  planted.branches = newestFirst(103, (index) => ({
    name: index === 0 ? 'main' : `topic-${index}`,
    commit: { sha: `sha${index}`, url: '' },
    protected: index === 0,
  }))
  planted.commits = newestFirst(120, commitOf)
  planted.issues = newestFirst(230, (index) =>
    issueOf(index + 1, {
      state: index % 3 ? 'open' : 'closed',
      labels: [{ id: 1, name: index % 2 ? 'Bug' : '100% done', color: 'ff0000' }],
    }),
  )
  const pull = exampleOf('pull_request', 'pull_request')
  const { comments: _, ...listedPull } = pull
  planted.pulls = newestFirst(3, (index) => ({
    ...listedPull,
    id: 5000 + index,
    number: 301 + index,
    title: `Pull request ${index}`,
    state: index ? 'open' : 'closed',
    updated_at: time(index + 1),
  }))
  planted.reviews.set(302, [
    {
      ...exampleOf('pull_request_review', 'review'),
      id: id * 10 + 1,
      state: 'APPROVED',
      submitted_at: time(3),
    },
    { ...exampleOf('pull_request_review', 'review'), id: id * 10 + 2, state: 'PENDING', submitted_at: null },
  ])
  // GitHub lists pull requests among the issues, and only there with their number of comments.
  planted.issues.unshift(issueOf(302, { comments: 17, pull_request: { url: 'x' }, updated_at: time(2) }))
  planted.comments = newestFirst(105, (index) => ({
    ...exampleOf('issue_comment', 'comment'),
    id: id * 1000 + index,
    body: `Comment ${index}`,
    issue_url: `https://api.github.example/repos/acme/${name}/issues/${index === 0 ? 302 : 1}`,
  }))
  planted.labels = [{ id: 1, name: 'Bug', color: 'ff0000', description: 'Not right' }]
  const { workflow, workflow_run } = {
    workflow: exampleOf('workflow_run', 'workflow'),
    workflow_run: exampleOf('workflow_run', 'workflow_run'),
  }
  planted.workflows = [{ ...workflow, id: id * 10 }]
  planted.runs = newestFirst(130, (index) => ({
    ...workflow_run,
    id: id * 1000 + index,
    run_number: index + 1,
    created_at: time(index + 1),
    updated_at: time(index + 1),
  }))
  planted.jobs.set(id * 1000 + 129, [
    { ...exampleOf('workflow_job', 'workflow_job'), id: id * 10 + 1, run_id: id * 1000 + 129 },
  ])
  return planted
}

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

const listLabels = (db: Db, of: { userId: string; repositoryId: number; limit: number }) =>
  listItems(db, kinds.label as Kind<object>, { ...of, direction: 'asc' })

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
      { state: 'running', done: 5 },
      { state: 'running', done: 10 },
      { state: 'running', done: 12 },
      { state: 'done', done: 12, total: 12 },
    ])
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
    const names = async (filter: object) =>
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
    expect(await names({ sort: 'name', direction: 'desc', words: ['GAMMA'] })).toEqual(['gamma_1', 'gamma11'])
    expect(await names({ words: ['gamma_'] })).toEqual(['gamma_1'])
    expect(await names({ sort: 'open_issues' })).toHaveLength(4)
    expect(await names({ sort: 'updated', direction: 'asc' })).toHaveLength(4)
  })
})

describe('who sees what', () => {
  it('gives a second user no row of a private repository that GitHub does not list to them', async () => {
    await using hub = await connect()
    const { github, store } = hub
    github.people.set('hubot', { id: 2, login: 'hubot' })
    const hubot = await hub.addUser({ githubId: 2, login: 'hubot', token: 'hubot', role: 'member' })
    github.repositories.push(
      plantFull(1, 'secret', { mona: 'admin' }),
      plantFull(2, 'shared', { mona: 'admin', hubot: 'pull' }),
    )
    await hub.run(syncAccountTask(hub.userId), syncAccountTask(hubot))

    expect(await listReadable(store.read, hubot)).toEqual([2])
    expect(await listReadable(store.read, hub.userId)).toEqual([1, 2])
    const mine = { userId: hubot, limit: 100 }
    const hidden = { ...mine, repositoryId: 1 }
    expect(
      (await listIssues(store.read, { ...mine, state: 'all' })).items.every(
        ({ repository_id }) => repository_id === 2,
      ),
    ).toBe(true)
    expect(await getIssue(store.read, { ...hidden, number: 5 })).toBeUndefined()
    expect(await getPullRequest(store.read, { ...hidden, number: 302 })).toBeUndefined()
    const lists = await Promise.all([
      listIssues(store.read, hidden),
      listPullRequests(store.read, hidden),
      listBranches(store.read, hidden),
      listCommits(store.read, hidden),
      listLabels(store.read, hidden),
      listComments(store.read, { ...hidden, issueNumber: 1 }),
      listReviews(store.read, { ...hidden, pullNumber: 302 }),
      listActionsRuns(store.read, hidden),
      listActionsJobs(store.read, { ...hidden, runId: 1129 }),
      listActionsWorkflows(store.read, hidden),
    ])
    expect(lists.map(({ items }) => items)).toEqual(lists.map(() => []))
    expect(
      (await listSyncProgress(store.read, { userId: hubot })).some(
        ({ repository }) => repository === 'acme/secret',
      ),
    ).toBe(false)
  })

  it('lets a viewer add no repository to the hub', async () => {
    await using hub = await connect()
    hub.github.people.set('guest', { id: 3, login: 'guest' })
    const guest = await hub.addUser({ githubId: 3, login: 'guest', token: 'guest', role: 'viewer' })
    hub.github.repositories.push(plantRepository({ id: 1, name: 'known' }, { mona: 'admin', guest: 'pull' }))
    hub.github.repositories.push(plantRepository({ id: 2, name: 'own' }, { guest: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))
    await hub.run(syncAccountTask(guest))
    expect(await listReadable(hub.store.read, guest)).toEqual([1])
    expect(hub.github.asked.some(({ path }) => path.includes('/acme/own/'))).toBe(false)
  })

  it('ends a day after GitHub refused somebody’s token, and comes back with a new one', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantRepository({ id: 1, name: 'mine' }, { mona: 'admin', again: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))
    hub.github.people.delete('mona')
    await hub.run(recheckAccessTask())
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
    hub.advance(25 * 3_600_000)
    await hub.run(recheckAccessTask())
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([])
    expect((await hub.changes('access.updated')).at(-1)).toMatchObject({ added: 0, removed: 1 })

    hub.github.people.set('again', { id: 1, login: 'mona' })
    await hub.addUser({ githubId: 1, login: 'mona', token: 'again' })
    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
  })

  it('lets nothing act in the name of somebody who is switched off', async () => {
    await using hub = await connect()
    const { tokens } = hub.deps
    expect(await tokens.tokenOf(hub.userId)).toEqual({ userId: hub.userId, token: 'mona' })
    await hub.store.write((tx) => updateUser(tx, hub.userId, { role: 'owner', disabled_at: 1 }))
    expect(await tokens.tokenOf(hub.userId)).toBeNull()
  })

  it('takes away what GitHub shows no more, and tells the user', async () => {
    await using hub = await connect()
    const [first, second] = [
      plantRepository({ id: 1, name: 'a' }, { mona: 'admin' }),
      plantRepository({ id: 2, name: 'b' }, { mona: 'push' }),
    ]
    hub.github.repositories.push(first, second)
    await hub.run(syncAccountTask(hub.userId))
    first.rights.set('mona', 'pull')
    second.rights.delete('mona')
    hub.advance(1000)
    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
    expect(await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/a' })).toMatchObject({
      permission: 'pull',
    })
    expect((await hub.changes('access.updated')).at(-1)).toMatchObject({
      topic: `inbox:${hub.userId}`,
      added: 0,
      removed: 1,
    })
  })

  it('keeps what a list skipped while it changed, after asking for it', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantRepository({ id: 1, name: 'a' }, { mona: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))
    hub.advance(1000)
    hub.github.instead(/user\/repos/, (_, response) => send(response, 200, []))
    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
    expect(hub.github.asked.some(({ path }) => path === '/repositories/1')).toBe(true)
  })

  it('gives a name to the repository that has it now', async () => {
    await using hub = await connect()
    const [first] = [plantRepository({ id: 1, name: 'a' }, { mona: 'admin' })]
    hub.github.repositories.push(first)
    await hub.run(syncAccountTask(hub.userId))
    hub.github.repositories.splice(0, 1, plantRepository({ id: 2, name: 'A' }, { mona: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))
    expect(await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/a' })).toMatchObject({
      id: 2,
    })
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([2])
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

describe('interruptions', () => {
  it('go on at the page where they stopped', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantFull(1, 'full', { mona: 'admin' }))
    hub.github.instead(
      /issues\?page=2/,
      (_, response) => send(response, 429, {}, { 'retry-after': '300' }),
      1,
    )
    await hub.run(syncAccountTask(hub.userId))
    const at = { userId: hub.userId, repositoryId: 1, state: 'all' as const, limit: 300 }
    // The newest page, and the first of all from the oldest on.
    expect((await listIssues(hub.store.read, at)).items).toHaveLength(199)
    expect(await findProgress(hub.store.read, { scope: 'repo:1', resource: 'issues' })).toMatchObject({
      state: 'waiting',
      error: expect.stringContaining('300 seconds'),
    })

    const asked = hub.github.asked.length
    hub.advance(240_000)
    await hub.run(syncRepositoryTask(1))
    expect(hub.github.asked).toHaveLength(asked)
    hub.advance(61_000)
    await hub.run()
    expect((await listIssues(hub.store.read, at)).items).toHaveLength(230)
    const pages = hub.github.asked.slice(asked).flatMap(({ path, headers }) => {
      const [, page] = /issues\?page=(\d).*created/.exec(path) ?? []
      return page ? [`${page} ${'if-none-match' in headers ? 'again' : 'anew'}`] : []
    })
    // What was read is asked for by its tag; and once more from end to end, to see that nothing moved meanwhile.
    expect(pages).toEqual(['1 again', '2 anew', '3 anew', '1 again', '2 again', '3 again'])
    expect(hub.github.asked.filter(({ path }) => path.includes('/branches'))).toHaveLength(4)
  })

  it('that last end in a clear failure, and the next sync begins anew', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantFull(1, 'full', { mona: 'admin' }))
    hub.github.instead(
      /labels/,
      (_, response) => {
        response.writeHead(200, { 'content-type': 'text/html' })
        response.end('<html>')
      },
      10,
    )
    await hub.run(syncAccountTask(hub.userId))
    const progress = () => listSyncProgress(hub.store.read, { userId: hub.userId })
    expect((await progress()).filter(({ state }) => state !== 'done')).toMatchObject(
      [
        { resource: 'labels', state: 'failed', error: expect.stringContaining('no valid JSON') },
        { resource: 'repository', state: 'failed' },
      ].toSorted((a, b) => a.resource.localeCompare(b.resource)),
    )
    expect(await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/full' })).toMatchObject({
      synced_at: null,
    })

    await hub.run(syncRepositoryTask(1))
    expect((await progress()).filter(({ state }) => state !== 'done')).toEqual([])
  })

  it('by a refused token go on with the next person, who may do less', async () => {
    await using hub = await connect()
    hub.github.people.set('hubot', { id: 2, login: 'hubot' })
    const hubot = await hub.addUser({ githubId: 2, login: 'hubot', token: 'hubot', role: 'member' })
    hub.github.repositories.push(plantFull(1, 'full', { mona: 'admin', hubot: 'pull' }))
    await hub.run(syncAccountTask(hub.userId), syncAccountTask(hubot))

    // The daily comparison reads everything, whether something seems to have changed or not.
    hub.advance(21 * 3_600_000)
    hub.github.asked.length = 0
    hub.github.instead(/full\/labels.* mona$/, (_, response) =>
      send(response, 401, { message: 'Bad credentials' }),
    )
    await hub.run(syncRepositoryTask(1))
    const askers = (path: string) =>
      hub.github.asked.filter((asked) => asked.path.includes(path)).map(({ token }) => token)
    expect([...new Set(askers('/full/commits'))]).toEqual(['mona'])
    expect(askers('/full/labels')).toEqual(['mona', 'hubot'])
    expect(await hub.deps.tokens.tokenOf(hub.userId)).toBeNull()
    const progress = await listSyncProgress(hub.store.read, { userId: hubot })
    expect(progress.filter(({ state }) => state !== 'done')).toEqual([])
  })
})

describe('what GitHub does not give', () => {
  it('is told with its words, and the rest goes on', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantFull(1, 'full', { mona: 'admin' }))
    hub.github.instead(/full\/commits/, (_, response) =>
      send(response, 409, { message: 'Git Repository is empty.' }),
    )
    hub.github.instead(/full\/issues\?/, (_, response) =>
      send(response, 410, { message: 'Issues are disabled' }),
    )
    hub.github.instead(/full\/actions\/runs/, (_, response) =>
      send(response, 403, { message: 'Not for this token' }),
    )
    await hub.run(syncAccountTask(hub.userId))
    const progress = await listSyncProgress(hub.store.read, { userId: hub.userId })
    const of = (name: string) => progress.find(({ resource }) => resource === name)
    expect(of('commits')).toMatchObject({ state: 'done', done: 0, error: null })
    expect(of('issues')).toMatchObject({ state: 'done', done: 0, error: null })
    expect(of('actions_runs')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('Not for this token'),
    })
    expect(of('labels')).toMatchObject({ state: 'done', done: 1 })
    expect(of('repository')).toMatchObject({ state: 'done' })
  })

  it('a repository that is gone is asked for, and taken away', async () => {
    await using hub = await connect()
    hub.github.repositories.push(plantRepository({ id: 1, name: 'a' }, { mona: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))
    hub.github.repositories.length = 0
    hub.advance(1000)
    await hub.run(syncRepositoryTask(1))
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([])
  })

  it('a refused token is set aside and nothing is asked with it again', async () => {
    await using hub = await connect()
    hub.github.people.clear()
    await hub.run(syncAccountTask(hub.userId))
    expect(await hub.deps.tokens.tokenOf(hub.userId)).toBeNull()
    expect(await listSyncProgress(hub.store.read, { userId: hub.userId })).toMatchObject([
      { resource: 'repositories', state: 'waiting', error: expect.stringContaining('Sign in again') },
    ])
    const asked = hub.github.asked.length
    await hub.run(syncAccountTask(hub.userId))
    expect(hub.github.asked).toHaveLength(asked)
  })
})

describe('webhooks', () => {
  const webhook = { url: 'https://hub.example/webhooks/github', secret: 'a secret' }

  it('are registered once where the user is admin, and brought up to date afterwards', async () => {
    await using hub = await connect({ webhook })
    const [mine, read] = [
      plantRepository({ id: 1, name: 'mine' }, { mona: 'admin' }),
      plantRepository({ id: 2, name: 'read' }, { mona: 'push' }),
    ]
    hub.github.repositories.push(mine, read)
    mine.hooks.push({ id: 1, config: { url: 'https://elsewhere.example' }, events: ['push'] })
    await hub.run(syncAccountTask(hub.userId))
    expect(mine.hooks).toHaveLength(2)
    expect(mine.hooks[1]).toMatchObject({
      active: true,
      events: expect.arrayContaining(['push', 'issues', 'workflow_job', 'repository']),
      config: { ...webhook, content_type: 'json' },
    })
    expect(read.hooks).toEqual([])
    const repository = () => getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/mine' })
    expect(await repository()).toMatchObject({ webhook: true })

    Object.assign(mine.hooks[1] ?? {}, { active: false, events: ['push'] })
    await hub.run(syncRepositoryTask(1))
    expect(mine.hooks).toHaveLength(2)
    expect(mine.hooks[1]).toMatchObject({ active: true, events: expect.arrayContaining(['issues']) })
  })

  it('miss nothing that happened before GitHub knew of them', async () => {
    await using hub = await connect({ webhook })
    const mine = plantRepository({ id: 1, name: 'mine' }, { mona: 'admin' })
    hub.github.repositories.push(mine)
    hub.github.instead(
      /POST .*hooks/,
      ({ body }, response) => {
        const updated_at = new Date().toISOString()
        mine.issues.unshift(issueOf(1, { title: 'In between', updated_at }))
        const hook = { id: 500, ...JSON.parse(body) }
        mine.hooks.push(hook)
        send(response, 201, hook)
      },
      1,
    )
    await hub.run(syncAccountTask(hub.userId))
    const issue = await getIssue(hub.store.read, { userId: hub.userId, repositoryId: 1, number: 1 })
    expect(issue).toMatchObject({ title: 'In between' })
    const syncs = () => hub.github.asked.filter(({ path }) => path.includes('/branches')).length
    expect(syncs()).toBe(1)
    await hub.run(syncRepositoryTask(1))
    expect(syncs()).toBe(2)
  })

  it('that GitHub refuses are told and harm nothing', async () => {
    await using hub = await connect({ webhook })
    hub.github.repositories.push(plantRepository({ id: 1, name: 'mine' }, { mona: 'admin' }))
    hub.github.instead(/POST .*hooks/, (_, response) =>
      send(response, 422, {
        message: 'Validation Failed',
        errors: [{ message: "url is not supported because it isn't reachable over the public Internet" }],
      }),
    )
    await hub.run(syncAccountTask(hub.userId))
    const progress = await listSyncProgress(hub.store.read, { userId: hub.userId })
    expect(progress.find(({ resource }) => resource === 'webhook')).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('public Internet'),
    })
    expect(await getRepository(hub.store.read, { userId: hub.userId, fullName: 'acme/mine' })).toMatchObject({
      webhook: false,
      synced_at: expect.any(String),
    })
  })
})
