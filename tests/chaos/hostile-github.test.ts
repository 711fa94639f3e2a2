import pino from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { SyncProgress } from '../../contract/sync.ts'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { createEvents } from '../../src/events.ts'
import { createGithub } from '../../src/github/create-github.ts'
import { listReadable } from '../../src/store/access.ts'
import { listIssues } from '../../src/store/issues.ts'
import { type Connected, connect, listLabels } from '../support/full-repository.ts'
import { issueOf, plantRepository, send } from '../support/github-server.ts'
import { type Hostility, hostilities, type Poured } from '../support/hostile-github.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp, type TestApp } from '../support/test-app.ts'

const minuteMs = 60_000
const patience = { timeoutMs: 150, maxBytes: 2 ** 20 }
/** Beside what is read of an answer, what the two systems hold of it on its way. */
const onTheWay = 15 * 2 ** 20

const every = hostilities(() => 0, { bytes: [] }).map(({ name }) => name)
/** What of it the other database could do otherwise. */
const some = every.filter((name) => ['a secondary limit without a time', 'a page with 404'].includes(name))

/** What the hub tells people of its syncs. */
async function told(hub: Connected): Promise<SyncProgress[]> {
  const app = await openTestApp({ store: hub.store as TestApp['store'] })
  try {
    const mona = await app.signIn({ login: 'mona' })
    return (await app.ask({ url: '/api/v1/sync', as: mona })).json<SyncProgress[]>()
  } finally {
    await app.app.close()
    await app.deps.live.close()
    await app.deps.engine.close()
  }
}

const unended = (rows: SyncProgress[]) => rows.filter(({ state }) => state !== 'done')

async function syncedAt(hub: Connected): Promise<number | null> {
  const row = await hub.store.read.selectFrom('repositories').select('synced_at').executeTakeFirstOrThrow()
  return row.synced_at
}

describe.each(dialects)('a GitHub that turns hostile in the middle of a sync, on %s', (dialect) => {
  it.each(dialect === 'sqlite' ? every : some)('with %s', async (name) => {
    await using hub = await connect({ dialect, patience })
    const { github, userId } = hub
    const poured: Poured = { bytes: [] }
    const { answer, pauseMs, words } = hostilities(() => hub.deps.clock(), poured).find(
      (one) => one.name === name,
    ) as Hostility
    const planted = plantRepository({ id: 1, name: 'hello' }, { mona: 'admin' })
    planted.issues = [issueOf(2), issueOf(1)]
    planted.labels = [{ id: 1, name: 'Bug', color: 'ff0000', description: null }]
    github.repositories.push(planted)
    let before = 0
    github.instead(
      /\/labels/,
      (request, response) => {
        before = github.asked.length
        github.hostile = answer
        answer(request, response)
      },
      1,
    )
    await hub.run(syncAccountTask(userId))

    // It says what is wrong, and takes nothing for read.
    const rows = unended(await told(hub))
    expect(rows.find(({ resource }) => resource === 'labels')).toMatchObject({
      error: expect.stringMatching(words),
      done: 0,
    })
    expect(rows.map(({ error }) => error ?? '').join()).not.toContain('<')
    expect(await syncedAt(hub)).toBeNull()
    expect(await listReadable(hub.store.read, userId)).toEqual([1])
    expect(await hub.deps.tokens.tokenOf(userId)).not.toBeNull()
    for (const bytes of poured.bytes) expect(bytes).toBeLessThan(patience.maxBytes + onTheWay)

    if (pauseMs !== null) await leavesAlone(hub, { before, pauseMs })
    else {
      // Reads are repeated, so many times and not without end.
      expect(github.asked.length - before).toBeLessThan(60)
      hub.advance(10 * minuteMs)
      await hub.run()
    }

    // Once it heals, the hub is current within five minutes, or as soon as GitHub lets it.
    github.hostile = null
    hub.advance(Math.max(5 * minuteMs, pauseMs ?? 0) + 1000)
    await hub.run()
    expect(unended(await told(hub))).toEqual([])
    expect(await syncedAt(hub)).not.toBeNull()
    const of = { userId, repositoryId: 1, limit: 300 }
    expect((await listIssues(hub.store.read, { ...of, state: 'all' })).items).toHaveLength(2)
    expect((await listLabels(hub.store.read, of)).items).toHaveLength(1)
  })
})

