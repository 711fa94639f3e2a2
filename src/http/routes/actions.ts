import type { FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { ActionsJob, ActionsRun, ActionsWorkflow } from '../../../contract/mirror.ts'
import { coded } from '../../errors.ts'
import { getActionsRun, listActionsJobs, listActionsRuns, listActionsWorkflows } from '../../store/actions.ts'
import type { HttpDeps } from '../deps.ts'
import { createOwnClient } from '../own-client.ts'
import { readJobs } from '../read-jobs.ts'
import { RepositoryParams, repositoryPage, repositoryScope } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { SearchParameter, searchOf } from '../search-parameter.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['actions']
const config = { access: 'read' } as const

const RepositoryActionsRun = Type.Object(
  { ...ActionsRun.properties, repository: Type.String({ description: '`owner/name`' }) },
  { $id: 'RepositoryActionsRun' },
)
const RunParams = Type.Object({
  ...RepositoryParams.properties,
  id: Type.Integer({ minimum: 1, description: "GitHub's id of the run" }),
})

const ActionsRunQuery = Type.Object({ ...SearchParameter, ...Paging.properties })

/** GitHub Actions as the mirror has it: workflows, runs and jobs on GitHub, not the hub's own. */
export function actionsRoutes(deps: HttpDeps): Routes {
  const {
    store: { read },
    clock,
  } = deps
  const { ownClient } = createOwnClient(deps)
  const search = (request: FastifyRequest<{ Querystring: Static<typeof ActionsRunQuery> }>) =>
    searchOf(request, { type: 'actions_runs', now: clock() })

  return async (app) => {
    app.get(
      '/actions/runs',
      {
        config,
        schema: {
          tags,
          summary: 'GitHub Actions runs of all repositories you may read, newest first',
          querystring: ActionsRunQuery,
          response: { 200: Type.Array(RepositoryActionsRun) },
        },
      },
      async (request, reply) => {
        const filter = { userId: request.viewer.userId, ...search(request), ...toPageRequest(request.query) }
        return sendStorePage(reply, request, await listActionsRuns(read, filter))
      },
    )

    app.get(
      '/repos/:owner/:repo/actions/runs',
      {
        config,
        schema: {
          tags,
          summary: 'GitHub Actions runs of a repository, newest first',
          params: RepositoryParams,
          querystring: ActionsRunQuery,
          response: { 200: Type.Array(RepositoryActionsRun), 404: Problem },
        },
      },
      async (request, reply) =>
        sendStorePage(
          reply,
          request,
          await listActionsRuns(read, { ...(await repositoryPage(read, request)), ...search(request) }),
        ),
    )

    app.get(
      '/repos/:owner/:repo/actions/runs/:id',
      {
        config,
        schema: {
          tags,
          summary: 'One GitHub Actions run',
          params: RunParams,
          response: { 200: RepositoryActionsRun, 404: Problem },
        },
      },
      async (request) => {
        const scope = await repositoryScope(read, request)
        const run = await getActionsRun(read, { ...scope, id: request.params.id })
        if (!run) throw noRun(request.params.id)
        return run
      },
    )

    app.get(
      '/repos/:owner/:repo/actions/runs/:id/jobs',
      {
        config,
        schema: {
          tags,
          summary: 'Jobs of a GitHub Actions run, with their steps',
          params: RunParams,
          querystring: Paging,
          response: { 200: Type.Array(ActionsJob), 404: Problem },
        },
      },
      async (request, reply) => {
        const { id } = request.params
        const page = await repositoryPage(read, request)
        if (!(await getActionsRun(read, { ...page, id }))) throw noRun(id)
        const jobs = () => listActionsJobs(read, { ...page, runId: id })
        const kept = await jobs()
        if (kept.items.length > 0 || page.after) return sendStorePage(reply, request, kept)
        const { fullName } = await repositoryScope(read, request)
        const repository = { id: page.repositoryId, full_name: fullName }
        await readJobs({ ...deps, ownClient }, { repository, runId: id, viewer: request.viewer })
        return sendStorePage(reply, request, await jobs())
      },
    )

    app.get(
      '/repos/:owner/:repo/actions/workflows',
      {
        config,
        schema: {
          tags,
          summary: 'GitHub Actions workflows of a repository',
          params: RepositoryParams,
          querystring: Paging,
          response: { 200: Type.Array(ActionsWorkflow), 404: Problem },
        },
      },
      async (request, reply) =>
        sendStorePage(reply, request, await listActionsWorkflows(read, await repositoryPage(read, request))),
    )
  }
}

const noRun = (id: number) => coded('not_found', `There is no GitHub Actions run ${id} in this repository.`)
