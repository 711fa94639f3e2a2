import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { Commit } from '../../../contract/mirror.ts'
import { PullFile } from '../../../contract/pull-files.ts'
import { coded } from '../../errors.ts'
import { readPullCommits, readPullFiles } from '../../github/pull-details.ts'
import { createReadThrough } from '../../github/read-through.ts'
import { withChecks } from '../../store/checks.ts'
import { getPullRequest } from '../../store/pull-requests.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { sendPage } from '../paging.ts'
import { RepositoryParams, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'

const tags = ['pull requests']
const config = { access: 'read' } as const
const PullParams = Type.Object({
  ...RepositoryParams.properties,
  number: Type.Integer({ minimum: 1, description: 'As in `#12`' }),
})
const Page = Type.Object({
  after: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'Of the Link header' })),
})
const problems = { 404: Problem, 409: Problem, 502: Problem }

/** Of one head nothing changes: only memory speaks against keeping it longer. */
const filesMs = 30 * 60_000

/** What pull requests change and consist of: asked of GitHub, as the mirror does not hold it. */
export function pullDetailsRoutes(deps: HttpDeps): Routes {
  const { store, clock } = deps
  const { ownClient } = createOwnClient(deps)
  const reads = createReadThrough(clock)

  /** A page of a pull request that the caller may read, where GitHub has it. */
  async function pullOf(request: {
    params: { owner: string; repo: string; number: number }
    query: { after?: number }
    viewer: Parameters<typeof ownClient>[0] & Parameters<typeof repositoryScope>[1]['viewer']
  }) {
    const scope = await repositoryScope(store.read, request)
    const { number } = request.params
    const pull = await getPullRequest(store.read, { ...scope, number })
    if (!pull) throw coded('not_found', `There is no pull request #${number}.`)
    const [owner = '', repo = ''] = scope.fullName.split('/')
    return { pull, page: { owner, repo, number, page: request.query.after ?? 1 } }
  }

  return async (app) => {
    app.get(
      '/repos/:owner/:repo/pulls/:number/files',
      {
        config,
        schema: {
          tags,
          summary: 'The files that a pull request changes',
          description: 'Asked of GitHub with your own token, a hundred at a time, and kept per head commit.',
          params: PullParams,
          querystring: Page,
          response: { 200: Type.Array(PullFile), ...problems },
        },
      },
      async (request, reply) => {
        const { pull, page } = await pullOf(request)
        const client = await ownClient(request.viewer)
        const what = `files ${pull.repository}#${pull.number} ${pull.base.ref} ${pull.head.sha} ${page.page}`
        const key = { userId: request.viewer.userId, what, keptMs: filesMs }
        const { items, next } = await reads.get(key, client, () => readPullFiles(client, page))
        return sendPage(reply, request, items, next === null ? null : String(next))
      },
    )

    app.get(
      '/repos/:owner/:repo/pulls/:number/commits',
      {
        config,
        schema: {
          tags,
          summary: 'The commits of a pull request, the first one first, with what checks say of them',
          description: 'Asked of GitHub with your own token, a hundred at a time, and kept per head commit.',
          params: PullParams,
          querystring: Page,
          response: { 200: Type.Array(Commit), ...problems },
        },
      },
      async (request, reply) => {
        const { pull, page } = await pullOf(request)
        const client = await ownClient(request.viewer)
        const what = `commits ${pull.repository}#${pull.number} ${pull.base.ref} ${pull.head.sha} ${page.page}`
        const key = { userId: request.viewer.userId, what, keptMs: filesMs }
        const { items, next } = await reads.get(key, client, () => readPullCommits(client, page))
        const { repository_id: repositoryId } = pull
        const shown = await withChecks(store.read, items, ({ sha }) => ({ repositoryId, sha }))
        return sendPage(reply, request, shown, next === null ? null : String(next))
      },
    )
  }
}
