import type { Generated } from 'kysely'

/**
 * The tables as the code sees them; `migrations/` makes them. Times are milliseconds since the epoch,
 * booleans 0 or 1, JSON is text, so that one SQL serves SQLite and Postgres.
 */
export interface Schema {
  deliveries: DeliveryRow
  delivery_bodies: DeliveryBodyRow
  changes: ChangeRow
  change_head: { id: 1; seq: number }
  tasks: TaskRow

  users: UserRow
  credentials: CredentialRow
  sessions: SessionRow
  refresh_tokens: RefreshTokenRow
  oauth_states: OauthStateRow
  api_tokens: ApiTokenRow
  tickets: TicketRow
  settings: SettingRow
  audit: AuditRow

  repositories: RepositoryRow
  access: AccessRow
  branches: BranchRow
  commits: CommitRow
  pull_requests: PullRequestRow
  reviews: ReviewRow
  issues: IssueRow
  comments: CommentRow
  labels: LabelRow
  actions_workflows: ActionsWorkflowRow
  actions_runs: ActionsRunRow
  actions_jobs: ActionsJobRow
  // Tables of plain kinds are not named here: their columns are those of their descriptors in `src/mirror/`.
  sync_progress: SyncProgressRow
  set_aside: SetAsideRow
  tombstones: TombstoneRow

  workflows: WorkflowRow
  workflow_versions: WorkflowVersionRow
  workflow_triggers: WorkflowTriggerRow
  workflow_schedules: WorkflowScheduleRow
  runs: RunRow
  run_repositories: RunRepositoryRow
  effects: EffectRow
  removals: RemovalRow
  run_owners: RunOwnerRow
  journal: JournalRow
}

/** 0 or 1. */
export type Flag = 0 | 1

/**
 * One webhook from GitHub, as received. Indexes: (received_at, id), (repository_id, received_at, id), and
 * (due_at, id) of the pending.
 */
export interface DeliveryRow {
  /** GitHub's delivery GUID. */
  id: string
  event: string
  /** Known once applied: `action` of the payload. */
  action: string | null
  repository_id: number | null
  /** Raw bytes, exactly as signed. */
  body: Uint8Array
  received_at: number
  applied_at: number | null
  /** pending → applied (changed something) | stored (nothing to apply) | failed (given up, see error) */
  state: 'pending' | 'applied' | 'stored' | 'failed'
  error: string | null
  /** How often it was tried without success. */
  attempts: Generated<number>
  /** When it is to be applied, at the earliest; null once it was. */
  due_at: number | null
  /** Bytes that its body had, once that is not kept any more; `body` is empty then. */
  dropped_size: number | null
}

/** The body of a delivery that was applied, as far as it takes to recognise it. */
export interface DeliveryBodyRow {
  delivery_id: string
  hash: Uint8Array
  event: string
  received_at: number
  /** The GUID of an earlier delivery with the same body: this one started no run. */
  repeat_of: string | null
}

/**
 * The append-only log; everything that happens is one numbered row, without gaps, in order of commit.
 * Indexes: seq (primary key), (topic, seq), (repository_id, seq).
 */
export interface ChangeRow {
  seq: number
  at: number
  topic: string
  kind: string
  /** Login of the person, or `workflow:<id>`, or null for the hub itself. */
  actor: string | null
  /** Who may see it: readers of this repository; null: see `domain/access.ts`. */
  repository_id: number | null
  /** The delivery that caused it, and when that was received: the causal chain and the latency figures. */
  delivery_id: string | null
  received_at: number | null
  /** Of a run: whose it is. Of a workflow that is not shared: who made it. Else null. */
  maker: string | null
  /** Of a run that a person started. */
  started_by: string | null
  /** Of a run that has touched several repositories: all of them, JSON; else null. */
  repositories: string | null
  data: string
}

/** Durable work. Finished tasks are deleted; `failed` ones stay until somebody looks. */
export interface TaskRow {
  id: string
  kind: string
  payload: string
  /** At most one *waiting* task per dedupe key. */
  dedupe_key: string | null
  /** Tasks of one concurrency key run at most `concurrency_limit` at a time. */
  concurrency_key: string | null
  concurrency_limit: number
  state: 'ready' | 'running' | 'failed'
  run_at: number
  /** Smaller first. */
  priority: number
  attempts: number
  max_attempts: number
  /** The process that runs it; a task of a dead owner is taken over. */
  owner: string | null
  lease_until: number | null
  /** Repeated tasks enqueue their next occurrence when they finish. */
  repeat_ms: number | null
  error: string | null
  created_at: number
}

