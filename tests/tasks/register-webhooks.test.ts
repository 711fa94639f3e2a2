import { describe, expect, it } from 'vitest'
import { syncAccountTask, syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { getIssue } from '../../src/store/issues.ts'
import { getRepository } from '../../src/store/repositories.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { connect } from '../support/full-repository.ts'
import { issueOf, plantRepository, send } from '../support/github-server.ts'

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
