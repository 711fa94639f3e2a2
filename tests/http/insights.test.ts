import { describe, expect, it } from 'vitest'
import type { Insights } from '../../contract/insights.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import { saveAccess } from '../../src/store/access.ts'
import { saveListed } from '../../src/store/mirror.ts'
import type { Db } from '../../src/store/store.ts'
import { seedContents, seedRepository } from '../support/seed-mirror.ts'
import { dialects } from '../support/temp-store.ts'
import { openTestApp, type SignedIn } from '../support/test-app.ts'

const minute = 60_000
const hour = 60 * minute

/** Ada reads a repository in which a pull request was reviewed and merged, and a run ended; Bob reads another. */
async function openHub(dialect: (typeof dialects)[number]) {
  const hub = await openTestApp({ dialect })
  const [ada, bob] = [await hub.signIn({ login: 'ada' }), await hub.signIn({ login: 'bob' })]
  const merged_at = Date.now()
  const created_at = merged_at - 3 * hour
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/one', readers: [ada.userId] })
    await seedRepository(tx, { id: 2, fullName: 'acme/two', readers: [ada.userId, bob.userId] })
    await seedContents(tx, { repositoryId: 1, fullName: 'acme/one' })
    await tx
      .updateTable('pull_requests')
      .set({ state: 'closed', created_at, merged_at, closed_at: merged_at, updated_at: merged_at })
      .execute()
    const review = await tx.selectFrom('reviews').selectAll().executeTakeFirstOrThrow()
    // The author's own word is no review.
    await tx
      .updateTable('reviews')
      .set({ submitted_at: created_at + minute })
      .execute()
    await tx
      .insertInto('reviews')
      .values({ ...review, id: 77, user_login: 'grace', submitted_at: created_at + 30 * minute })
      .execute()
    const run = { created_at, run_started_at: created_at, updated_at: merged_at }
    await tx.updateTable('actions_runs').set(run).execute()
    const job = { started_at: created_at + 5_000, completed_at: created_at + 65_000 }
    await tx.updateTable('actions_jobs').set(job).execute()
  })
  const deploy = async (tx: Db, id: number, state: string, minutes: number, environment = 'production') => {
    const time = new Date(merged_at + minutes * minute).toISOString()
    const told = { creator: null, description: null, created_at: time, updated_at: time, environment }
    await saveListed(tx, kinds.deployment, {
      repositoryId: 1,
      items: [
        {
          ...{ id, sha: 'a'.repeat(40), ref: 'main', task: 'deploy', ...told },
          transient_environment: false,
          production_environment: environment === 'production',
        },
      ],
    })
    await saveListed(tx, kinds.deployment_status, {
      repositoryId: 1,
      items: ['in_progress', state].map((word, index) => ({
        ...{ id: id * 10 + index, deployment_id: id, state: word, ...told },
        ...{ target_url: null, log_url: null, environment_url: null },
      })),
    })
  }
  await hub.store.write(async (tx) => {
    await deploy(tx, 1, 'failure', -10)
    await deploy(tx, 2, 'success', 0)
    // What goes wrong elsewhere is no failure in production, and what is under way has not ended.
    await deploy(tx, 3, 'error', 0, 'staging')
    await deploy(tx, 4, 'queued', 0)
  })
  const get = async (as: SignedIn, query = '') => {
    const answer = await hub.ask({ url: `/api/v1/insights${query}`, as })
    return { status: answer.statusCode, body: answer.json<Insights>() }
  }
  return { ...hub, ada, bob, get }
}

describe.each(dialects)('insights (%s)', (dialect) => {
  it('measure what the mirror holds, each person’s own', async () => {
    await using hub = await openHub(dialect)
    const { body } = await hub.get(hub.ada)
    const measured = {
      deployments: 1,
      lead_time_ms: 3 * hour,
      change_failure_rate: 0.5,
      restore_time_ms: 10 * minute,
      merged: 1,
      merge_ms: 3 * hour,
      first_review_ms: 30 * minute,
      ci_runs: 1,
      ci_failure_rate: 0,
      ci_duration_ms: 65_000,
      ci_queue_ms: 5_000,
      ci_flaky_rate: 0,
    }
    expect(body.now).toMatchObject(measured)
    expect(body.before).toMatchObject({ merged: 0, ci_runs: 0, merge_ms: null })
    expect(body.days).toHaveLength(30)
    expect(body.repositories).toMatchObject([{ repository: 'acme/one', ...measured }])
    expect((await hub.get(hub.ada, '?repository=acme/two')).body.now).toMatchObject({ merged: 0, ci_runs: 0 })
    expect((await hub.get(hub.ada, '?repository=acme/one&days=2')).body).toMatchObject({ now: measured })

    expect((await hub.get(hub.bob)).body).toMatchObject({ now: { merged: 0, ci_runs: 0 }, repositories: [] })
    expect((await hub.get(hub.bob, '?repository=acme/one')).status).toBe(404)
    expect((await hub.get(hub.ada, '?days=1000')).status).toBe(400)
  })

  it('are those of a team for who may write to its repositories, and of a stretch that is over', async () => {
    await using hub = await openHub(dialect)
    await hub.store.write(async (tx) => {
      for (const id of [1, 2]) {
        await saveListed(tx, kinds.repository_team, {
          repositoryId: id,
          items: [
            {
              ...{ id, name: `Team ${id}`, slug: `team-${id}`, description: null },
              ...{ permission: 'push', html_url: null },
            },
          ],
        })
      }
      for (const permission of ['push', 'pull'] as const) {
        const user_id = permission === 'push' ? hub.ada.userId : hub.bob.userId
        const reads = [1, 2].map((repository_id) => ({ user_id, repository_id, permission, synced_at: 0 }))
        await saveAccess(tx, reads)
      }
    })
    expect((await hub.get(hub.ada, '?team=Acme/team-1')).body.now).toMatchObject({
      merged: 1,
      deployments: 1,
    })
    expect((await hub.get(hub.ada, '?team=acme/team-2')).body.now).toMatchObject({
      merged: 0,
      deployments: 0,
    })
    expect((await hub.get(hub.ada, '?team=acme/team-2&repository=acme/one')).body.now.merged).toBe(0)
    expect((await hub.get(hub.ada, '?team=acme/team-1&repository=acme/one')).body.now.merged).toBe(1)
    expect((await hub.get(hub.ada, '?team=acme/team-1&repository=acme/two')).body.now.merged).toBe(0)
    // Who only reads is not shown the teams of a repository, whatever they ask for.
    for (const [as, team] of [
      [hub.bob, 'acme/team-1'],
      [hub.ada, 'acme/team-3'],
      [hub.ada, 'other/team-1'],
    ] as const) {
      expect((await hub.get(as, `?team=${team}`)).status, team).toBe(404)
    }
    const dayBefore = new Date(Date.now() - 24 * hour).toISOString().slice(0, 10)
    const { body } = await hub.get(hub.ada, `?days=7&until=${dayBefore}`)
    expect(body.now.merged).toBe(0)
    expect(body.days.at(-1)?.day).toBe(dayBefore)
    expect(body.days).toHaveLength(7)
    expect((await hub.get(hub.ada, '?until=yesterday')).status).toBe(400)
  })

  it('follow what happens', async () => {
    await using hub = await openHub(dialect)
    expect((await hub.get(hub.ada)).body.now.ci_failure_rate).toBe(0)
    await hub.store.write((tx) => tx.updateTable('actions_runs').set({ conclusion: 'failure' }).execute())
    hub.advance(2_000)
    expect((await hub.get(hub.ada)).body.now.ci_failure_rate).toBe(1)
  })
})
