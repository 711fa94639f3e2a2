import type { Migration } from '../migrate.ts'

/** What is said of commits, and where they are deployed to. */
export const checks: Migration = {
  id: 14,
  name: 'checks',
  statements: ({ text, integer, table }) => {
    const repository = `repository_id ${integer} not null references repositories (id) on delete cascade`
    const account = (name: string) => `${name}_login ${text}, ${name}_avatar_url ${text}`
    return [
      table(
        'check_suites',
        `id ${integer} primary key,
        ${repository},
        head_branch ${text},
        head_sha ${text} not null,
        status ${text},
        conclusion ${text},
        app ${text},
        created_at ${integer} not null,
        updated_at ${integer} not null`,
      ),
      'create index check_suites_of_commit on check_suites (repository_id, head_sha, id)',

      table(
        'check_runs',
        `id ${integer} primary key,
        ${repository},
        check_suite_id ${integer},
        head_sha ${text} not null,
        name ${text} not null,
        status ${text} not null,
        conclusion ${text},
        app ${text},
        title ${text},
        summary ${text},
        annotations_count ${integer} not null,
        html_url ${text},
        details_url ${text},
        started_at ${integer},
        completed_at ${integer}`,
      ),
      'create index check_runs_of_commit on check_runs (repository_id, head_sha, id)',

      table(
        'commit_statuses',
        `id ${integer} primary key,
        ${repository},
        sha ${text} not null,
        context ${text} not null,
        state ${text} not null check (state in ('error', 'failure', 'pending', 'success')),
        description ${text},
        target_url ${text},
        ${account('creator')},
        created_at ${integer} not null,
        updated_at ${integer} not null`,
      ),
      'create index commit_statuses_of_commit on commit_statuses (repository_id, sha, id)',

      table(
        'deployments',
        `id ${integer} primary key,
        ${repository},
        sha ${text} not null,
        ref ${text} not null,
        task ${text} not null,
        environment ${text} not null,
        description ${text},
        transient_environment ${integer} not null,
        production_environment ${integer} not null,
        ${account('creator')},
        created_at ${integer} not null,
        updated_at ${integer} not null`,
      ),
      'create index deployments_of_repository on deployments (repository_id, id)',

      table(
        'deployment_statuses',
        `id ${integer} primary key,
        ${repository},
        deployment_id ${integer} not null,
        state ${text} not null,
        environment ${text} not null,
        description ${text},
        target_url ${text},
        log_url ${text},
        environment_url ${text},
        ${account('creator')},
        created_at ${integer} not null,
        updated_at ${integer} not null`,
      ),
      'create index deployment_statuses_of_deployment on deployment_statuses (repository_id, deployment_id, id)',

      table(
        'environments',
        `id ${integer} primary key,
        ${repository},
        name ${text} not null,
        protection_rules ${text} not null,
        html_url ${text} not null,
        created_at ${integer} not null,
        updated_at ${integer} not null`,
      ),
      'create index environments_of_repository on environments (repository_id, id)',
    ]
  },
}
