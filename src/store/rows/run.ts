import type { Generated } from 'kysely'
import type { Flag } from './flag.ts'

// Workflows, their runs and what a run leaves.

export interface WorkflowRow {
  id: string
  name: string
  /** Current version. */
  version: number
  enabled: Flag
  /** Acts on GitHub as this user, and sees what this user sees. */
  created_by: string
  /** Runs counted so far: the next run's number is one more. */
  run_count: number
  created_at: number
  updated_at: number
  deleted_at: number | null
  /** private: for who wrote one of its versions, and maintainers; shared: for everybody signed in. */
  visibility: 'private' | 'shared'
  /** Why it could not be started the last time that it should have been, and when that was. */
  fault: string | null
  fault_at: number | null
}

export interface WorkflowVersionRow {
  workflow_id: string
  version: number
  source: string
  /** The parsed definition, JSON. */
  definition: string
  created_by: string
  created_at: number
}

/** Derived from the current version: which events a workflow listens to. Index: (event). */
export interface WorkflowTriggerRow {
  workflow_id: string
  event: string
  /** The trigger's filters, JSON. */
  filter: string
}

/** Index: (next_at). */
export interface WorkflowScheduleRow {
  workflow_id: string
  cron: string
  next_at: number
}

/**
 * One execution; its state is reduce(journal), the row is the summary for lists.
 * Unique: id, idempotency_key. Indexes: (created_at, id), (workflow_id, created_at, id), (maker, created_at, id),
 * (started_by, created_at, id) where that is not the maker, (delivery_id), (wake_at, id), (cancel_asked_at, id),
 * (completed_at, id), and (status, created_at, id) of those that are not over.
 */
export interface RunRow {
  /** Names it in its journal, where an id would be most of each index; counted by the database. */
  key: number
  id: string
  workflow_id: string
  version: number
  number: number
  /** 1 for the first execution; a re-run is a new row with the same number and the next attempt. */
  attempt: number
  rerun_of: string | null
  idempotency_key: string
  name: string
  event: string
  repository_id: number | null
  delivery_id: string | null
  actor: string | null
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: 'success' | 'failure' | 'cancelled' | 'skipped' | null
  created_at: number
  started_at: number | null
  completed_at: number | null
  /** Who wrote the version that runs: its steps act in this user's name. */
  maker: string
  /** The user who started it or ran it again; null: an event or a schedule did. */
  started_by: string | null
  /** How many runs caused one another before this one; 0: a person, a schedule or an event of people. */
  cause_depth: number
  /** The process that writes its journal now; null: nobody, it is over or waits for `wake_at`. */
  owner: string | null
  /** Counts the owners that it has had. */
  epoch: number
  /** When somebody has to go on with it; null while it has an owner and when it is over. */
  wake_at: number | null
  /** The wish to stop, until its owner has written it into the journal. */
  cancel_asked_at: number | null
  cancel_asked_by: string | null
}

/** The same as it is inserted. */
export interface RunTable extends Omit<RunRow, 'key'> {
  key: Generated<number>
}

/** A repository that a run touched or was told of: only who may read all of them sees the run. */
export interface RunRepositoryRow {
  run_id: string
  repository_id: number
  /** Of the run, for the order of lists. */
  workflow_id: string
  created_at: number
}

/**
 * Something that a step does on GitHub, written down before it is asked for: the webhook that it causes is known by it.
 * Index: (repository_id, identity, recorded_at).
 */
export interface EffectRow {
  id: string
  run_id: string
  workflow_id: string
  /** Of the run that caused it. */
  depth: number
  repository_id: number
  /** What the webhook will be about, see `domain/effects.ts`. */
  identity: string
  /** The webhook that told of it. */
  delivery_id: string | null
  recorded_at: number
}

/** A process that owns runs, for as long as its lease lasts; once its row is gone it can write no more. */
export interface RunOwnerRow {
  id: string
  lease_until: number
}

/** What a run said in one turn: entries n to last of its journal, whose first is 1. Primary key: (run, n). */
export interface JournalRow {
  /** `key` of the run. */
  run: number
  n: number
  last: number
  /** The moment of all of them. */
  at: number
  /** Where the log of changes stood with the commit that holds them. */
  seq: number
  /** JSON: `[[kind, data], …]`. */
  entries: string
}

/** Locked by whoever changes who is in a concurrency group. Primary key: (scope, name). */
export interface ConcurrencyGroupRow {
  /** Groups of different scopes have nothing to do with each other. */
  scope: string
  /** In small letters: names that differ in case are one. */
  name: string
  touched_at: number
}

/**
 * A run, or a job of one, in a concurrency group. Primary key: (run_id, job). Indexes: (scope, name, since, run_id, job), and
 * (run_id) where there is news.
 */
export interface ConcurrencyTurnRow {
  run_id: string
  /** Empty: the run itself. */
  job: string
  scope: string
  name: string
  /** The name as it is written. */
  label: string
  state: 'running' | 'waiting'
  /** Another one takes its place: it is to end. */
  cancelled: Flag
  /** The journal of its run does not say so yet. */
  news: Flag
  since: number
}
