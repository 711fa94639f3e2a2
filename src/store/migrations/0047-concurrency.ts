import type { Migration } from '../migrate.ts'

/** Who is in a concurrency group, and who waits for their turn. */
export const concurrency: Migration = {
  id: 47,
  name: 'concurrency',
  statements: ({ text, integer, table }) => [
    // A row to lock: whoever changes who is in a group touches it first.
    table(
      'concurrency_groups',
      `scope ${text} not null,
      name ${text} not null,
      touched_at ${integer} not null,
      primary key (scope, name)`,
    ),
    table(
      'concurrency_turns',
      `run_id ${text} not null,
      job ${text} not null,
      scope ${text} not null,
      name ${text} not null,
      label ${text} not null,
      state ${text} not null check (state in ('running', 'waiting')),
      cancelled ${integer} not null check (cancelled in (0, 1)),
      news ${integer} not null check (news in (0, 1)),
      since ${integer} not null,
      primary key (run_id, job)`,
    ),
    'create index concurrency_turns_of_group on concurrency_turns (scope, name, since, run_id, job)',
    'create index concurrency_turns_news on concurrency_turns (run_id) where news = 1',
  ],
}
