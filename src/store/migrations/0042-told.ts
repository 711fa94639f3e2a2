import type { Migration } from '../migrate.ts'

const tables = [
  ...['repositories', 'branches', 'tags', 'commits', 'releases', 'labels', 'milestones'],
  ...['issues', 'comments', 'pull_requests', 'reviews', 'review_comments'],
  ...['check_runs', 'check_suites', 'commit_statuses', 'deployments', 'deployment_statuses', 'environments'],
  ...['actions_workflows', 'actions_runs', 'actions_jobs', 'collaborators', 'repository_teams'],
]

/**
 * What GitHub's objects tell beside the columns, for those who ask in GitHub's shape. The next sync reads it: until
 * then what is asked for in GitHub's shape is asked of GitHub.
 */
export const told: Migration = {
  id: 42,
  name: 'told',
  statements: ({ text, integer }) => [
    ...tables.map((table) => `alter table ${table} add column told ${text}`),
    `alter table pull_requests add column issue_id ${integer}`,
    `alter table pull_requests add column issue_told ${text}`,
    // The lists that are read to their end only once are read again, and none is taken as unchanged.
    `delete from sync_progress where resource in (
      'pulls', 'issues', 'comments', 'labels', 'milestones', 'reviews', 'review_comments', 'actions_runs',
      'actions_jobs', 'actions_workflows', 'check_runs', 'commit_statuses', 'deployments', 'deployment_statuses')`,
    'delete from listed_pages',
  ],
}
