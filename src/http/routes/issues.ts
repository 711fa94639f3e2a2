import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { OneOf, Paging, Problem } from '../../../contract/common.ts'
import { Comment, Issue } from '../../../contract/mirror.ts'
import { coded } from '../../errors.ts'
import { listComments } from '../../store/comments.ts'
import { getIssue, listIssues } from '../../store/issues.ts'
import { getPullRequest } from '../../store/pull-requests.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, repositoryPage, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { SearchParameter, searchOf } from '../search-parameter.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['issues']
const config = { access: 'read' } as const

const RepositoryIssue = Type.Object(
  { ...Issue.properties, repository: Type.String({ description: '`owner/name`' }) },
  { $id: 'RepositoryIssue' },
)
const IssueParams = Type.Object({
  ...RepositoryParams.properties,
  number: Type.Integer({ minimum: 1, description: 'As in `#12`' }),
})
const IssueQuery = Type.Object({
  state: Type.Optional(OneOf('open', 'closed', 'all')),
  sort: Type.Optional(OneOf('created', 'updated')),
  direction: Type.Optional(OneOf('asc', 'desc')),
  labels: Type.Optional(
    Type.String({ maxLength: 500, description: 'Names with commas between; an issue must carry them all' }),
  ),
  ...SearchParameter,
  ...Paging.properties,
})

/** Issues and their comments. A pull request is not listed as an issue, its comments are here all the same. */
export function issuesRoutes({ store: { read }, clock }: HttpDeps): Routes {
  const filtersOf = ({ query, viewer }: FastifyRequest<{ Querystring: Static<typeof IssueQuery> }>) => {
    const { state, sort, direction } = query
    const labels = query.labels?.split(',').filter((name) => name !== '')
    return {
      state,
      sort,
      direction,
      labels,
      ...searchOf({ query, viewer }, { type: 'issues', now: clock() }),
    }
  }

  return async (app) => {
    app.get(
      '/issues',
      {
        config,
        schema: {
          tags,
          summary: 'Issues of all repositories you may read',
          querystring: IssueQuery,
          response: { 200: Type.Array(RepositoryIssue) },
        },
      },
      async (request, reply) => {
        const { query, viewer } = request
        const filter = { userId: viewer.userId, ...filtersOf(request), ...toPageRequest(query) }
        return sendStorePage(reply, request, await listIssues(read, filter))
      },
    )

    app.get(
      '/repos/:owner/:repo/issues',
      {
        config,
        schema: {
          tags,
          summary: 'Issues of a repository',
          params: RepositoryParams,
          querystring: IssueQuery,
          response: { 200: Type.Array(RepositoryIssue), 404: Problem },
        },
      },
      async (request, reply) => {
        const filter = { ...(await repositoryPage(read, request)), ...filtersOf(request) }
        return sendStorePage(reply, request, await listIssues(read, filter))
      },
    )

    app.get(
      '/repos/:owner/:repo/issues/:number',
      {
        config,
        schema: {
          tags,
          summary: 'One issue, with its text',
          params: IssueParams,
          response: { 200: RepositoryIssue, 404: Problem },
        },
      },
      async (request) => {
        const scope = await repositoryScope(read, request)
        const issue = await getIssue(read, { ...scope, number: request.params.number })
        if (!issue) throw coded('not_found', `There is no issue #${request.params.number}.`)
        return issue
      },
    )

    app.get(
      '/repos/:owner/:repo/issues/:number/comments',
      {
        config,
        schema: {
          tags,
          summary: 'Comments of an issue or pull request, oldest first',
          params: IssueParams,
          querystring: Paging,
          response: { 200: Type.Array(Comment), 404: Problem },
        },
      },
      async (request, reply) => {
        const { number } = request.params
        const page = await repositoryPage(read, request)
        const subject =
          (await getIssue(read, { ...page, number })) ?? (await getPullRequest(read, { ...page, number }))
        if (!subject) throw coded('not_found', `There is neither an issue nor a pull request #${number}.`)
        return sendStorePage(reply, request, await listComments(read, { ...page, issueNumber: number }))
      },
    )
  }
}
