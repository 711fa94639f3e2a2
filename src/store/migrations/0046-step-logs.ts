import type { Migration } from '../migrate.ts'

/** What commands of runs said: beside the journal, in pieces that are read from any place on. */
export const stepLogs: Migration = {
  id: 46,
  name: 'step-logs',
  statements: ({ text, integer, blob, table }) => [
    table(
      'step_logs',
      `run_id ${text} not null,
      job ${text} not null,
      step ${text} not null,
      state ${text} not null check (state in ('open', 'closed')),
      first ${integer} not null,
      bytes ${integer} not null,
      annotations ${text} not null,
      summary ${text},
      kept_at ${integer} not null,
      primary key (run_id, job, step)`,
    ),
    'create index step_logs_by_age on step_logs (kept_at)',
    table(
      'step_log_chunks',
      `run_id ${text} not null,
      job ${text} not null,
      step ${text} not null,
      first ${integer} not null,
      data ${blob} not null,
      primary key (run_id, job, step, first)`,
    ),
  ],
}
