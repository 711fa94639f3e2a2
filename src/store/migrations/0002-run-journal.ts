import type { Migration } from '../migrate.ts'

/**
 * Journals get a table of their own, numbered within each run, and runs an owner. Entries that the log of changes
 * held are carried over; there only what lists show of a run stays. Unfinished runs are due at once.
 */
export const runJournal: Migration = {
  id: 2,
  name: 'run-journal',
  statements: ({ text, integer, table }) => [
    table(
      'journal',
      `run_id ${text} not null,
      n ${integer} not null,
      at ${integer} not null,
      kind ${text} not null,
      data ${text} not null,
      seq ${integer} not null,
      primary key (run_id, n)`,
    ),
    `insert into journal (run_id, n, at, kind, data, seq)
      select substr(topic, 5), row_number() over (partition by topic order by seq), at, kind, data, seq
      from changes where topic like 'run:%'`,
    `delete from changes where topic like 'run:%' and kind not like 'run.%'`,

    table('run_owners', `id ${text} primary key, lease_until ${integer} not null`),
    `alter table runs add column owner ${text}`,
    `alter table runs add column epoch ${integer} not null default 0`,
    `alter table runs add column wake_at ${integer}`,
    `alter table runs add column cancel_asked_at ${integer}`,
    `alter table runs add column cancel_asked_by ${text}`,
    `update runs set wake_at = 0 where status <> 'completed'`,
    'create index runs_due on runs (wake_at, id) where wake_at is not null',
    'create index runs_cancel on runs (cancel_asked_at, id) where cancel_asked_at is not null',
  ],
}
