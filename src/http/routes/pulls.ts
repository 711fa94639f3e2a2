import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { OneOf, Paging, Problem } from '../../../contract/common.ts'
import { PullRequest, Review } from '../../../contract/mirror.ts'
import { coded } from '../../errors.ts'
import { withChecks } from '../../store/checks.ts'
import type { Page } from '../../store/keyset.ts'
import { getPullRequest, type ListedPullRequest, listPullRequests } from '../../store/pull-requests.ts'
import { listReviews } from '../../store/reviews.ts'
import type { Db } from '../../store/store.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryPage, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { SearchParameter, searchOf } from '../search-parameter.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['pull requests']
const config = { access: 'read' } as const

const RepositoryPullRequest = Type.Object(
  { ...PullRequest.properties, repository: Type.String({ description: '`owner/name`' }) },
  { $id: 'RepositoryPullRequest' },
)
const PullParams = Type.Object({
  ...RepositoryParams.properties,
  number: Type.Integer({ minimum: 1, description: 'As in `#12`' }),
})
const PullQuery = Type.Object({
  state: Type.Optional(OneOf('open', 'closed', 'all')),
  sort: Type.Optional(OneOf('created', 'updated')),
  direction: Type.Optional(OneOf('asc', 'desc')),
  ...SearchParameter,
  ...Paging.properties,
})

/** Pull requests and their reviews; their comments are under `/issues`, as on GitHub. */
export function pullsRoutes({ store: { read }, clock }: HttpDeps): Routes {
  const filtersOf = ({ query, viewer }: FastifyRequest<{ Querystring: Static<typeof PullQuery> }>) => {
    const { state, sort, direction } = query
    return { state, sort, direction, ...searchOf({ query, viewer }, { type: 'pulls', now: clock() }) }
  }

  return async (app) => {
    app.get(
      '/pulls',
      {
        config,
        schema: {
          tags,
          summary: 'Pull requests of all repositories you may read',
          querystring: PullQuery,
          response: { 200: Type.Array(RepositoryPullRequest) },
        },
      },
      async (request, reply) => {
        const { query, viewer } = request
        const filter = { userId: viewer.userId, ...filtersOf(request), ...toPageRequest(query) }
        return sendStorePage(reply, request, await checked(read, await listPullRequests(read, filter)))
      },
    )

    app.get(
      '/repos/:owner/:repo/pulls',
      {
        config,
        schema: {
          tags,
          summary: 'Pull requests of a repository',
          params: RepositoryParams,
          querystring: PullQuery,
          response: { 200: Type.Array(RepositoryPullRequest), 404: Problem },
        },
      },
      async (request, reply) => {
        const filter = { ...(await repositoryPage(read, request)), ...filtersOf(request) }
        return sendStorePage(reply, request, await checked(read, await listPullRequests(read, filter)))
      },
    )

    app.get(
      '/repos/:owner/:repo/pulls/:number',
      {
        config,
        schema: {
          tags,
          summary: 'One pull request, with its text',
          params: PullParams,
          response: { 200: RepositoryPullRequest, 404: Problem },
        },
      },
      async (request) => {
        const scope = await repositoryScope(read, request)
        const pull = await getPullRequest(read, { ...scope, number: request.params.number })
        if (!pull) throw noPull(request.params.number)
        const [shown] = await withChecks(read, [pull], headOf)
        return shown!
      },
    )

    app.get(
      '/repos/:owner/:repo/pulls/:number/reviews',
      {
        config,
        schema: {
          tags,
          summary: 'Reviews of a pull request, oldest first',
          params: PullParams,
          querystring: Paging,
          response: { 200: Type.Array(Review), 404: Problem },
        },
      },
      async (request, reply) => {
        const { number } = request.params
        const page = await repositoryPage(read, request)
        if (!(await getPullRequest(read, { ...page, number }))) throw noPull(number)
        return sendStorePage(reply, request, await listReviews(read, { ...page, pullNumber: number }))
      },
    )
  }
}

const headOf = ({ repository_id, head }: ListedPullRequest) => ({
  repositoryId: repository_id,
  sha: head.sha,
})

async function checked(db: Db, page: Page<ListedPullRequest>): Promise<Page<ListedPullRequest>> {
  return { ...page, items: await withChecks(db, page.items, headOf) }
}

const noPull = (number: number) => coded('not_found', `There is no pull request #${number}.`)
