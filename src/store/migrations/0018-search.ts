import type { Migration } from '../migrate.ts'

/** What is mirrored can be searched; what was stored before is entered by a task, in small steps. */
export const search: Migration = {
  id: 18,
  name: 'search',
  statements: ({ text, integer, serial, table, searchWords }) => [
    table(
      'search_entries',
      `id ${serial},
      repository_id ${integer} not null,
      kind ${text} not null,
      key ${text} not null,
      state ${text} not null,
      created_at ${integer} not null,
      updated_at ${integer} not null,
      unique (repository_id, kind, key)`,
    ),
    table('search_shelves', `repository_id ${integer} primary key, shelf ${integer} not null unique`),
    table(
      'search_filling',
      `kind ${text} primary key,
      version ${integer} not null,
      after ${text},
      done_at ${integer}`,
    ),
    table(
      'seen_people',
      `repository_id ${integer} not null,
      login_key ${text} not null,
      login ${text} not null,
      avatar_url ${text},
      primary key (repository_id, login_key)`,
    ),
    ...searchWords,
  ],
}
