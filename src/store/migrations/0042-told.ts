import type { Migration } from '../migrate.ts'

/**
 * What GitHub's objects tell beside the columns, for those who ask in GitHub's shape. The next sync reads it: until
 * then what is asked for in GitHub's shape is asked of GitHub.
 */
export const told: Migration = {
  id: 42,
  name: 'told',
  statements: ({ text, integer }) => [
    ...['repositories', 'pull_requests', 'issues', 'comments', 'labels', 'milestones'].map(
      (table) => `alter table ${table} add column told ${text}`,
    ),
    `alter table pull_requests add column issue_id ${integer}`,
    `alter table pull_requests add column issue_told ${text}`,
    "delete from sync_progress where resource in ('pulls', 'issues', 'comments', 'labels', 'milestones')",
    'delete from listed_pages',
  ],
}
