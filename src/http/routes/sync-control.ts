import { Type } from 'typebox'
import { SyncOverview } from '../../../contract/sync.ts'
import { estimateEnd } from '../../domain/mirror/estimate-sync.ts'
import { syncAccountTask, syncRepositoryTask } from '../../domain/mirror/sync-tasks.ts'
import { listConnectedUsers } from '../../store/access.ts'
import { appendAudit } from '../../store/audit.ts'
import { countCurrency } from '../../store/currency.ts'
import type { Db } from '../../store/store.ts'
import { countRead, countSynced, listUnended } from '../../store/sync-overview.ts'
import { isSyncPaused, saveSyncPaused } from '../../store/sync-pause.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

const tags = ['sync']
/** The pace is that of the last minutes. */
const latelyMs = 5 * 60_000
const leastPaceMs = 5_000
/** As long as logs are read each minute after something had to be fetched. */
const unreachedMs = 24 * 3_600_000

const Count = Type.Object(
  { count: Type.Integer({ description: 'Repositories that are read then' }) },
  { $id: 'SyncCount' },
)

/** How far the first sync is as a whole, and pausing, resuming and repeating what failed. */
export function syncControlRoutes({ store, queue, clock, stats }: HttpDeps): Routes {
  const readAgain = async (tx: Db, repositoryIds: readonly number[]) => {
    for (const id of repositoryIds) await queue.enqueue(tx, syncRepositoryTask(id))
    return repositoryIds.length
  }

  return async (app) => {
    app.get(
      '/sync/overview',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'How far the mirror of your repositories is, and when it will be complete',
          description:
            'The end is estimated from the pace of the last minutes and from the quota that GitHub still gives, a ' +
            'tenth of which is kept for what people do.',
          response: { 200: SyncOverview },
        },
      },
      async ({ viewer: { userId } }) => {
        const now = clock()
        const fetchedSince = now - unreachedMs
        const [counts, kinds, paused, kept_current, failed] = await Promise.all([
          countSynced(store.read, { userId, since: now - latelyMs }),
          countRead(store.read, { userId }),
          isSyncPaused(store.read),
          countCurrency(store.read, { userId, fetchedSince }),
          listUnended(store.read, { userId, states: ['failed'] }),
        ])
        const { total, done, doneLately, sinceLately } = counts
        // A sync that began a moment ago has its pace since then.
        const paceMs = Math.max(leastPaceMs, now - (sinceLately ?? 0))
        const quota = stats().quota
        const outlook = quota && { ...quota, resetAt: Date.parse(quota.reset_at) }
        const end = paused
          ? null
          : estimateEnd({
              now,
              left: total - done,
              doneLately,
              latelyMs: Math.min(latelyMs, paceMs),
              quota: outlook,
            })
        return {
          repositories: { total, done, failed: failed.length },
          kinds,
          kept_current,
          paused,
          complete_at: end === null ? null : new Date(end).toISOString(),
        }
      },
    )

    app.post(
      '/sync/pause',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Stop reading GitHub until somebody resumes it; webhooks are applied nevertheless',
          response: { 200: Type.Object({ paused: Type.Boolean() }) },
        },
      },
      async ({ viewer, ip }) => {
        const now = clock()
        await store.write(async (tx) => {
          await saveSyncPaused(tx, { paused: true, now })
          await appendAudit(tx, { at: now, actor: viewer.login, action: 'sync.paused', ip })
        })
        return { paused: true }
      },
    )

    app.post(
      '/sync/resume',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Read GitHub again, from where it was paused',
          response: { 200: Type.Object({ paused: Type.Boolean() }) },
        },
      },
      async ({ viewer, ip }) => {
        const now = clock()
        await store.write(async (tx) => {
          await saveSyncPaused(tx, { paused: false, now })
          for (const userId of await listConnectedUsers(tx)) {
            await queue.enqueue(tx, syncAccountTask(userId))
            await readAgain(tx, await listUnended(tx, { userId, states: ['waiting', 'running'] }))
          }
          await appendAudit(tx, { at: now, actor: viewer.login, action: 'sync.resumed', ip })
        })
        return { paused: false }
      },
    )

    app.post(
      '/sync/retry',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Read the repositories again of which something could not be read',
          response: { 202: Count },
        },
      },
      async ({ viewer: { userId, login }, ip }, reply) => {
        const count = await store.write(async (tx) => {
          const failed = await listUnended(tx, { userId, states: ['failed'] })
          await appendAudit(tx, { at: clock(), actor: login, action: 'sync.retried', ip })
          return await readAgain(tx, failed)
        })
        return reply.code(202).send({ count })
      },
    )
  }
}
