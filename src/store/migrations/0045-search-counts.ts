import type { Migration } from '../migrate.ts'

/** Search counts comments and reactions without asking the rows, and knows which pull request closes which issue. */
export const searchCounts: Migration = {
  id: 45,
  name: 'search-counts',
  statements: ({ integer, table }) => [
    `alter table search_entries add column comments ${integer} not null default 0`,
    `alter table search_entries add column reactions ${integer} not null default 0`,
    table(
      'closing_references',
      `repository_id ${integer} not null references repositories (id) on delete cascade,
      issue_number ${integer} not null,
      pull_number ${integer} not null,
      primary key (repository_id, issue_number, pull_number)`,
    ),
    'create index closing_references_of_pull on closing_references (repository_id, pull_number)',
  ],
}
