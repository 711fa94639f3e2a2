import { actionsJob } from '../../../mirror/actions-job.ts'
import { actionsRun } from '../../../mirror/actions-run.ts'
import { actionsWorkflow } from '../../../mirror/actions-workflow.ts'
import type { Kind } from '../../../mirror/kind.ts'
import { type Condition, listToldItems } from '../../../store/told-items.ts'
import { conditionsOf, numberIn } from '../filters.ts'
import { listItems, showItem } from '../list-items.ts'
import type { Answering, AskingRepository, Served } from '../served.ts'

const workflows: Kind<object> = actionsWorkflow
const runs: Kind<object> = actionsRun
const jobs: Kind<object> = actionsJob

/** https://docs.github.com/en/rest/actions */
export const actions: readonly Served[] = [
  {
    path: 'repos/:owner/:repo/actions/workflows',
    teaches: { kind: 'actions_workflow', wrappedAs: 'workflows' },
    inRepository: (asking) => listItems(asking, workflows, { order: ['id'], as: 'workflows' }),
  },
  {
    path: 'repos/:owner/:repo/actions/workflows/:workflow',
    teaches: { kind: 'actions_workflow' },
    inRepository: (asking) => showItem(asking, workflows, whichWorkflow(asking)),
  },
  {
    path: 'repos/:owner/:repo/actions/workflows/:workflow/runs',
    teaches: { kind: 'actions_run', wrappedAs: 'workflow_runs' },
    async inRepository(asking) {
      const { db, repository } = asking
      const one = { order: ['id'], direction: 'asc', limit: 1, offset: 0 } as const
      const where = [{ ...whichWorkflow(asking), is: '=' } as const]
      const [row] = await listToldItems(db, workflows, { repositoryId: repository.id, where, ...one })
      if (!row) return null
      return await listRuns(asking, [{ column: 'workflow_id', is: '=', value: (row as { id: number }).id }])
    },
  },
  {
    path: 'repos/:owner/:repo/actions/runs',
    teaches: { kind: 'actions_run', wrappedAs: 'workflow_runs' },
    inRepository: (asking) => listRuns(asking, []),
  },
  {
    path: 'repos/:owner/:repo/actions/runs/:number',
    teaches: { kind: 'actions_run' },
    inRepository: (asking) => showItem(asking, runs, { column: 'id', value: numberIn(asking.params) }),
  },
  {
    path: 'repos/:owner/:repo/actions/jobs/:number',
    teaches: { kind: 'actions_job' },
    inRepository: (asking) => showItem(asking, jobs, { column: 'id', value: numberIn(asking.params) }),
  },
]

/** A workflow is named by its id or its file. */
function whichWorkflow({ params: { workflow = '' } }: AskingRepository) {
  return /^\d{1,15}$/.test(workflow)
    ? { column: 'id', value: Number(workflow) }
    : { column: 'path', value: `.github/workflows/${workflow}` }
}

const statuses: ReadonlySet<string> = new Set([
  ...['completed', 'in_progress', 'queued', 'requested', 'waiting', 'pending'],
])

async function listRuns(asking: AskingRepository, where: readonly Condition[]): Answering {
  const status = asking.query.get('status')
  const asked = conditionsOf(asking.query, {
    branch: 'head_branch',
    event: 'event',
    head_sha: 'head_sha',
    // GitHub takes how a run ended by this name, too.
    status: status !== null && statuses.has(status) ? 'status' : 'conclusion',
  })
  if (!asked) return null
  return await listItems(asking, runs, {
    ...{ where: [...where, ...asked], order: ['created_at', 'id'], direction: 'desc', as: 'workflow_runs' },
  })
}
