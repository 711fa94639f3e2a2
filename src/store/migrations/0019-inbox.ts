import type { Migration } from '../migrate.ts'

/** What needs a person: one row for each thread, kept with what is mirrored. */
export const inbox: Migration = {
  id: 19,
  name: 'inbox',
  statements: ({ text, integer, table }) => [
    table(
      'inbox_items',
      `user_id ${text} not null references users (id) on delete cascade,
      repository_id ${integer} not null,
      kind ${text} not null check (kind in ('issue', 'pull_request', 'actions_run')),
      number ${integer} not null,
      title ${text} not null,
      reason ${text} not null,
      actor ${text},
      at ${integer} not null,
      unread ${integer} not null,
      done ${integer} not null,
      muted ${integer} not null,
      snoozed_until ${integer},
      primary key (user_id, repository_id, kind, number)`,
    ),
    'create index inbox_items_place on inbox_items (user_id, done, at, repository_id, number, kind)',
  ],
}
