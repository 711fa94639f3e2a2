import { type Expression, type SqlBool, sql } from 'kysely'
import type { Run } from '../../contract/workflows.ts'
import { toTime, toTimeOrNull } from './columns.ts'
import { compiled } from './compiled.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import { mergeRows, walkOne, walkReadable } from './readable-walk.ts'
import type { RunRow } from './rows/run.ts'
import { touchRepository, visibleTo } from './run-audience.ts'
import type { Db } from './store.ts'

/** A run as it is inserted; the rest follows from its journal. */
export type NewRun = Omit<
  RunRow,
  | 'key'
  | 'status'
  | 'conclusion'
  | 'started_at'
  | 'completed_at'
  | 'owner'
  | 'epoch'
  | 'wake_at'
  | 'cancel_asked_at'
  | 'cancel_asked_by'
>

/** A run as its journal is written: what it is about, whose it is, and every repository that it has touched. */
export type OwnedRun = Pick<
  RunRow,
  'key' | 'id' | 'repository_id' | 'delivery_id' | 'maker' | 'started_by'
> & {
  repositories: readonly number[]
}

/** How far a run has come in the transaction that inserts it. */
export type RunBeginning = Pick<RunRow, 'status' | 'started_at' | 'owner' | 'epoch' | 'wake_at'>

/**
 * Inserts a run, queued and due unless it has begun, and the repository that it is told of. Answers the run's key;
 * undefined when its idempotency key is known and nothing was written.
 */
export async function insertRun(tx: Db, run: NewRun, begun?: RunBeginning): Promise<number | undefined> {
  const due = { status: 'queued', started_at: null, owner: null, epoch: 0, wake_at: run.created_at } as const
  const { rows } = await insert(tx, { ...run, ...(begun ?? due) })
  if (rows[0] && run.repository_id !== null)
    await touchRepository(tx, { runId: run.id, repositoryId: run.repository_id })
  return rows[0]?.key
}

const insert = compiled<NewRun & RunBeginning, Pick<RunRow, 'key'>>((db, value) =>
  db
    .insertInto('runs')
    .values({
      id: value('id'),
      workflow_id: value('workflow_id'),
      version: value('version'),
      number: value('number'),
      attempt: value('attempt'),
      rerun_of: value('rerun_of'),
      idempotency_key: value('idempotency_key'),
      name: value('name'),
      event: value('event'),
      repository_id: value('repository_id'),
      delivery_id: value('delivery_id'),
      actor: value('actor'),
      created_at: value('created_at'),
      status: value('status'),
      started_at: value('started_at'),
      maker: value('maker'),
      started_by: value('started_by'),
      cause_depth: value('cause_depth'),
      owner: value('owner'),
      epoch: value('epoch'),
      wake_at: value('wake_at'),
    })
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
    .returning('key'),
)

/** Whether a run with this idempotency key exists. */
export async function hasRun(db: Db, idempotencyKey: string): Promise<boolean> {
  const { rows } = await byKey(db, { idempotencyKey })
  return rows.length > 0
}

const byKey = compiled<{ idempotencyKey: string }, Pick<RunRow, 'id'>>((db, value) =>
  db.selectFrom('runs').select('id').where('idempotency_key', '=', value('idempotencyKey')),
)

/** A run's row, whoever asks. */
export async function findRun(db: Db, id: string): Promise<RunRow | undefined> {
  return await db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirst()
}

