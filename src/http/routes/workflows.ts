import { Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import {
  Workflow,
  WorkflowDetail,
  WorkflowPatch,
  type WorkflowProblem,
  WorkflowSource,
  WorkflowValidation,
  WorkflowVersion,
} from '../../../contract/workflows.ts'
import { mayEditWorkflow, type Viewer } from '../../domain/access.ts'
import { refuseMaker } from '../../domain/may-run-commands.ts'
import { describeGraph, type WorkflowDefinition } from '../../domain/workflow/definition.ts'
import { coded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import type { Db } from '../../store/store.ts'
import { getWorkflow, listWorkflows, listWorkflowVersions } from '../../store/workflow-lists.ts'
import {
  createWorkflow,
  deleteWorkflow,
  enableWorkflow,
  shareWorkflow,
  updateWorkflow,
} from '../../store/workflows.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'
import { eyesOf, visibleWorkflow } from '../visible-workflow.ts'
import { readWorkflowExamples, WorkflowExample } from '../workflow-examples.ts'
import { createWorkflowJudge } from '../workflow-judge.ts'

const tags = ['workflows']
const WorkflowParams = Type.Object({ id: Type.String({ maxLength: 100, description: 'Id of the workflow' }) })

/**
 * Definitions of workflows. They are for who made them and for maintainers, and where they are shared for everybody
 * signed in to read; who made one and maintainers may change it, and its steps act on GitHub as whoever changed it last.
 */
export function workflowsRoutes({ store, clock, commandPolicy }: HttpDeps): Routes {
  /** Changes a workflow in one transaction with its audit entry, if the viewer may; answers with what it is then. */
  async function edit(
    { params: { id }, viewer, ip }: { params: { id: string }; viewer: Viewer; ip: string },
    action: string,
    change: (tx: Db, input: { id: string; by: Viewer; now: number }) => Promise<unknown>,
  ): Promise<void> {
    await store.write(async (tx) => {
      const { name, created_by } = await visibleWorkflow(tx, viewer, id)
      if (!mayEditWorkflow(viewer, { created_by })) {
        throw coded('forbidden', 'Only who made this workflow and maintainers may change it.')
      }
      const now = clock()
      await change(tx, { id, by: viewer, now })
      await appendAudit(tx, { at: now, actor: viewer.login, action, target: id, ip, detail: { name } })
    })
  }

  async function detailOf(id: string, viewer: Viewer): Promise<WorkflowDetail> {
    const { created_by } = await visibleWorkflow(store.read, viewer, id)
    const workflow = (await getWorkflow(store.read, { id, ...eyesOf(viewer) }))!
    return { ...workflow, can_edit: mayEditWorkflow(viewer, { created_by }) }
  }

  const { judge, close } = createWorkflowJudge()

  /** Parses a source; throws `invalid_workflow` with every problem at its place. */
  async function definitionOf(source: string, { userId }: Viewer): Promise<WorkflowDefinition> {
    const { definition, problems } = await judge(source, userId)
    if (definition) return definition
    const errors = problems.filter(({ severity }) => severity === 'error')
    const [first] = errors
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`
    const detail = `The workflow has ${count}; line ${first?.line}, column ${first?.column}: ${first?.message}.`
    throw Object.assign(coded('invalid_workflow', detail), { problems })
  }

  return async (app) => {
    app.addHook('onClose', close)
    app.get(
      '/workflows',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Workflows, by name',
          querystring: Paging,
          response: { 200: Type.Array(Workflow) },
        },
      },
      async (request, reply) => {
        const filter = { ...eyesOf(request.viewer), ...toPageRequest(request.query) }
        return sendStorePage(reply, request, await listWorkflows(store.read, filter))
      },
    )

    app.post(
      '/workflows',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Create a workflow',
          description: 'It is switched on at once. Mistakes in its source are answered by line and column.',
          body: WorkflowSource,
          response: { 201: WorkflowDetail, 422: Problem },
        },
      },
      async ({ body: { source }, viewer, ip }, reply) => {
        const definition = await definitionOf(source, viewer)
        const id = await store.write(async (tx) => {
          const now = clock()
          const id = await createWorkflow(tx, { source, definition, by: viewer, now })
          const detail = { name: definition.name }
          await appendAudit(tx, {
            at: now,
            actor: viewer.login,
            action: 'workflow.created',
            target: id,
            ip,
            detail,
          })
          return id
        })
        return reply.code(201).send(await detailOf(id, viewer))
      },
    )

    app.post(
      '/workflows/validate',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Check the source of a workflow',
          description: 'Nothing is stored. Warnings leave a graph; with errors it is null.',
          body: WorkflowSource,
          response: { 200: WorkflowValidation },
        },
      },
      async ({ body: { source }, viewer }) => {
        const { definition, problems } = await judge(source, viewer.userId)
        const refusal = refuseMaker(commandPolicy, { role: viewer.role, isDisabled: false })
        return {
          problems: refusal ? [...problems, ...warnOfCommands({ source, definition, refusal })] : problems,
          graph: definition && describeGraph(definition),
          inputs: definition?.on.dispatch ?? null,
        }
      },
    )

    app.get(
      '/workflows/examples',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Workflows to begin from, which come with the hub',
          response: { 200: Type.Array(WorkflowExample) },
        },
      },
      async () => readWorkflowExamples(),
    )

    app.get(
      '/workflows/:id',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'One workflow, with its source and graph',
          params: WorkflowParams,
          response: { 200: WorkflowDetail, 404: Problem },
        },
      },
      async ({ params: { id }, viewer }) => detailOf(id, viewer),
    )

    app.put(
      '/workflows/:id',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Store a new version of a workflow',
          description: 'Runs that have begun go on with the version they began with.',
          params: WorkflowParams,
          body: WorkflowSource,
          response: { 200: WorkflowDetail, 403: Problem, 404: Problem, 422: Problem },
        },
      },
      async (request) => {
        const { source } = request.body
        const definition = await definitionOf(source, request.viewer)
        await edit(request, 'workflow.updated', (tx, input) =>
          updateWorkflow(tx, { ...input, source, definition }),
        )
        return detailOf(request.params.id, request.viewer)
      },
    )

    app.patch(
      '/workflows/:id',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Switch a workflow on or off, share it with everybody signed in or hide it',
          params: WorkflowParams,
          body: WorkflowPatch,
          response: { 200: WorkflowDetail, 403: Problem, 404: Problem },
        },
      },
      async (request) => {
        const { enabled, visibility } = request.body
        if (enabled !== undefined) {
          const action = enabled ? 'workflow.enabled' : 'workflow.disabled'
          await edit(request, action, (tx, input) => enableWorkflow(tx, { ...input, enabled }))
        }
        if (visibility !== undefined) {
          const action = visibility === 'shared' ? 'workflow.shared' : 'workflow.hidden'
          await edit(request, action, (tx, input) => shareWorkflow(tx, { ...input, visibility }))
        }
        return detailOf(request.params.id, request.viewer)
      },
    )

    app.delete(
      '/workflows/:id',
      {
        config: { access: 'write' },
        schema: {
          tags,
          summary: 'Delete a workflow',
          description: 'Its runs stay readable, and those that have begun go on.',
          params: WorkflowParams,
          response: { 204: Type.Null(), 403: Problem, 404: Problem },
        },
      },
      async (request, reply) => {
        await edit(request, 'workflow.deleted', deleteWorkflow)
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/workflows/:id/versions',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Versions of a workflow, newest first',
          params: WorkflowParams,
          querystring: Paging,
          response: { 200: Type.Array(WorkflowVersion), 404: Problem },
        },
      },
      async (request, reply) => {
        const { id } = await visibleWorkflow(store.read, request.viewer, request.params.id)
        const page = await listWorkflowVersions(store.read, { id, ...toPageRequest(request.query) })
        return sendStorePage(reply, request, page)
      },
    )
  }
}

/** Says at the first command that whoever saves this may not let it run. */
function warnOfCommands({
  source,
  definition,
  refusal,
}: {
  source: string
  definition: WorkflowDefinition | null
  refusal: string
}): WorkflowProblem[] {
  if (!definition?.jobs.some(({ steps }) => steps.some(({ uses }) => uses === 'run'))) return []
  const at = /(?<=^|[\s{,-])run\s*:/m.exec(source)?.index ?? 0
  const before = source.slice(0, at).split('\n')
  const message = `commands of this workflow will not run: ${refusal}`
  return [{ line: before.length, column: before.at(-1)!.length + 1, message, severity: 'warning' }]
}
