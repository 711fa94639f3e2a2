import type { Migration } from '../migrate.ts'

/**
 * How far the log of deliveries of each webhook was read, what each page of a list held and under which entity tag,
 * where in a list a sync stands, and how much it mended.
 */
export const heal: Migration = {
  id: 13,
  name: 'heal',
  statements: ({ text, integer, table }) => [
    table(
      'delivery_logs',
      `repository_id ${integer} primary key references repositories (id) on delete cascade,
      hook_id ${integer} not null,
      read_until ${integer} not null,
      etag ${text},
      recovered ${integer} not null default 0,
      recovered_at ${integer}`,
    ),
    'create index repositories_hooked on repositories (id) where hook_id is not null',

    table(
      'listed_pages',
      `repository_id ${integer} not null references repositories (id) on delete cascade,
      list ${text} not null,
      page ${integer} not null,
      etag ${text},
      names ${text} not null,
      has_next ${integer} not null,
      stamp ${text},
      primary key (repository_id, list, page)`,
    ),
    `alter table sync_progress add column healed ${integer} not null default 0`,
  ],
}
