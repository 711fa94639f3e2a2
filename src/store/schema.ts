import type { CheckRunRow, CommitStatusRow, DeploymentStatusRow } from './rows/checks.ts'
import type {
  ApiTokenRow,
  AuditRow,
  CredentialRow,
  OauthStateRow,
  RefreshTokenRow,
  SessionRow,
  SettingRow,
  TicketRow,
  UserRow,
} from './rows/identity.ts'
import type { InboxItemRow } from './rows/inbox.ts'
import type { ActRow, ChangeRow, DeliveryBodyRow, DeliveryRow, RemovalRow, TaskRow } from './rows/log.ts'
import type { JobLogChunkRow, JobLogRow, StepLogChunkRow, StepLogRow } from './rows/logs.ts'
import type {
  AccessRow,
  ActionsJobRow,
  ActionsRunRow,
  ActionsWorkflowRow,
  BranchRow,
  CommentRow,
  CommitRow,
  IssueRow,
  LabelRow,
  PullRequestRow,
  RepositoryRow,
  ReviewRow,
} from './rows/mirror.ts'
import type {
  ConcurrencyGroupRow,
  ConcurrencyTurnRow,
  EffectRow,
  JournalRow,
  RunOwnerRow,
  RunRepositoryRow,
  RunTable,
  WorkflowRow,
  WorkflowScheduleRow,
  WorkflowTriggerRow,
  WorkflowVersionRow,
} from './rows/run.ts'
import type {
  ClosingReferenceRow,
  SearchEntryRow,
  SearchFillingRow,
  SearchShelfRow,
  SeenPersonRow,
} from './rows/search.ts'
import type {
  DeliveryLogRow,
  ListedPageRow,
  SetAsideRow,
  SyncProgressRow,
  TombstoneRow,
} from './rows/sync.ts'
import type { SecretRow, VariableRow } from './rows/values.ts'

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
  acts: ActRow
  secrets: SecretRow
  variables: VariableRow

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
  job_logs: JobLogRow
  job_log_chunks: JobLogChunkRow
  step_logs: StepLogRow
  step_log_chunks: StepLogChunkRow
  check_runs: CheckRunRow
  commit_statuses: CommitStatusRow
  deployment_statuses: DeploymentStatusRow
  // Tables of other plain kinds are not named here: their columns are those of their descriptors in `src/mirror/`.
  inbox_items: InboxItemRow
  closing_references: ClosingReferenceRow
  search_entries: SearchEntryRow
  search_shelves: SearchShelfRow
  search_filling: SearchFillingRow
  seen_people: SeenPersonRow
  sync_progress: SyncProgressRow
  set_aside: SetAsideRow
  tombstones: TombstoneRow
  delivery_logs: DeliveryLogRow
  listed_pages: ListedPageRow

  workflows: WorkflowRow
  workflow_versions: WorkflowVersionRow
  workflow_triggers: WorkflowTriggerRow
  workflow_schedules: WorkflowScheduleRow
  runs: RunTable
  run_repositories: RunRepositoryRow
  effects: EffectRow
  removals: RemovalRow
  run_owners: RunOwnerRow
  concurrency_groups: ConcurrencyGroupRow
  concurrency_turns: ConcurrencyTurnRow
  journal: JournalRow
}
