import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Workflow, WorkflowDetail, WorkflowVersion } from '../../contract/workflows.ts'
import type { Asked } from '../domain/search/condition.ts'
import type { TextAsked, TextCondition } from '../domain/search/plan-texts.ts'
import { describeGraph, triggerNames, type WorkflowDefinition } from '../domain/workflow/definition.ts'
import { toTime, toTimeOrNull } from './columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { WorkflowRow } from './rows/run.ts'
import { visibleTo } from './run-audience.ts'
import { treeHolds } from './search/conditions.ts'
import { holdsText } from './search/holds-text.ts'
import type { Db } from './store.ts'

/** Whose eyes: workflows that are shared, or of which this user wrote a version. */
interface Eyes {
  userId: string
  /** Also those of others that are not shared. */
  maintains: boolean
}

/** Lists the workflows that the viewer may see by name; of their last runs likewise. `where`: of the name. */
export async function listWorkflows(
  db: Db,
  { limit, after, where, ...eyes }: PageRequest & Eyes & { where?: TextCondition | undefined },
): Promise<Page<Workflow>> {
  const order = [
    { by: 'workflows.name', type: 'string' },
    { by: 'workflows.id', type: 'string' },
  ] as const
  let query = shown(db, eyes)
  if (where) query = query.where(sql<SqlBool>`${treeHolds(where, nameHolds)}`)
  const rows = await paged(query, { order, direction: 'asc', limit, after }).execute()
  return pageOf(rows, { limit, keyOf: (row) => [row.name, row.id], present })
}

function nameHolds(asked: TextAsked | Asked): RawBuilder<unknown> {
  return 'text' in asked ? sql`${holdsText(['workflows.name'], asked.text)}` : sql`1 = 0`
}

/** The row of a workflow; nothing when there is none that the viewer may see. */
export async function findVisibleWorkflow(
  db: Db,
  { id, ...eyes }: Eyes & { id: string },
): Promise<WorkflowRow | undefined> {
  return await db
    .selectFrom('workflows')
    .selectAll()
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .where(seenBy(eyes))
    .executeTakeFirst()
}

function seenBy({ userId, maintains }: Eyes): Expression<SqlBool> {
  if (maintains) return sql<SqlBool>`workflows.id is not null`
  return sql<SqlBool>`(workflows.visibility = 'shared' or workflows.created_by = ${userId} or exists (
    select 1 from workflow_versions as own
    where own.created_by = ${userId} and own.workflow_id = workflows.id
  ))`
}

/** One workflow with its source and graph; nothing when there is none. `canEdit` is for the caller to know. */
export async function getWorkflow(
  db: Db,
  { id, ...eyes }: Eyes & { id: string },
): Promise<Omit<WorkflowDetail, 'can_edit'> | undefined> {
  const row = await shown(db, eyes)
    .select('workflow_versions.source')
    .where('workflows.id', '=', id)
    .executeTakeFirst()
  if (!row) return undefined
  const definition = JSON.parse(row.definition) as WorkflowDefinition
  return {
    ...present(row),
    source: row.source,
    graph: describeGraph(definition),
    inputs: definition.on.dispatch,
  }
}

/** The versions of a workflow, the newest first. */
export async function listWorkflowVersions(
  db: Db,
  { id, limit, after }: PageRequest & { id: string },
): Promise<Page<WorkflowVersion>> {
  const query = db
    .selectFrom('workflow_versions')
    .leftJoin('users', 'users.id', 'workflow_versions.created_by')
    .select([
      'workflow_versions.version',
      'workflow_versions.source',
      'workflow_versions.created_at',
      'users.login',
    ])
    .where('workflow_versions.workflow_id', '=', id)
  const order = [{ by: 'workflow_versions.version', type: 'number' }] as const
  const rows = await paged(query, { order, direction: 'desc', limit, after }).execute()
  return pageOf(rows, {
    limit,
    keyOf: (row) => [row.version],
    present: ({ login, created_at, ...row }) => ({
      ...row,
      created_by: login,
      created_at: toTime(created_at),
    }),
  })
}

/** Among so many of a workflow's last runs the viewer's last one is looked for: others may have started thousands since. */
const recentRuns = 100

/** Current versions with what a list shows: the maker, the next slot and the last run that the viewer may see. */
function shown(db: Db, { userId, maintains }: Eyes) {
  return db
    .selectFrom('workflows')
    .innerJoin('workflow_versions', (join) =>
      join
        .onRef('workflow_versions.workflow_id', '=', 'workflows.id')
        .onRef('workflow_versions.version', '=', 'workflows.version'),
    )
    .leftJoin('users', 'users.id', 'workflows.created_by')
    .leftJoin('runs', (join) =>
      join.on('runs.id', '=', ({ selectFrom }) =>
        selectFrom(({ selectFrom }) =>
          selectFrom('runs as recent')
            .selectAll()
            .whereRef('recent.workflow_id', '=', 'workflows.id')
            .orderBy('recent.created_at', 'desc')
            .orderBy('recent.id', 'desc')
            .limit(sql.lit(recentRuns))
            .as('latest'),
        )
          .select('latest.id')
          .where(visibleTo(userId, 'latest'))
          .orderBy('latest.created_at', 'desc')
          .orderBy('latest.id', 'desc')
          .limit(1),
      ),
    )
    .selectAll('workflows')
    .select([
      'workflow_versions.definition',
      'users.login',
      'runs.id as run_id',
      'runs.status as run_status',
      'runs.conclusion as run_conclusion',
      'runs.created_at as run_created_at',
    ])
    .select(({ selectFrom }) =>
      selectFrom('workflow_schedules')
        .select(({ fn }) => fn.min('next_at').as('next_at'))
        .whereRef('workflow_schedules.workflow_id', '=', 'workflows.id')
        .as('next_at'),
    )
    .where('workflows.deleted_at', 'is', null)
    .where(seenBy({ userId, maintains }))
}

type Shown = Awaited<ReturnType<ReturnType<typeof shown>['execute']>>[number]

function present(row: Shown): Workflow {
  const { on } = JSON.parse(row.definition) as WorkflowDefinition
  return {
    id: row.id,
    name: row.name,
    version: row.version,
    enabled: row.enabled === 1,
    created_by: row.login,
    triggers: triggerNames(on),
    visibility: row.visibility,
    fault: row.fault === null ? null : { message: row.fault, at: toTime(row.fault_at ?? 0) },
    next_at: toTimeOrNull(row.next_at),
    last_run:
      row.run_id === null
        ? null
        : {
            id: row.run_id,
            status: row.run_status!,
            conclusion: row.run_conclusion,
            created_at: toTime(row.run_created_at!),
          },
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  }
}
