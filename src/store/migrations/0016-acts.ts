import type { Migration } from '../migrate.ts'

/** What people did on GitHub from here, by the key that whoever asked made: never twice. */
export const acts: Migration = {
  id: 16,
  name: 'acts',
  statements: ({ text, integer, table }) => [
    table(
      'acts',
      `user_id ${text} not null,
      key ${text} not null,
      name ${text} not null,
      repository_id ${integer} not null,
      digest ${text} not null,
      state ${text} not null,
      outcome ${text},
      begun_at ${integer} not null,
      held_until ${integer} not null,
      primary key (user_id, key)`,
    ),
    'create index acts_begun on acts (begun_at)',
  ],
}
