import { describe, expect, it } from 'vitest'
import { recheckAccessTask, syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { listReadable } from '../../src/store/access.ts'
import { listActionsJobs, listActionsRuns, listActionsWorkflows } from '../../src/store/actions.ts'
import { listBranches } from '../../src/store/branches.ts'
import { listComments } from '../../src/store/comments.ts'
import { listCommits } from '../../src/store/commits.ts'
import { getIssue, listIssues } from '../../src/store/issues.ts'
import { getPullRequest, listPullRequests } from '../../src/store/pull-requests.ts'
import { getRepository } from '../../src/store/repositories.ts'
import { listReviews } from '../../src/store/reviews.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { updateUser } from '../../src/store/users.ts'
import { connect, listLabels, plantFull } from '../support/full-repository.ts'
import { plantRepository, send } from '../support/github-server.ts'

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
