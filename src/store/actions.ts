import { sql } from 'kysely'
import type { ActionsJob, ActionsRun, ActionsWorkflow } from '../../contract/mirror.ts'
import type { SearchPlan } from '../domain/search/plan-search.ts'
import { actionsJob } from '../mirror/actions-job.ts'
import { actionsRun } from '../mirror/actions-run.ts'
import { actionsWorkflow } from '../mirror/actions-workflow.ts'
import { decode } from '../mirror/columns.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import { walkReadable } from './readable-walk.ts'
import type { ActionsRunRow } from './rows/mirror.ts'
import { findEntries, type Search } from './search/find-entries.ts'
import { readFound } from './search/read-found.ts'
import type { Db } from './store.ts'

/** An Actions run in a list over several repositories. */
export type ListedActionsRun = ActionsRun & { repository: string }

/** Lists Actions runs, newest first; without `repositoryId` over all repositories that the user may read. */
export async function listActionsRuns(
  db: Db,
  filter: PageRequest & {
    userId: string
    repositoryId?: number | undefined
    /** Only what a search asks for. */
    plan?: SearchPlan | undefined
  },
): Promise<Page<ListedActionsRun>> {
  const { userId, repositoryId, plan, limit, after } = filter
  if (plan) return await findActionsRuns(db, { ...filter, plan })
  const keyOf = ({ created_at, id }: ActionsRunRow) => [created_at, id]
  const rows = await walkReadable<ActionsRunRow & { repository: string }>(
    db,
    { userId, repositoryId },
    {
      from: sql`from actions_runs cross join repositories`,
      columns: sql`actions_runs.*, repositories.full_name as repository`,
      repository: 'actions_runs.repository_id',
      order: [
        { by: 'actions_runs.created_at', type: 'number' },
        { by: 'actions_runs.id', type: 'number' },
      ],
      isUnique: true,
      keyOf,
      direction: 'desc',
      where: [sql`repositories.id = actions_runs.repository_id`],
      limit,
      after,
    },
  )
  return pageOf(rows, { limit, keyOf, present: presentListedRun })
}

/** Actions runs that a search finds. */
export async function findActionsRuns(db: Db, asked: Search): Promise<Page<ListedActionsRun>> {
  const found = await findEntries(db, asked)
  const columns = sql`actions_runs.*`
  const key = { column: 'id', type: 'number' } as const
  return await readFound(
    db,
    { userId: asked.userId, found, table: 'actions_runs', key, columns },
    presentListedRun,
  )
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
  return pageOf(rows, { limit, keyOf: ({ id }) => [id], present: (row) => decode(actionsJob, row) })
}

/** One job of an Actions run of a repository. */
export async function getActionsJob(
  db: Db,
  { repositoryId, id }: { repositoryId: number; id: number },
): Promise<ActionsJob | undefined> {
  const row = await db
    .selectFrom('actions_jobs')
    .selectAll()
    .where('id', '=', id)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row && decode(actionsJob, row)
}

/** One Actions workflow of a repository. */
export async function getActionsWorkflow(
  db: Db,
  { repositoryId, id }: { repositoryId: number; id: number },
): Promise<ActionsWorkflow | undefined> {
  const row = await db
    .selectFrom('actions_workflows')
    .selectAll()
    .where('id', '=', id)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row && decode(actionsWorkflow, row)
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
  return pageOf(rows, {
    limit,
    keyOf: ({ name, id }) => [name, id],
    present: (row) => decode(actionsWorkflow, row),
  })
}

function presentListedRun(row: ActionsRunRow & { repository: string }): ListedActionsRun {
  return { ...decode(actionsRun, row), repository: row.repository }
}
