import type { Migration } from '../migrate.ts'

const columns = `id, workflow_id, version, number, attempt, rerun_of, idempotency_key, name, event, repository_id,
  delivery_id, actor, status, conclusion, created_at, started_at, completed_at, owner, epoch, wake_at,
  cancel_asked_at, cancel_asked_by, maker, started_by, cause_depth`

/**
 * A row of the journal holds all that a run said in one turn, under a number that the run has besides its id: half the
 * rows, and a third of the bytes that each commit writes. Runs keep no index that no query walks, and the one by status
 * only holds those that are not over.
 */
export const journalTurns: Migration = {
  id: 10,
  name: 'journal-turns',
  statements: ({ text, integer, serial, table }) => [
    table(
      'numbered_runs',
      `key ${serial},
      id ${text} not null unique,
      workflow_id ${text} not null references workflows (id),
      version ${integer} not null,
      number ${integer} not null,
      attempt ${integer} not null,
      rerun_of ${text},
      idempotency_key ${text} not null unique,
      name ${text} not null,
      event ${text} not null,
      repository_id ${integer},
      delivery_id ${text},
      actor ${text},
      status ${text} not null check (status in ('queued', 'in_progress', 'completed')),
      conclusion ${text} check (conclusion in ('success', 'failure', 'cancelled', 'skipped')),
      created_at ${integer} not null,
      started_at ${integer},
      completed_at ${integer},
      owner ${text},
      epoch ${integer} not null default 0,
      wake_at ${integer},
      cancel_asked_at ${integer},
      cancel_asked_by ${text},
      maker ${text} not null default '',
      started_by ${text},
      cause_depth ${integer} not null default 0`,
    ),
    `insert into numbered_runs (${columns}) select ${columns} from runs order by created_at, id`,

    // What refers to runs goes first: dropping them would take it along.
    table(
      'touched_repositories',
      `run_id ${text} not null references numbered_runs (id) on delete cascade,
      repository_id ${integer} not null,
      workflow_id ${text} not null,
      created_at ${integer} not null,
      primary key (run_id, repository_id)`,
    ),
    `insert into touched_repositories (run_id, repository_id, workflow_id, created_at)
       select run_id, repository_id, workflow_id, created_at from run_repositories`,
    'drop table run_repositories',
    'alter table touched_repositories rename to run_repositories',
    'create index run_repositories_created on run_repositories (repository_id, created_at, run_id)',
    'create index run_repositories_workflow on run_repositories (repository_id, workflow_id, created_at, run_id)',

    'alter table journal rename to journal_entries',
    table(
      'journal',
      `run ${integer} not null,
      n ${integer} not null,
      last ${integer} not null,
      at ${integer} not null,
      seq ${integer} not null,
      entries ${text} not null,
      primary key (run, n)`,
    ),
    `insert into journal (run, n, last, at, seq, entries)
       select numbered_runs.key, n, n, at, seq, '[["' || kind || '",' || data || ']]'
       from journal_entries join numbered_runs on numbered_runs.id = journal_entries.run_id
       order by numbered_runs.key, n`,
    'drop table journal_entries',

    'drop table runs',
    'alter table numbered_runs rename to runs',
    'create index runs_recent on runs (created_at, id)',
    'create index runs_workflow on runs (workflow_id, created_at, id)',
    'create index runs_status on runs (status, created_at, id) where completed_at is null',
    'create index runs_delivery on runs (delivery_id) where delivery_id is not null',
    'create index runs_due on runs (wake_at, id) where wake_at is not null',
    'create index runs_cancel on runs (cancel_asked_at, id) where cancel_asked_at is not null',
    'create index runs_completed on runs (completed_at, id) where completed_at is not null',
    'create index runs_maker on runs (maker, created_at, id)',
    'create index runs_started_by on runs (started_by, created_at, id) where started_by <> maker',
  ],
}
