import type { Migration } from '../migrate.ts'

/** What GitHub warns of: one table for each sort, since fewer may see secrets than the others. */
export const alerts: Migration = {
  id: 40,
  name: 'alerts',
  statements: ({ text, integer, table }) =>
    ['dependabot_alerts', 'code_scanning_alerts', 'secret_scanning_alerts'].map((name) =>
      table(
        name,
        `repository_id ${integer} not null references repositories (id) on delete cascade,
        number ${integer} not null,
        state ${text} not null,
        severity ${text},
        title ${text} not null,
        subject ${text} not null,
        path ${text},
        reason ${text},
        html_url ${text} not null,
        created_at ${integer} not null,
        updated_at ${integer} not null,
        primary key (repository_id, number)`,
      ),
    ),
}
