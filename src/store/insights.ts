import { type SqlBool, sql } from 'kysely'
import type { CiRun, Deployed, Merged } from '../domain/insights/history.ts'
import { seenBy } from './access.ts'
import { compiled } from './compiled.ts'
import type { Db } from './store.ts'

/** Whose eyes, and from which moment on, in milliseconds since the epoch. */
interface Asked {
  userId: string
  since: number
}

// Each walks an index of every repository that the user may read, from that moment on.

/** The pull requests that were merged, with their first review. */
export async function listMerged(db: Db, asked: Asked): Promise<Merged[]> {
  return (await merged(db, asked)).rows
}

const merged = compiled<Asked, Merged>((db, value) =>
  db
    .selectFrom('access')
    .innerJoin('pull_requests as pull', 'pull.repository_id', 'access.repository_id')
    .select(['pull.repository_id', 'pull.created_at'])
    .select(({ ref }) => ref('pull.merged_at').$castTo<number>().as('merged_at'))
    .select(({ selectFrom }) =>
      selectFrom('reviews')
        .select(({ fn }) => fn.min<number | null>('reviews.submitted_at').as('at'))
        .whereRef('reviews.repository_id', '=', 'pull.repository_id')
        .whereRef('reviews.pull_number', '=', 'pull.number')
        .where(sql<SqlBool>`(reviews.user_login = pull.user_login) is not true`)
        .as('first_review_at'),
    )
    .where('access.user_id', '=', value('userId'))
    .where('pull.state', '=', sql.lit('closed'))
    // What was merged since was changed since; the index knows when a pull request was changed.
    .where('pull.updated_at', '>=', value('since'))
    .where('pull.merged_at', '>=', value('since')),
)

/** The Actions runs that were made and have ended. */
export async function listEndedRuns(db: Db, asked: Asked): Promise<CiRun[]> {
  return (await ended(db, asked)).rows
}

const ended = compiled<Asked, CiRun>((db, value) =>
  db
    .selectFrom('access')
    .innerJoin('actions_runs as run', 'run.repository_id', 'access.repository_id')
    .select(['run.repository_id', 'run.workflow_id', 'run.head_sha', 'run.run_attempt', 'run.conclusion'])
    .select(({ fn }) => fn.coalesce('run.run_started_at', 'run.created_at').as('started_at'))
    .select(({ selectFrom, fn }) =>
      fn
        .coalesce(
          selectFrom('actions_jobs as job')
            .select(({ fn: of }) => of.max('job.completed_at').as('at'))
            .whereRef('job.run_id', '=', 'run.id')
            .whereRef('job.run_attempt', '=', 'run.run_attempt'),
          'run.updated_at',
        )
        .$castTo<number>()
        .as('ended_at'),
    )
    .select(({ selectFrom }) =>
      selectFrom('actions_jobs as job')
        .select(({ fn }) => fn.min<number | null>('job.started_at').as('at'))
        .whereRef('job.run_id', '=', 'run.id')
        .whereRef('job.run_attempt', '=', 'run.run_attempt')
        .as('first_job_at'),
    )
    .where('access.user_id', '=', value('userId'))
    .where('run.created_at', '>=', value('since'))
    .where('run.status', '=', sql.lit('completed')),
)

/** The names of the repositories that a user may read, by id. */
export async function nameReadable(db: Db, userId: string): Promise<ReadonlyMap<number, string>> {
  const { rows } = await names(db, { userId })
  return new Map(rows.map(({ id, full_name }) => [id, full_name]))
}

const names = compiled<{ userId: string }, { id: number; full_name: string }>((db, value) =>
  db
    .selectFrom('access')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .select(['repositories.id', 'repositories.full_name'])
    .where('access.user_id', '=', value('userId')),
)

/** The deployments to production that came to an end: the last word on each. */
export async function listDeployed(db: Db, asked: Asked): Promise<Deployed[]> {
  const { rows } = await deployed(db, asked)
  return rows.map(({ state, ...deployment }) => ({ ...deployment, succeeded: state === 'success' }))
}

type Ended = Omit<Deployed, 'succeeded'> & { state: string }

const deployed = compiled<Asked, Ended>((db, value) => ({
  compile: () =>
    sql<Ended>`
      select word.repository_id, deployments.environment, word.created_at as ended_at, word.state
      from access
      cross join deployment_statuses as word
      cross join deployments
      where access.user_id = ${value('userId')}
        and word.repository_id = access.repository_id
        and word.state in ('success', 'failure', 'error')
        and word.created_at >= ${value('since')}
        and deployments.id = word.deployment_id
        and deployments.production_environment = 1
        and not exists (
          select 1 from deployment_statuses as later
          where later.repository_id = word.repository_id
            and later.deployment_id = word.deployment_id
            and later.id > word.id
            and later.state in ('success', 'failure', 'error')
        )`.compile(db),
}))

/**
 * The repositories of a team, `owner/slug`, of those that the user may read and in which GitHub shows them its teams:
 * where they may write. None: no such team for them.
 */
export async function listOfTeam(
  db: Db,
  { userId, team }: { userId: string; team: string },
): Promise<number[]> {
  const [owner = '', slug = ''] = team.toLowerCase().split('/')
  const { rows } = await sql<{ repository_id: number }>`
    select access.repository_id
    from access cross join repositories cross join repository_teams
    where access.user_id = ${userId} and repositories.id = access.repository_id
      and repositories.deleted_at is null and lower(repositories.owner) = ${owner}
      and repository_teams.repository_id = access.repository_id and lower(repository_teams.slug) = ${slug}
      and ${seenBy(userId, 'access.repository_id', 'push')}`.execute(db)
  return rows.map(({ repository_id }) => repository_id)
}