/** Nothing is sent before the time that GitHub named, whoever wants something, and then one request. */
async function leavesAlone(
  hub: Connected,
  { before, pauseMs }: { before: number; pauseMs: number },
): Promise<void> {
  const { github, userId, deps } = hub
  expect(github.asked).toHaveLength(before)
  hub.advance(pauseMs - 5000)
  await hub.run(syncAccountTask(userId), syncRepositoryTask(1))
  for (const client of [
    deps.github.forToken('mona', { userId }),
    deps.github.forBackground('mona', { userId }),
  ]) {
    await expect(client.request('GET /user')).rejects.toMatchObject({ code: 'github_rate_limited' })
    const issue = { owner: 'acme', repo: 'hello', title: 'a' }
    await expect(client.request('POST /repos/{owner}/{repo}/issues', issue)).rejects.toMatchObject({
      code: 'github_rate_limited',
    })
  }
  expect(github.asked).toHaveLength(before)
  hub.advance(10_000)
  await hub.run()
  // Two lanes may ask at once: that of the account, and that of the repository.
  expect(github.asked.length - before).toBeGreaterThan(0)
  expect(github.asked.length - before).toBeLessThanOrEqual(2)
}

describe('a GitHub that is wrong about who may see what', () => {
  it('takes nobody’s access away by a page of a proxy', async () => {
    await using hub = await connect({ patience })
    hub.github.repositories.push(plantRepository({ id: 1, name: 'hello' }, { mona: 'admin' }))
    await hub.run(syncAccountTask(hub.userId))
    hub.github.instead(/user\/repos/, (_, response) => send(response, 200, []))
    const page = hostilities(hub.deps.clock, { bytes: [] }).find(({ name }) => name === 'a page with 404')
    hub.github.instead(/repositories\/1/, page!.answer)
    hub.advance(minuteMs)
    await hub.run(syncAccountTask(hub.userId))
    expect(await listReadable(hub.store.read, hub.userId)).toEqual([1])
  })
})

describe('lists that never end', () => {
  it.each([
    { of: 'repositories', path: /user\/repos/, most: 20 },
    { of: 'labels', path: /\/labels/, most: 20 },
  ])('of $of are given up, in words', async ({ path, most }) => {
    await using hub = await connect({ patience })
    const planted = plantRepository({ id: 1, name: 'hello' }, { mona: 'admin' })
    hub.github.repositories.push(planted)
    const items = path.test('/user/repos')
      ? [{ ...planted.repository, permissions: { admin: true } }]
      : [{ id: 1, name: 'Bug', color: 'ff0000', description: null }]
    let asked = 0
    hub.github.instead(path, (request, response) => {
      asked++
      const page = Number(/[?&]page=(\d+)/.exec(request.path)?.[1])
      send(response, 200, items, { link: `<${hub.github.url}/?page=${page + 1}>; rel="next"` })
    })
    await hub.run(syncAccountTask(hub.userId))
    expect(asked).toBeLessThan(most)
    expect(unended(await told(hub)).map(({ error }) => error)).toContainEqual(
      expect.stringContaining('leads in circles'),
    )
  })
})

