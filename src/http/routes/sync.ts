import { Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { SetAside, SyncProgress } from '../../../contract/sync.ts'
import { syncAccountTask, syncRepositoryTask } from '../../domain/mirror/sync-tasks.ts'
import { listSetAside } from '../../store/set-aside.ts'
import { listSyncProgress, requestComparison } from '../../store/sync-progress.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['sync']

const Queued = Type.Object(
  { queued: Type.Boolean({ description: 'false: one waits already and will do' }) },
  { $id: 'Queued' },
)

/** How far the mirror is behind GitHub, and asking it to catch up; webhooks keep it current otherwise. */
export function syncRoutes({ store, queue }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/sync',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Progress of the syncs of your account and of the repositories you may read',
          response: { 200: Type.Array(SyncProgress) },
        },
      },
      async ({ viewer }) => listSyncProgress(store.read, { userId: viewer.userId }),
    )

    app.get(
      '/sync/set-aside',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'What GitHub sent and did not fit, the latest first',
          description:
            'Each is something that is not what GitHub documents, with the reason; what was around it is mirrored. ' +
            'It is read again by each sync, and when a new version of the hub knows more.',
          querystring: Paging,
          response: { 200: Type.Array(SetAside) },
        },
      },
      async (request, reply) => {
        const filter = { userId: request.viewer.userId, ...toPageRequest(request.query) }
        return sendStorePage(reply, request, await listSetAside(store.read, filter))
      },
    )

    app.post(
      '/sync',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Read everything you may see on GitHub again',
          response: { 202: Queued },
        },
      },
      async ({ viewer }, reply) => {
        const queued = await store.write((tx) =>
          queue.enqueue(tx, syncAccountTask(viewer.userId, { everything: true })),
        )
        return reply.code(202).send({ queued })
      },
    )

    app.post(
      '/repos/:owner/:repo/sync',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Compare all of a repository with GitHub',
          params: RepositoryParams,
          response: { 202: Queued, 404: Problem },
        },
      },
      async (request, reply) => {
        const { repositoryId } = await repositoryScope(store.read, request)
        const queued = await store.write(async (tx) => {
          await requestComparison(tx, repositoryId)
          return await queue.enqueue(tx, syncRepositoryTask(repositoryId))
        })
        return reply.code(202).send({ queued })
      },
    )
  }
}
