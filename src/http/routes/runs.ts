import { Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { JournalEntry } from '../../../contract/live.ts'
import { Run, RunRequest, RunStatus } from '../../../contract/workflows.ts'
import type { Viewer } from '../../domain/access.ts'
import { appendAudit } from '../../store/audit.ts'
import { readJournalPage, runTopic } from '../../store/journal.ts'
import { listRuns } from '../../store/runs.ts'
import type { HttpDeps } from '../deps.ts'
import { sendPage } from '../paging.ts'
import { RepositoryFilter, readableRepository } from '../readable-repository.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'
import { visibleRun } from '../visible-run.ts'
import { visibleWorkflow } from '../visible-workflow.ts'

const tags = ['runs']
const RunParams = Type.Object({ id: Type.String({ maxLength: 100, description: 'Id of the run' }) })
const WorkflowParams = Type.Object({ id: Type.String({ maxLength: 100, description: 'Id of the workflow' }) })

/** Executions of workflows, each for those who may see it: `maySeeRun` in `domain/access.ts`. */
export function runsRoutes({ store, engine, clock }: HttpDeps): Routes {
  const audit = (action: string, target: string, { viewer, ip }: { viewer: Viewer; ip: string }) =>
    store.write((tx) => appendAudit(tx, { at: clock(), actor: viewer.login, action, target, ip }))

  return async (app) => {
    app.get(
      '/runs',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Runs, newest first',
          querystring: Type.Object({
            status: Type.Optional(RunStatus),
            workflow_id: Type.Optional(Type.String({ maxLength: 100 })),
            repository: RepositoryFilter,
            ...Paging.properties,
          }),
          response: { 200: Type.Array(Run), 404: Problem },
        },
      },
      async (request, reply) => {
        const { status, workflow_id: workflowId, repository } = request.query
        const { viewer } = request
        const repositoryId =
          repository === undefined ? undefined : (await readableRepository(store.read, viewer, repository)).id
        const filter = {
          userId: viewer.userId,
          status,
          workflowId,
          repositoryId,
          ...toPageRequest(request.query),
        }
        return sendStorePage(reply, request, await listRuns(store.read, filter))
      },
    )

    app.get(
      '/workflows/:id/runs',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Runs of a workflow, newest first',
          params: WorkflowParams,
          querystring: Paging,
          response: { 200: Type.Array(Run), 404: Problem },
        },
      },
      async (request, reply) => {
        const { id: workflowId } = await visibleWorkflow(store.read, request.viewer, request.params.id)
        const filter = { userId: request.viewer.userId, workflowId, ...toPageRequest(request.query) }
        return sendStorePage(reply, request, await listRuns(store.read, filter))
      },
    )

    app.post(
      '/workflows/:id/runs',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Start a workflow by hand',
          description:
            'It needs `workflow_dispatch`. Inputs are checked against what the workflow declares there. Its steps act ' +
            'as who wrote it, with the rights that you have too: you need the right to write to every repository that ' +
            'the run may act in.',
          params: WorkflowParams,
          body: RunRequest,
          response: { 201: Run, 400: Problem, 403: Problem, 404: Problem, 409: Problem },
        },
      },
      async ({ params, body: { inputs = {}, repository: fullName }, viewer, ip }, reply) => {
        const repository =
          fullName === undefined ? null : await readableRepository(store.read, viewer, fullName)
        const { id: workflowId } = await visibleWorkflow(store.read, viewer, params.id)
        const id = await store.write(async (tx) => {
          const id = await engine.startByHand(tx, { workflowId, inputs, repository, by: viewer })
          await appendAudit(tx, { at: clock(), actor: viewer.login, action: 'run.started', target: id, ip })
          return id
        })
        return reply.code(201).send(await visibleRun(store.read, viewer, id))
      },
    )

    app.get(
      '/runs/:id',
      {
        config: { access: 'read' },
        schema: { tags, summary: 'One run', params: RunParams, response: { 200: Run, 404: Problem } },
      },
      async ({ params: { id }, viewer }) => visibleRun(store.read, viewer, id),
    )

    app.get(
      '/runs/:id/journal',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'The journal of a run, oldest first',
          description: 'Everything that happened in it; its state is the sum of these entries.',
          params: RunParams,
          querystring: Type.Object({
            limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 1000 })),
            after: Type.Optional(
              Type.Integer({ minimum: 0, description: 'Only entries with a greater `n`' }),
            ),
          }),
          response: { 200: Type.Array(JournalEntry), 404: Problem },
        },
      },
      async (request, reply) => {
        const { limit = 1000, after = 0 } = request.query
        const { id } = await visibleRun(store.read, request.viewer, request.params.id)
        const entries = await readJournalPage(store.read, { runId: id, after, limit: limit + 1 })
        const shown = entries.slice(0, limit).map((entry) => ({ topic: runTopic(id), ...entry }))
        const last = entries.length > limit ? shown.at(-1) : undefined
        return sendPage(reply, request, shown, last ? String(last.n) : null)
      },
    )

    app.post(
      '/runs/:id/cancel',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Ask a run to stop',
          params: RunParams,
          response: { 202: Run, 403: Problem, 404: Problem, 409: Problem },
        },
      },
      async (request, reply) => {
        const { viewer } = request
        const { id } = await visibleRun(store.read, viewer, request.params.id)
        await engine.cancelRun(id, viewer)
        await audit('run.cancelled', id, request)
        return reply.code(202).send(await visibleRun(store.read, viewer, id))
      },
    )

    app.post(
      '/runs/:id/rerun',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Run a finished run again, with the same version, event and inputs',
          params: RunParams,
          response: { 201: Run, 403: Problem, 404: Problem, 409: Problem },
        },
      },
      async (request, reply) => {
        const { viewer } = request
        const { id } = await visibleRun(store.read, viewer, request.params.id)
        const next = await engine.rerunRun(id, viewer)
        await audit('run.rerun', next, request)
        return reply.code(201).send(await visibleRun(store.read, viewer, next))
      },
    )
  }
}
