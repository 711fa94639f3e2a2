import type { Migration } from '../migrate.ts'

/** What jobs of GitHub Actions said: beside the log of changes, in pieces that are read one after the other. */
export const jobLogs: Migration = {
  id: 32,
  name: 'job-logs',
  statements: ({ text, integer, blob, table }) => [
    table(
      'job_logs',
      `job_id ${integer} primary key,
      repository_id ${integer} not null references repositories (id) on delete cascade,
      run_id ${integer} not null,
      state ${text} not null check (state in ('kept', 'gone')),
      lines ${integer} not null,
      bytes ${integer} not null,
      dropped_lines ${integer} not null,
      size ${integer} not null,
      kept_at ${integer} not null`,
    ),
    'create index job_logs_of_repository on job_logs (repository_id, kept_at)',
    'create index job_logs_of_run on job_logs (run_id)',
    'create index job_logs_by_age on job_logs (kept_at)',
    table(
      'job_log_chunks',
      `job_id ${integer} not null references job_logs (job_id) on delete cascade,
      n ${integer} not null,
      data ${blob} not null,
      primary key (job_id, n)`,
    ),
  ],
}
