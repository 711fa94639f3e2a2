import type { Migration } from '../migrate.ts'

/** What is removed after a while, found by its age; and how far that has come. */
export const retention: Migration = {
  id: 8,
  name: 'retention',
  statements: ({ text, integer, table }) => [
    `alter table deliveries add column dropped_size ${integer}`,
    'create index deliveries_bodies on deliveries (received_at, id) where dropped_size is null',
    'create index runs_completed on runs (completed_at, id) where completed_at is not null',
    `create index tasks_failed on tasks (run_at, id) where state = 'failed'`,
    'create index api_tokens_expiry on api_tokens (expires_at) where expires_at is not null',
    'create index api_tokens_revoked on api_tokens (revoked_at) where revoked_at is not null',
    table(
      'removals',
      `what ${text} primary key,
      removed ${integer} not null,
      last_removed ${integer} not null,
      last_at ${integer} not null`,
    ),
  ],
}