/** A person; identity is (host, github_id), never login or e-mail. */
export interface UserRow {
  id: string
  host: string
  github_id: number
  login: string
  name: string | null
  avatar_url: string | null
  html_url: string | null
  role: Role
  created_at: number
  last_seen_at: number | null
  disabled_at: number | null
}
export type Role = 'owner' | 'maintainer' | 'member' | 'viewer'

/** A GitHub token, sealed. One per user. */
export interface CredentialRow {
  user_id: string
  /** Master key that wraps the data key. */
  key_id: string
  wrapped_key: Uint8Array
  sealed: Uint8Array
  scopes: string
  created_at: number
  /** GitHub answered 401: the person must sign in again. */
  invalid_at: number | null
}

export interface SessionRow {
  id: string
  user_id: string
  created_at: number
  last_seen_at: number
  /** Absolute end; the idle end is on the refresh token. */
  expires_at: number
  user_agent: string | null
  ip: string | null
  revoked_at: number | null
  revoked_reason: string | null
}

/** One row per issued refresh token; the session is the family. */
export interface RefreshTokenRow {
  /** SHA-256 of the token, hex. */
  hash: string
  session_id: string
  parent_hash: string | null
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface OauthStateRow {
  /** SHA-256 of the state, hex. */
  hash: string
  /** SHA-256 of the browser-binding cookie, hex. */
  browser_hash: string
  verifier: string
  return_to: string
  /** 1 when the sign-in was begun from the one-time set-up URL. */
  setup: Flag
  created_at: number
  expires_at: number
}

export interface ApiTokenRow {
  id: string
  user_id: string
  name: string
  /** SHA-256 of the token, hex. */
  hash: string
  /** First characters, to recognise it in a list. */
  prefix: string
  /** Comma-separated: read, write, admin. */
  scopes: string
  created_at: number
  last_used_at: number | null
  expires_at: number | null
  revoked_at: number | null
}

/** One-time ticket: of a WebSocket, or of a sign-in link. */
export interface TicketRow {
  hash: string
  user_id: string
  /** What asked for it, and must still be good when it is used: a session, or an API token. */
  session_id: string | null
  token_id: string | null
  expires_at: number
}

export interface SettingRow {
  key: string
  value: string
  updated_at: number
}

export interface AuditRow {
  seq: Generated<number>
  at: number
  actor: string | null
  action: string
  target: string | null
  ip: string | null
  detail: string
}

export interface RepositoryRow {
  /** GitHub's numeric id. */
  id: number
  owner: string
  name: string
  /** `owner/name` as GitHub writes it; `full_name_key` is its lower case, unique among the living. */
  full_name: string
  full_name_key: string
  private: Flag
  fork: Flag
  archived: Flag
  description: string | null
  default_branch: string
  language: string | null
  topics: string
  stargazers_count: number
  forks_count: number
  /** Maintained by us: open issues and open pull requests. */
  open_issues: number
  open_pull_requests: number
  html_url: string
  created_at: number
  updated_at: number
  pushed_at: number | null
  /** Last complete sync. */
  synced_at: number | null
  /** Our webhook there, if registered. */
  hook_id: number | null
  deleted_at: number | null
}

/** What GitHub lets a user do with a repository. Indexes: (user_id, repository_id) primary, (repository_id). */
export interface AccessRow {
  user_id: string
  repository_id: number
  permission: 'pull' | 'triage' | 'push' | 'maintain' | 'admin'
  synced_at: number
}

export interface BranchRow {
  repository_id: number
  name: string
  sha: string
  protected: Flag
  /** When we learned that it stands there: a push's time, or that of the sync that listed it. */
  updated_at: number
  /** When its head was committed, where a push told; `commits` knows those of the default branch. */
  committed_at: number | null
}

/** Commits of the default branch. Indexes: (repository_id, sha) primary, (repository_id, committed_at, sha). */
export interface CommitRow {
  repository_id: number
  sha: string
  message: string
  author_name: string | null
  author_email: string | null
  author_login: string | null
  author_avatar_url: string | null
  authored_at: number
  committed_at: number
  /** JSON array of SHAs. */
  parents: string
  html_url: string
}

/** Indexes: (repository_id, number) primary, (repository_id, state, updated_at, number), (state, updated_at, repository_id, number). */
export interface PullRequestRow {
  repository_id: number
  number: number
  id: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  draft: Flag
  merged_at: number | null
  user_login: string | null
  user_avatar_url: string | null
  head_ref: string
  head_sha: string
  base_ref: string
  /** JSON arrays: labels as {name, color}, people as {login, avatar_url}. */
  labels: string
  assignees: string
  requested_reviewers: string
  comments: number
  html_url: string
  created_at: number
  updated_at: number
  closed_at: number | null
}

export interface ReviewRow {
  id: number
  repository_id: number
  pull_number: number
  user_login: string | null
  user_avatar_url: string | null
  state: string
  body: string | null
  html_url: string
  submitted_at: number
}

/** Indexes as of pull_requests. Pull requests are not repeated here. */
export interface IssueRow {
  repository_id: number
  number: number
  id: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  state_reason: string | null
  user_login: string | null
  user_avatar_url: string | null
  labels: string
  assignees: string
  milestone: string | null
  comments: number
  html_url: string
  created_at: number
  updated_at: number
  closed_at: number | null
}

/** Comments of issues and pull requests. Indexes: id primary, (repository_id, issue_number, created_at, id). */
export interface CommentRow {
  id: number
  repository_id: number
  issue_number: number
  user_login: string | null
  user_avatar_url: string | null
  body: string
  html_url: string
  created_at: number
  updated_at: number
}

export interface LabelRow {
  repository_id: number
  name: string
  id: number
  color: string
  description: string | null
}

export interface ActionsWorkflowRow {
  id: number
  repository_id: number
  name: string
  path: string
  state: string
  html_url: string
  updated_at: number
}

/** Indexes: id primary, (repository_id, created_at, id), (created_at, id). */
export interface ActionsRunRow {
  id: number
  repository_id: number
  workflow_id: number
  name: string
  display_title: string
  event: string
  status: string
  conclusion: string | null
  head_branch: string | null
  head_sha: string
  run_number: number
  run_attempt: number
  actor_login: string | null
  actor_avatar_url: string | null
  html_url: string
  created_at: number
  updated_at: number
  run_started_at: number | null
}

export interface ActionsJobRow {
  id: number
  run_id: number
  repository_id: number
  run_attempt: number
  name: string
  status: string
  conclusion: string | null
  /** JSON array of {name, number, status, conclusion, started_at, completed_at}. */
  steps: string
  started_at: number | null
  completed_at: number | null
  html_url: string
}

/** Progress of the first and later syncs, resumable page by page. */
export interface SyncProgressRow {
  /** `user:<id>` for the list of repositories, `repo:<id>` for what is in one. */
  scope: string
  /** repositories | branches | commits | pulls | issues | comments | labels | actions_workflows | actions_runs */
  resource: string
  state: 'waiting' | 'running' | 'done' | 'failed'
  /** Next page to read, 1-based; null when done. */
  next_page: number | null
  /** Rows read so far; rows expected, where GitHub tells. */
  done: number
  total: number | null
  error: string | null
  /** Only what changed after this is being read; null: everything. */
  since: number | null
  /** Items of this sync that did not fit. */
  set_aside: number
  started_at: number
  updated_at: number
}

/**
 * An object of GitHub that did not fit. Indexes: (repository_id, kind, key) primary,
 * (last_at, repository_id, kind, key).
 */
export interface SetAsideRow {
  repository_id: number
  kind: string
  /** GitHub's id of it, or a digest of what came where it tells none. */
  key: string
  source: 'sync' | 'delivery'
  delivery_id: string | null
  reason: string
  /** What came, as JSON, cut at 64 KiB; `size` is its whole length. */
  raw: string
  size: number
  /** The reading that refused it. */
  version: string
  times: number
  first_at: number
  last_at: number
}

/** That something is gone, so that late news of it brings nothing back. Indexes: primary, (deleted_at). */
export interface TombstoneRow {
  repository_id: number
  kind: string
  /** Its name within repository and kind. */
  key: string
  /** Of a branch: where it stood. */
  sha: string | null
  /** By GitHub's clock; and by ours, which says how long it is remembered. */
  gone_at: number
  deleted_at: number
}

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
 * Unique: idempotency_key. Indexes: (created_at, id), (workflow_id, created_at, id), (status, created_at, id),
 * (repository_id, created_at, id), (wake_at, id), (cancel_asked_at, id).
 */
export interface RunRow {
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

/** A repository that a run touched or was told of: only who may read all of them sees the run. */
export interface RunRepositoryRow {
  run_id: string
  repository_id: number
  /** Of the run, for the order of lists. */
  workflow_id: string
  created_at: number
}

/** How much of what has been removed because it was old. */
export interface RemovalRow {
  /** As in `domain/retention.ts`. */
  what: string
  removed: number
  last_removed: number
  last_at: number
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

/** One entry of a run's journal. Primary key: (run_id, n), and n is 1, 2, 3 … */
export interface JournalRow {
  run_id: string
  n: number
  at: number
  kind: string
  data: string
  /** Where the log of changes stood with the commit that holds this entry. */
  seq: number
}