/** How many runs are in progress, for metrics. */
export async function countRunsInProgress(db: Db): Promise<number> {
  const { count } = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .where('status', '=', sql.lit('in_progress'))
    .where('completed_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}

interface RunFilter extends PageRequest {
  userId: string
  workflowId?: string | undefined
  repositoryId?: number | undefined
  status?: RunRow['status'] | undefined
}

/** Lists the runs that a user may see, the newest first. */
export async function listRuns(db: Db, filter: RunFilter): Promise<Page<Run>> {
  const { userId, workflowId, repositoryId, status, limit, after } = filter
  const keyOf = (row: Shown) => [row.created_at, row.id]
  const page = { direction: 'desc', limit, after } as const
  const order = [
    { by: 'runs.created_at', type: 'number' },
    { by: 'runs.id', type: 'string' },
  ] as const
  if (status === 'queued' || status === 'in_progress') {
    // What is under way is little, and has an index of its own.
    let query = shown(db, userId).where('runs.status', '=', status).where('runs.completed_at', 'is', null)
    if (workflowId !== undefined) query = query.where('runs.workflow_id', '=', workflowId)
    if (repositoryId !== undefined) query = query.where('runs.repository_id', '=', repositoryId)
    return pageOf(await paged(query, { ...page, order }).execute(), { limit, keyOf, present })
  }
  const where = [
    visibleTo(userId),
    ...(workflowId === undefined ? [] : [sql<SqlBool>`(runs.workflow_id = ${workflowId}) is true`]),
    ...(repositoryId === undefined ? [] : [sql<SqlBool>`(runs.repository_id = ${repositoryId}) is true`]),
    ...(status === undefined ? [] : [sql<SqlBool>`(runs.status = ${status}) is true`]),
  ]
  const touching = walkReadable<Shown>(
    db,
    { userId, repositoryId },
    {
      ...page,
      from: sql`from run_repositories cross join runs cross join workflows ${named}`,
      columns,
      repository: 'run_repositories.repository_id',
      within: workflowId === undefined ? [] : [{ by: 'run_repositories.workflow_id', value: workflowId }],
      order: [
        { by: 'run_repositories.created_at', type: 'number' },
        { by: 'run_repositories.run_id', type: 'string' },
      ],
      isUnique: true,
      keyOf,
      where: [sql`runs.id = run_repositories.run_id`, sql`workflows.id = runs.workflow_id`, ...where],
    },
  )
  const own = (repository: 'runs.maker' | 'runs.started_by', also: Expression<SqlBool>[] = []) =>
    walkOne<Shown>(db, userId, {
      ...page,
      from: sql`from runs cross join workflows ${named}`,
      columns,
      repository,
      order,
      keyOf,
      where: [sql`workflows.id = runs.workflow_id`, ...also, ...where],
    })
  const found = await Promise.all([
    touching,
    own('runs.maker'),
    own('runs.started_by', [sql`runs.started_by <> runs.maker`]),
  ])
  return pageOf(mergeRows(found.flat(), { ...page, keyOf }), { limit, keyOf, present })
}

type Shown = RunRow & { workflow_name: string; repository: string | null }

const columns = sql`runs.*, workflows.name as workflow_name, repositories.full_name as repository`
const named = sql`left join repositories on repositories.id = runs.repository_id`

/** One run; nothing when there is none or the user may not see it. */
export async function getRun(
  db: Db,
  { id, userId }: { id: string; userId: string },
): Promise<Run | undefined> {
  const row = await shown(db, userId).where('runs.id', '=', id).executeTakeFirst()
  return row && present(row)
}

function shown(db: Db, userId: string) {
  return db
    .selectFrom('runs')
    .innerJoin('workflows', 'workflows.id', 'runs.workflow_id')
    .leftJoin('repositories', 'repositories.id', 'runs.repository_id')
    .selectAll('runs')
    .select(['workflows.name as workflow_name', 'repositories.full_name as repository'])
    .where(visibleTo(userId))
}

function present(row: Shown): Run {
  return {
    id: row.id,
    workflow_id: row.workflow_id,
    workflow_name: row.workflow_name,
    version: row.version,
    number: row.number,
    attempt: row.attempt,
    name: row.name,
    event: row.event,
    repository: row.repository,
    delivery_id: row.delivery_id,
    actor: row.actor,
    cause_depth: row.cause_depth,
    status: row.status,
    conclusion: row.conclusion,
    created_at: toTime(row.created_at),
    started_at: toTimeOrNull(row.started_at),
    completed_at: toTimeOrNull(row.completed_at),
  }
}
