import type { Migration } from '../migrate.ts'

/** Which deliveries tell what a sync has read before they were fetched from GitHub's log. */
export const overtaken: Migration = {
  id: 52,
  name: 'overtaken',
  statements: ({ integer }) => [`alter table deliveries add column overtaken ${integer} not null default 0`],
}
