import type { Migration } from '../migrate.ts'

/**
 * Deliveries wait in their own row instead of a task each; what does not fit is set aside, what is gone is
 * remembered, and milestones are mirrored.
 */
export const mirror: Migration = {
  id: 5,
  name: 'mirror',
  statements: ({ text, integer, table }) => [
    `alter table deliveries add column attempts ${integer} not null default 0`,
    `alter table deliveries add column due_at ${integer}`,
    "update deliveries set due_at = received_at where state = 'pending'",
    "create index deliveries_due on deliveries (due_at, id) where state = 'pending'",
    "delete from tasks where kind = 'apply-delivery'",

    table(
      'set_aside',
      `repository_id ${integer} not null,
      kind ${text} not null,
      key ${text} not null,
      source ${text} not null check (source in ('sync', 'delivery')),
      delivery_id ${text},
      reason ${text} not null,
      raw ${text} not null,
      size ${integer} not null,
      version ${text} not null,
      times ${integer} not null,
      first_at ${integer} not null,
      last_at ${integer} not null,
      primary key (repository_id, kind, key)`,
    ),
    'create index set_aside_recent on set_aside (last_at, repository_id, kind, key)',
    `alter table sync_progress add column set_aside ${integer} not null default 0`,

    table(
      'tombstones',
      `repository_id ${integer} not null references repositories (id) on delete cascade,
      kind ${text} not null,
      key ${text} not null,
      sha ${text},
      gone_at ${integer} not null,
      deleted_at ${integer} not null,
      primary key (repository_id, kind, key)`,
    ),
    'create index tombstones_age on tombstones (deleted_at)',

    table(
      'milestones',
      `repository_id ${integer} not null references repositories (id) on delete cascade,
      number ${integer} not null,
      id ${integer} not null,
      title ${text} not null,
      description ${text},
      state ${text} not null check (state in ('open', 'closed')),
      creator_login ${text},
      creator_avatar_url ${text},
      open_issues ${integer} not null,
      closed_issues ${integer} not null,
      html_url ${text} not null,
      due_on ${integer},
      created_at ${integer} not null,
      updated_at ${integer} not null,
      closed_at ${integer},
      primary key (repository_id, number)`,
    ),
  ],
}
