import type { Migration } from '../migrate.ts'

/** How deployments ended, by when they did. */
export const insights: Migration = {
  id: 21,
  name: 'insights',
  statements: () => [
    `create index deployment_statuses_ended on deployment_statuses (repository_id, created_at)
       where state in ('success', 'failure', 'error')`,
  ],
}