describe('a GraphQL that gives no more', () => {
  const errors = [{ type: 'RATE_LIMITED', message: 'API rate limit exceeded for user ID 1.' }]

  it.each([
    { how: 'names the time', named: 600_000 },
    { how: 'names none', named: null },
  ])('is asked no more before its time when it $how, while REST is', async ({ named }) => {
    await using hub = await connect({ patience })
    const { github, userId } = hub
    github.withGraphql = true
    github.repositories.push(plantRepository({ id: 1, name: 'hello' }, { mona: 'admin' }))
    const reset = Math.ceil((hub.deps.clock() + (named ?? 0)) / 1000)
    const headers = { 'x-ratelimit-reset': String(reset), 'x-ratelimit-resource': 'graphql' }
    github.instead(
      /graphql/,
      (_, response) => send(response, 200, { errors }, named === null ? {} : headers),
      1,
    )
    await hub.run(syncAccountTask(userId))
    const queries = () => github.asked.filter(({ path }) => path === '/graphql').length
    expect(queries()).toBe(1)
    expect(await syncedAt(hub)).toBeNull()
    hub.advance((named ?? minuteMs) - 10_000)
    await hub.run(syncRepositoryTask(1))
    const own = hub.deps.github.forToken('mona', { userId })
    await expect(own.request('POST /graphql', { query: '{ viewer { login } }' })).rejects.toMatchObject({
      code: 'github_rate_limited',
    })
    expect(queries()).toBe(1)
    await expect(own.request('GET /user')).resolves.toMatchObject({ status: 200 })
    hub.advance(20_000)
    await hub.run()
    expect(queries()).toBe(2)
    expect(await syncedAt(hub)).not.toBeNull()
  })

  it('holds up what a person does by GraphQL only, and no act by REST', async () => {
    await using hub = await connect({ patience })
    const { github, userId } = hub
    github.instead(/graphql/, (_, response) => send(response, 200, { errors }), 1)
    const own = hub.deps.github.forToken('mona', { userId })
    const mutation = { query: 'mutation { a }' }
    const refused = { code: 'github_rate_limited', retryAfterMs: minuteMs }
    await expect(own.request('POST /graphql', mutation)).rejects.toMatchObject(refused)
    await expect(own.request('POST /graphql', mutation)).rejects.toMatchObject({
      code: 'github_rate_limited',
    })
    expect(github.asked).toHaveLength(1)
    await expect(own.request('GET /user')).resolves.toMatchObject({ status: 200 })
  })
})

describe('a limit without a time', () => {
  it('is waited for longer each time in a row, up to four minutes, and a minute again after an answer', async () => {
    await using hub = await connect({ patience })
    const { github, deps, userId } = hub
    const client = deps.github.forToken('mona', { userId })
    github.hostile = (_, response) => send(response, 429, { message: 'slow down' })
    const waits: number[] = []
    const ask = async () => {
      const error = await client.request('GET /user').catch((reason: unknown) => reason)
      const { retryAfterMs } = error as { retryAfterMs: number }
      waits.push(retryAfterMs / minuteMs)
      hub.advance(retryAfterMs)
    }
    for (let times = 0; times < 4; times++) await ask()
    github.hostile = null
    await client.request('GET /user')
    github.hostile = (_, response) => send(response, 429, { message: 'slow down' })
    await ask()
    expect(waits).toEqual([1, 2, 4, 4, 1])
  })
})

describe('the end of a quota', () => {
  it('is known before anybody is refused', async () => {
    await using hub = await connect({ patience })
    const { github, deps, userId } = hub
    github.quotas.set('core', { limit: 100, remaining: 1, resetAt: deps.clock() + 600_000 })
    const client = deps.github.forToken('mona', { userId })
    await client.request('GET /user')
    await expect(client.request('GET /user')).rejects.toMatchObject({ code: 'github_rate_limited' })
    expect(github.asked).toHaveLength(1)
    hub.advance(601_000)
    github.quotas.clear()
    await expect(client.request('GET /user')).resolves.toMatchObject({ status: 200 })
  })
})

describe('writes', () => {
  afterEach(() => void vi.useRealTimers())

  it('leave a second or more apart, whoever of one person’s clients sends them', async () => {
    const sent: number[] = []
    const github = createGithub({
      ...{ webUrl: 'https://github.example', apiUrl: 'https://api.github.example' },
      ...{ events: createEvents(), log: pino({ level: 'silent' }) },
      fetch: async (_, init) => {
        if (init?.method !== 'GET') sent.push(Date.now())
        return Response.json({})
      },
    })
    const user = { userId: 'writes' }
    const clients = [github.forToken('a', user), github.forBackground('a', user)]
    const at = { owner: 'acme', repo: 'hello' }
    // Octokit is loaded for the first call, in real time.
    for (const client of clients) await client.request('GET /user')
    vi.useFakeTimers()
    const writing = clients.flatMap((client) => [
      client.request('POST /repos/{owner}/{repo}/labels', { ...at, name: 'a' }),
      client.request('POST /graphql', { query: 'mutation { a }' }),
      client.request('DELETE /repos/{owner}/{repo}/labels/{name}', { ...at, name: 'a' }),
    ])
    await vi.advanceTimersByTimeAsync(20_000)
    await Promise.all(writing)
    const pauses = sent.slice(1).map((time, index) => time - (sent[index] as number))
    expect(pauses).toHaveLength(5)
    for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual(1000)
  })
})
