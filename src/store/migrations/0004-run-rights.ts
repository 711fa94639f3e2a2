import type { Migration } from '../migrate.ts'

/**
 * Whose a run is and what it touched; who may see a workflow; what a workflow's steps caused. Runs of before belong to
 * who wrote their version and, where that is certain, to who started them; workflows of before are not shared.
 */
export const runRights: Migration = {
  id: 4,
  name: 'run-rights',
  statements: ({ text, integer, table }) => [
    `alter table runs add column maker ${text} not null default ''`,
    `alter table runs add column started_by ${text}`,
    `alter table runs add column cause_depth ${integer} not null default 0`,
    `update runs set maker = coalesce((select created_by from workflow_versions
       where workflow_versions.workflow_id = runs.workflow_id and workflow_versions.version = runs.version), '')`,
    `update runs set started_by = (select min(id) from users where users.login = runs.actor having count(*) = 1)
       where event = 'workflow_dispatch' or attempt > 1`,
    'create index runs_maker on runs (maker, created_at, id)',
    'create index runs_started_by on runs (started_by, created_at, id) where started_by is not null',

    table(
      'run_repositories',
      `run_id ${text} not null references runs (id) on delete cascade,
      repository_id ${integer} not null,
      primary key (run_id, repository_id)`,
    ),
    'create index run_repositories_repository on run_repositories (repository_id, run_id)',
    `insert into run_repositories (run_id, repository_id)
       select id, repository_id from runs where repository_id is not null`,

    `alter table changes add column maker ${text}`,
    `alter table changes add column started_by ${text}`,
    `alter table changes add column repositories ${text}`,
    `update changes set maker = (select maker from runs where runs.id = substr(changes.topic, 5)),
       started_by = (select started_by from runs where runs.id = substr(changes.topic, 5))
       where topic like 'run:%'`,
    // Which workflow the change names is inside of its data: nobody but maintainers sees those of before.
    `update changes set maker = '' where topic = 'system' and kind = 'workflow.updated'`,
    'create index changes_maker on changes (maker, seq) where repository_id is null and maker is not null',
    `create index changes_started_by on changes (started_by, seq)
       where repository_id is null and started_by is not null`,

    `alter table workflows add column visibility ${text} not null default 'private'
       check (visibility in ('private', 'shared'))`,
    `alter table workflows add column fault ${text}`,
    `alter table workflows add column fault_at ${integer}`,
    'create index workflow_versions_created_by on workflow_versions (created_by, workflow_id)',

    table(
      'effects',
      `id ${text} primary key,
      run_id ${text} not null,
      workflow_id ${text} not null,
      depth ${integer} not null,
      repository_id ${integer} not null,
      identity ${text} not null,
      delivery_id ${text},
      recorded_at ${integer} not null`,
    ),
    'create index effects_identity on effects (repository_id, identity, recorded_at)',
    'create index effects_recorded on effects (recorded_at)',
  ],
}
