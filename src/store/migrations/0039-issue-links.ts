import type { Migration } from '../migrate.ts'

/** What issues lead to, and what happened to them and to pull requests besides what was said. */
export const issueLinks: Migration = {
  id: 39,
  name: 'issue-links',
  statements: ({ text, integer, table }) => {
    const repository = `repository_id ${integer} not null references repositories (id) on delete cascade`
    const linked = `number ${integer} not null,
        title ${text} not null,
        state ${text} not null check (state in ('open', 'closed')),
        state_reason ${text},
        repository ${text} not null,
        html_url ${text} not null,
        updated_at ${integer} not null`
    const counts = '{"blocked_by":0,"blocking":0}'
    return [
      `alter table issues add column parent ${text} not null default ''`,
      `alter table issues add column dependencies ${text} not null default '${counts}'`,

      table(
        'sub_issues',
        `id ${integer} primary key,
        ${repository},
        parent_number ${integer} not null,
        ${linked}`,
      ),
      'create index sub_issues_of_parent on sub_issues (repository_id, parent_number, id)',

      table(
        'issue_dependencies',
        `${repository},
        name ${text} not null,
        list ${text} not null,
        issue_number ${integer} not null,
        direction ${text} not null check (direction in ('blocked_by', 'blocking')),
        id ${integer} not null,
        ${linked},
        primary key (repository_id, name)`,
      ),
      'create index issue_dependencies_of_issue on issue_dependencies (repository_id, list, name)',
      'create index issue_dependencies_by_number on issue_dependencies (repository_id, issue_number)',

      table(
        'timeline_events',
        `${repository},
        name ${text} not null,
        issue_number ${integer} not null,
        event ${text} not null,
        actor_login ${text},
        actor_avatar_url ${text},
        created_at ${integer} not null,
        detail ${text} not null,
        primary key (repository_id, name)`,
      ),
      'create index timeline_events_of_issue on timeline_events (repository_id, issue_number, name)',
    ]
  },
}
