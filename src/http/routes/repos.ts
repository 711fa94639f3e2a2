import { Type } from 'typebox'
import { OneOf, Paging, Problem } from '../../../contract/common.ts'
import { Branch, Commit, Repository } from '../../../contract/mirror.ts'
import { planTexts } from '../../domain/search/plan-texts.ts'
import { listBranches } from '../../store/branches.ts'
import { withChecks } from '../../store/checks.ts'
import { listCommits } from '../../store/commits.ts'
import { listRepositories } from '../../store/repositories.ts'
import type { HttpDeps } from '../deps.ts'
import { RepositoryParams, readableRepository, repositoryPage } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { SearchParameter } from '../search-parameter.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['repositories']
const config = { access: 'read' } as const
const listSchema = { tags, params: RepositoryParams, querystring: Paging }

/** Repositories and what is in them, as far as the viewer may read them on GitHub. */
export function reposRoutes({ store: { read }, clock }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/repos',
      {
        config,
        schema: {
          tags,
          summary: 'The repositories you may read',
          querystring: Type.Object({
            ...SearchParameter,
            sort: Type.Optional(OneOf('pushed', 'updated', 'name', 'open_issues')),
            direction: Type.Optional(OneOf('asc', 'desc')),
            ...Paging.properties,
          }),
          response: { 200: Type.Array(Repository) },
        },
      },
      async (request, reply) => {
        const { q, sort, direction } = request.query
        const asked = planTexts(q ?? '', 'repositories', { login: request.viewer.login, now: clock() })
        const filter = {
          userId: request.viewer.userId,
          ...asked,
          ...(sort && { sort }),
          ...(direction && { direction }),
          ...toPageRequest(request.query),
        }
        return sendStorePage(reply, request, await listRepositories(read, filter))
      },
    )

    app.get(
      '/repos/:owner/:repo',
      {
        config,
        schema: {
          tags,
          summary: 'One repository',
          params: RepositoryParams,
          response: { 200: Repository, 404: Problem },
        },
      },
      async ({ params: { owner, repo }, viewer }) => readableRepository(read, viewer, `${owner}/${repo}`),
    )

    app.get(
      '/repos/:owner/:repo/branches',
      {
        config,
        schema: {
          ...listSchema,
          summary: 'Branches, by name',
          response: { 200: Type.Array(Branch), 404: Problem },
        },
      },
      async (request, reply) =>
        sendStorePage(reply, request, await listBranches(read, await repositoryPage(read, request))),
    )

    app.get(
      '/repos/:owner/:repo/commits',
      {
        config,
        schema: {
          ...listSchema,
          summary: 'Commits of the default branch, newest first',
          response: { 200: Type.Array(Commit), 404: Problem },
        },
      },
      async (request, reply) => {
        const asked = await repositoryPage(read, request)
        const { items, next } = await listCommits(read, asked)
        const { repositoryId } = asked
        const shown = await withChecks(read, items, ({ sha }) => ({ repositoryId, sha }))
        return sendStorePage(reply, request, { items: shown, next })
      },
    )
  }
}
