import { describe, expect, it } from 'vitest'
import { syncAccountTask } from '../../src/domain/mirror/sync-tasks.ts'
import { createQuota } from '../../src/github/quota.ts'
import { listSyncProgress } from '../../src/store/sync-progress.ts'
import { issueOf, plantRepository } from '../support/github-server.ts'
import { startMirrorOfOne } from '../support/mirror-of-one.ts'

const hour = 3_600_000

describe('the quota of a person', () => {
  it('is left to them in its last tenth, while a first sync waits for the next hour, never refused', async () => {
    await using hub = await startMirrorOfOne()
    const { github, deps, store, userId } = hub
    for (let id = 2; id <= 12; id++) {
      const planted = plantRepository({ id, name: `r${id}` }, { mona: 'admin' })
      planted.issues = [issueOf(1)]
      github.repositories.push(planted)
    }
    const resetAt = Date.now() + hour
    github.quotas.set('core', { limit: 100, remaining: 100, resetAt })
    await hub.run(syncAccountTask(userId))
    const left = github.quotas.get('core')!.remaining
    expect(left).toBeGreaterThanOrEqual(10)
    expect(left).toBeLessThan(20)
    const waiting = (await listSyncProgress(store.read, { userId })).filter(
      ({ state }) => state === 'waiting',
    )
    expect(waiting.length).toBeGreaterThan(0)
    expect(waiting[0]?.error).toContain('for what people do')
    const asked = github.asked.length
    hub.advance(hour / 2)
    await hub.run()
    expect(github.asked).toHaveLength(asked)
    // What the person does goes on.
    const own = deps.github.forToken('mona', { userId })
    await expect(own.request('GET /user')).resolves.toMatchObject({ status: 200 })

    for (let windows = 1; windows <= 4; windows++) {
      hub.advance(hour)
      github.quotas.set('core', { limit: 100, remaining: 100, resetAt: resetAt + windows * hour })
      await hub.run()
    }
    const progress = await listSyncProgress(store.read, { userId })
    expect(progress.filter(({ state }) => state !== 'done')).toEqual([])
    expect(github.refused).toBe(0)
  })

  it('is not used faster than GitHub takes calls in a minute, by people either', async () => {
    let now = 1_000_000_000
    const quota = createQuota({ clock: () => now, mostAMinute: { core: 10, graphql: 10 } })
    const call = { api: 'core', points: 1, isBackground: false } as const
    for (let calls = 0; calls < 8; calls++) await quota.take({ ...call, isBackground: true })
    // Background work waits by itself, as long as it is wanted.
    const abort = new AbortController()
    const waiting = quota.take({ ...call, isBackground: true, signal: abort.signal })
    await quota.take(call)
    await quota.take(call)
    await expect(quota.take(call)).rejects.toMatchObject({ code: 'github_rate_limited' })
    await quota.take({ ...call, api: 'graphql' })
    abort.abort()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    now += 66_000
    await expect(quota.take({ ...call, isBackground: true })).resolves.toBeUndefined()
  })
})

describe('a webhook', () => {
  it('is registered before the first sync begins, with one request, and not again after it', async () => {
    const webhook = { url: 'https://hub.example/webhooks/github', secret: 'a' }
    await using hub = await startMirrorOfOne({ webhook })
    hub.github.withGraphql = true
    await hub.run(syncAccountTask(hub.userId))
    expect(hub.github.asked.map(({ method, path }) => `${method} ${path.split('?')[0]}`)).toEqual([
      'GET /user/repos',
      'POST /repos/acme/hello/hooks',
      'POST /graphql',
    ])
  })
})
