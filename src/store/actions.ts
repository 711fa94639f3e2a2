import type { ActionsJob, ActionsRun, ActionsWorkflow } from '../../contract/mirror.ts'
import { readableBy } from './access.ts'
import { toMillis, toMillisOrNull, toPerson, toTime, toTimeOrNull, upsert } from './columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { ActionsJobRow, ActionsRunRow, ActionsWorkflowRow } from './schema.ts'
import type { Db } from './store.ts'

/** An Actions run in a list over several repositories. */
export type ListedActionsRun = ActionsRun & { repository: string }

/** Lists Actions runs, newest first; without `repositoryId` over all repositories that the user may read. */
export async function listActionsRuns(
  db: Db,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId?: number | undefined },
): Promise<Page<ListedActionsRun>> {
  let query = runs(db, userId)
  if (repositoryId !== undefined) query = query.where('actions_runs.repository_id', '=', repositoryId)
  const rows = await paged(query, {
    order: [
      { by: 'actions_runs.created_at', type: 'number' },
      { by: 'actions_runs.id', type: 'number' },
    ],
    direction: 'desc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: ({ created_at, id }) => [created_at, id], present: presentListedRun })
}

/** One Actions run; nothing when the user may not read its repository. */
export async function getActionsRun(
  db: Db,
  { userId, repositoryId, id }: { userId: string; repositoryId: number; id: number },
): Promise<ListedActionsRun | undefined> {
  const row = await runs(db, userId)
    .where('actions_runs.id', '=', id)
    .where('actions_runs.repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row && presentListedRun(row)
}

function runs(db: Db, userId: string) {
  return db
    .selectFrom('actions_runs')
    .innerJoin('repositories', 'repositories.id', 'actions_runs.repository_id')
    .selectAll('actions_runs')
    .select('repositories.full_name as repository')
    .where(readableBy(userId, 'actions_runs.repository_id'))
}

/** Lists the jobs of an Actions run in GitHub's order, if the user may read them. */
export async function listActionsJobs(
  db: Db,
  filter: PageRequest & { userId: string; repositoryId: number; runId: number },
): Promise<Page<ActionsJob>> {
  const { userId, repositoryId, runId, limit, after } = filter
  const query = db
    .selectFrom('actions_jobs')
    .selectAll()
    .where('run_id', '=', runId)
    .where('repository_id', '=', repositoryId)
    .where(readableBy(userId, 'actions_jobs.repository_id'))
  const rows = await paged(query, {
    order: [{ by: 'actions_jobs.id', type: 'number' }],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: ({ id }) => [id], present: presentJob })
}

/** Lists a repository's Actions workflows by name, if the user may read it. */
export async function listActionsWorkflows(
  db: Db,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId: number },
): Promise<Page<ActionsWorkflow>> {
  const query = db
    .selectFrom('actions_workflows')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where(readableBy(userId, 'actions_workflows.repository_id'))
  const rows = await paged(query, {
    order: [
      { by: 'actions_workflows.name', type: 'string' },
      { by: 'actions_workflows.id', type: 'number' },
    ],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: ({ name, id }) => [name, id], present: presentWorkflow })
}

/** An Actions run as stored, whoever asks: for tasks. */
export async function findActionsRun(db: Db, id: number): Promise<ActionsRun | undefined> {
  const row = await db.selectFrom('actions_runs').selectAll().where('id', '=', id).executeTakeFirst()
  return row && presentRun(row)
}

/** A job as stored, whoever asks: for tasks. */
export async function findActionsJob(db: Db, id: number): Promise<ActionsJob | undefined> {
  const row = await db.selectFrom('actions_jobs').selectAll().where('id', '=', id).executeTakeFirst()
  return row && presentJob(row)
}

/** A workflow as stored, whoever asks: for tasks. */
export async function findActionsWorkflow(db: Db, id: number): Promise<ActionsWorkflow | undefined> {
  const row = await db.selectFrom('actions_workflows').selectAll().where('id', '=', id).executeTakeFirst()
  return row && presentWorkflow(row)
}

/** Saves Actions runs; an older `updated_at` never wins. */
export async function saveActionsRuns(tx: Db, actionsRuns: readonly ActionsRun[]): Promise<void> {
  const rows = actionsRuns.map(
    (run): ActionsRunRow => ({
      id: run.id,
      repository_id: run.repository_id,
      workflow_id: run.workflow_id,
      name: run.name,
      display_title: run.display_title,
      event: run.event,
      status: run.status,
      conclusion: run.conclusion,
      head_branch: run.head_branch,
      head_sha: run.head_sha,
      run_number: run.run_number,
      run_attempt: run.run_attempt,
      actor_login: run.actor?.login ?? null,
      actor_avatar_url: run.actor?.avatar_url ?? null,
      html_url: run.html_url,
      created_at: toMillis(run.created_at),
      updated_at: toMillis(run.updated_at),
      run_started_at: toMillisOrNull(run.run_started_at),
    }),
  )
  await upsert(tx, 'actions_runs', rows, {
    key: ['id'],
    onlyIf: 'excluded.updated_at >= actions_runs.updated_at',
  })
}

/** Saves jobs; they carry no time of change, but one that is completed stays so. */
export async function saveActionsJobs(
  tx: Db,
  { repositoryId, jobs }: { repositoryId: number; jobs: readonly ActionsJob[] },
): Promise<void> {
  const rows = jobs.map(
    (job): ActionsJobRow => ({
      id: job.id,
      run_id: job.run_id,
      repository_id: repositoryId,
      run_attempt: job.run_attempt,
      name: job.name,
      status: job.status,
      conclusion: job.conclusion,
      steps: JSON.stringify(job.steps),
      started_at: toMillisOrNull(job.started_at),
      completed_at: toMillisOrNull(job.completed_at),
      html_url: job.html_url,
    }),
  )
  await upsert(tx, 'actions_jobs', rows, {
    key: ['id'],
    onlyIf: "actions_jobs.status <> 'completed' or excluded.status = 'completed'",
  })
}

/** Saves workflows; an older `updated_at` never wins. */
export async function saveActionsWorkflows(
  tx: Db,
  { repositoryId, workflows }: { repositoryId: number; workflows: readonly ActionsWorkflow[] },
): Promise<void> {
  const rows = workflows.map(
    (workflow): ActionsWorkflowRow => ({
      id: workflow.id,
      repository_id: repositoryId,
      name: workflow.name,
      path: workflow.path,
      state: workflow.state,
      html_url: workflow.html_url,
      updated_at: toMillis(workflow.updated_at),
    }),
  )
  await upsert(tx, 'actions_workflows', rows, {
    key: ['id'],
    onlyIf: 'excluded.updated_at >= actions_workflows.updated_at',
  })
}

function presentListedRun(row: ActionsRunRow & { repository: string }): ListedActionsRun {
  return { ...presentRun(row), repository: row.repository }
}

function presentRun(row: ActionsRunRow): ActionsRun {
  return {
    id: row.id,
    repository_id: row.repository_id,
    workflow_id: row.workflow_id,
    name: row.name,
    display_title: row.display_title,
    event: row.event,
    status: row.status,
    conclusion: row.conclusion,
    head_branch: row.head_branch,
    head_sha: row.head_sha,
    run_number: row.run_number,
    run_attempt: row.run_attempt,
    actor: toPerson(row.actor_login, row.actor_avatar_url),
    html_url: row.html_url,
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
    run_started_at: toTimeOrNull(row.run_started_at),
  }
}

function presentJob(row: ActionsJobRow): ActionsJob {
  return {
    id: row.id,
    run_id: row.run_id,
    run_attempt: row.run_attempt,
    name: row.name,
    status: row.status,
    conclusion: row.conclusion,
    steps: JSON.parse(row.steps) as ActionsJob['steps'],
    started_at: toTimeOrNull(row.started_at),
    completed_at: toTimeOrNull(row.completed_at),
    html_url: row.html_url,
  }
}

function presentWorkflow({ repository_id: _, updated_at, ...workflow }: ActionsWorkflowRow): ActionsWorkflow {
  return { ...workflow, updated_at: toTime(updated_at) }
}
