import type { Migration } from '../migrate.ts'

/**
 * Lists are read along an index of each repository that somebody may read, never along one of everything. In the log
 * the order stands in them as `-seq`: no planner takes the primary key for that. A ticket knows the API token that
 * asked for it, so that its WebSocket ends with the token.
 */
export const liveReading: Migration = {
  id: 7,
  name: 'live-reading',
  statements: ({ text, integer }) => [
    `alter table tickets add column token_id ${text}`,

    'drop index changes_repository',
    'create index changes_repository on changes (repository_id, (-seq)) where repository_id is not null',
    'drop index changes_topic',
    'create index changes_topic on changes (topic, (-seq))',
    'drop index changes_maker',
    'create index changes_maker on changes (maker, (-seq)) where repository_id is null and maker is not null',
    'drop index changes_started_by',
    `create index changes_started_by on changes (started_by, (-seq))
       where repository_id is null and started_by is not null`,

    'create index deliveries_unassigned on deliveries (received_at, id) where repository_id is null',

    `alter table run_repositories add column workflow_id ${text} not null default ''`,
    `alter table run_repositories add column created_at ${integer} not null default 0`,
    `update run_repositories set
       workflow_id = (select workflow_id from runs where runs.id = run_repositories.run_id),
       created_at = (select created_at from runs where runs.id = run_repositories.run_id)`,
    'drop index run_repositories_repository',
    'create index run_repositories_created on run_repositories (repository_id, created_at, run_id)',
    'create index run_repositories_workflow on run_repositories (repository_id, workflow_id, created_at, run_id)',

    ...['issues', 'pull_requests'].flatMap((table) => [
      `drop index ${table}_recent`,
      `drop index ${table}_all`,
      `drop index ${table}_created`,
      `create index ${table}_created on ${table} (repository_id, created_at, number)`,
      `create index ${table}_opened on ${table} (repository_id, state, created_at, number)`,
    ]),
    'drop index actions_runs_recent',
  ],
}
