import { describe, expect, it } from 'vitest'
import type { SyncOverview } from '../../contract/sync.ts'
import { syncRepositoryTask } from '../../src/domain/mirror/sync-tasks.ts'
import { isSyncPaused, saveSyncPaused } from '../../src/store/sync-pause.ts'
import { saveProgress } from '../../src/store/sync-progress.ts'
import { connect } from '../support/mirror-of-one.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { someStats } from '../support/some-stats.ts'
import { dialects } from '../support/temp-store.ts'
import { nextAddress, openTestApp } from '../support/test-app.ts'

describe.each(dialects)('a sync as a whole on %s', (dialect) => {
  it('is counted, paused, resumed and retried, and the audit knows by whom', async () => {
    await using app = await openTestApp({ dialect, stats: () => someStats })
    const owner = await app.signIn({ login: 'mona', role: 'owner' })
    await app.store.write((tx) =>
      seedRepository(tx, { id: 1, fullName: 'acme/secret', readers: [owner.userId] }),
    )
    const ask = async (method: 'GET' | 'POST', url: string) => {
      const answer = await app.ask({
        method,
        url: `/api/v1/sync/${url}`,
        as: owner,
        remoteAddress: nextAddress(),
      })
      return { status: answer.statusCode, body: answer.json() as unknown }
    }
    await app.store.write((tx) =>
      saveProgress(tx, {
        ...{ scope: 'repo:1', resource: 'issues', state: 'failed', next_page: null, done: 3, total: 5 },
        ...{ error: 'Not allowed', since: null, set_aside: 0, healed: 0, started_at: 1, updated_at: 1 },
      }),
    )
    const overview = (await ask('GET', 'overview')).body as SyncOverview
    expect(overview).toMatchObject({ repositories: { total: 1, failed: 1 }, paused: false })
    expect(overview.kinds).toContainEqual({ resource: 'issues', done: 3, total: 5 })
    expect(await ask('POST', 'pause')).toMatchObject({ status: 200 })
    expect((await ask('GET', 'overview')).body).toMatchObject({ paused: true, complete_at: null })
    expect(await ask('POST', 'resume')).toMatchObject({ status: 200 })
    expect(await isSyncPaused(app.store.read)).toBe(false)
    expect(await ask('POST', 'retry')).toEqual({ status: 202, body: { count: 1 } })
    const audit = await app.store.read
      .selectFrom('audit')
      .select(['action', 'actor'])
      .orderBy('at')
      .orderBy('action')
      .execute()
    expect(audit.filter(({ action }) => action.startsWith('sync.'))).toMatchObject([
      { action: 'sync.paused', actor: 'mona' },
      { action: 'sync.resumed' },
      { action: 'sync.retried' },
    ])
  })
})

describe('a paused hub', () => {
  it('asks GitHub for nothing in a repository until it is resumed', async () => {
    await using hub = await connect()
    const pause = (paused: boolean) => hub.store.write((tx) => saveSyncPaused(tx, { paused, now: 1 }))
    await pause(true)
    hub.github.asked.length = 0
    await hub.run(syncRepositoryTask(1))
    expect(hub.github.asked).toEqual([])
    await pause(false)
    await hub.run(syncRepositoryTask(1))
    expect(hub.github.asked.length).toBeGreaterThan(0)
  })
})
