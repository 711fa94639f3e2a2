import { describe, expect, it } from 'vitest'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listReadable } from '../../src/store/access.ts'
import { listIssues } from '../../src/store/issues.ts'
import { getRepository } from '../../src/store/repositories.ts'
import { findProgress, listSyncProgress } from '../../src/store/sync-progress.ts'
import { connect, plantFull } from '../support/full-repository.ts'
import { plantRepository, send } from '../support/github-server.ts'

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
