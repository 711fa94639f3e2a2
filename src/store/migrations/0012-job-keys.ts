import type { Migration } from '../migrate.ts'

/** Tasks in Graphile Worker's terms: a job key for all of a task's life, one task of a serial key at a time. */
export const jobKeys: Migration = {
  id: 12,
  name: 'job-keys',
  statements: () => [
    'drop index tasks_dedupe',
    'drop index tasks_concurrency',
    'drop index tasks_due',
    'alter table tasks rename column dedupe_key to job_key',
    'alter table tasks rename column concurrency_key to serial_key',
    'alter table tasks drop column concurrency_limit',
    'alter table tasks drop column repeat_ms',
    // A key was that of a waiting task only, and several of one serial key ran beside each other.
    "update tasks set job_key = null, serial_key = null where state <> 'ready'",
    // The six places that syncs shared.
    "update tasks set serial_key = 'sync:' || (created_at % 6) where serial_key = 'sync'",
    'create index tasks_due on tasks (state, priority, run_at, id)',
    'create unique index tasks_job_key on tasks (job_key) where job_key is not null',
    "create unique index tasks_serial on tasks (serial_key) where serial_key is not null and state = 'running'",
  ],
}
