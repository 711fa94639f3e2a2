import { Problem } from '../../../contract/common.ts'
import { MergeMethods } from '../../../contract/merge-methods.ts'
import { pick } from '../../domain/workflow/pick.ts'
import { createReadThrough } from '../../github/read-through.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { RepositoryParams, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

/** Settings change seldom. */
const keptMs = 5 * 60_000

/** How pull requests may be merged: GitHub tells it only to those who may do it. */
export function mergeMethodsRoutes(deps: HttpDeps): Routes {
  const { ownClient } = createOwnClient(deps)
  const reads = createReadThrough(deps.clock)
  return async (app) => {
    app.get(
      '/repos/:owner/:repo/merge-methods',
      {
        config: { access: 'read' },
        schema: {
          tags: ['pull requests'],
          summary: 'How pull requests of a repository may be merged',
          description: 'Asked of GitHub with your own token, and kept for five minutes.',
          params: RepositoryParams,
          response: { 200: MergeMethods, 404: Problem, 409: Problem, 502: Problem },
        },
      },
      async ({ params, viewer }) => {
        const found = await readableRepository(deps.store.read, viewer, `${params.owner}/${params.repo}`)
        const client = await ownClient(viewer)
        const what = `merge methods of ${found.full_name}`
        return await reads.get({ userId: viewer.userId, what, keptMs }, client, async () => {
          const { data } = await client.request('GET /repos/{owner}/{repo}', {
            ...{ owner: found.owner, repo: found.name },
            request: { signal: AbortSignal.timeout(20_000) },
          })
          // Those who may not merge are not told.
          const flag = (name: string, otherwise: boolean) => (pick(data, name) ?? otherwise) === true
          return {
            merge: flag('allow_merge_commit', true),
            squash: flag('allow_squash_merge', true),
            rebase: flag('allow_rebase_merge', true),
            auto: flag('allow_auto_merge', false),
            delete_branch: flag('delete_branch_on_merge', false),
          }
        })
      },
    )
  }
}
