import { type Expression, type SqlBool, sql } from 'kysely'
import type { RunAudience } from '../domain/access.ts'
import { compiled } from './compiled.ts'
import type { RunRow } from './rows/run.ts'
import type { Db } from './store.ts'

/** Notes that a run touches a repository, or is told of it: in the commit in which it does. */
export async function touchRepository(
  tx: Db,
  touched: { runId: string; repositoryId: number },
): Promise<void> {
  await touch(tx, touched)
}

const touch = compiled<{ runId: string; repositoryId: number }, unknown>((db, value) =>
  db
    .insertInto('run_repositories')
    .columns(['run_id', 'repository_id', 'workflow_id', 'created_at'])
    .expression(({ selectFrom }) =>
      selectFrom('runs')
        .select(['runs.id', sql<number>`cast(${value('repositoryId')} as bigint)`.as('repository_id')])
        .select(['runs.workflow_id', 'runs.created_at'])
        .where('runs.id', '=', value('runId')),
    )
    .onConflict((conflict) => conflict.columns(['run_id', 'repository_id']).doNothing()),
)

/** Every repository that a run has touched or was told of. */
export async function listRunRepositories(db: Db, runId: string): Promise<number[]> {
  const { rows } = await repositoriesOf(db, { runId })
  return rows.map(({ repository_id }) => repository_id)
}

const repositoriesOf = compiled<{ runId: string }, { repository_id: number }>((db, value) =>
  db
    .selectFrom('run_repositories')
    .select('repository_id')
    .where('run_id', '=', value('runId'))
    .orderBy('repository_id'),
)

/** Who may see a run, for `maySeeRun`; nothing when there is no such run. */
export async function findRunAudience(db: Db, runId: string): Promise<RunAudience | undefined> {
  const run = await db
    .selectFrom('runs')
    .select(['maker', 'started_by'])
    .where('id', '=', runId)
    .executeTakeFirst()
  return run && { ...run, repositories: await listRunRepositories(db, runId) }
}

/** The condition that keeps runs to those that a user may see, as `maySeeRun` decides; `runs` names the table. */
export function visibleTo(userId: string, runs = 'runs'): Expression<SqlBool> {
  const of = (column: keyof RunRow) => sql.ref(`${runs}.${column}`)
  return sql<SqlBool>`(
    (${of('maker')} = ${userId} or ${of('started_by')} = ${userId}
      or exists (select 1 from run_repositories where run_repositories.run_id = ${of('id')}))
    and ${readsAll(userId, of('id'))}
  )`
}

/** The condition that a user may read every repository that a run has touched. */
export function readsAll(userId: string, runId: Expression<unknown>): Expression<SqlBool> {
  return sql<SqlBool>`not exists (
    select 1 from run_repositories where run_repositories.run_id = ${runId} and not exists (
      select 1 from access
      where access.user_id = ${userId} and access.repository_id = run_repositories.repository_id
    )
  )`
}
