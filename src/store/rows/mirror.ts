import type { Flag } from './flag.ts'

// The copy of GitHub.

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
  visibility: string
  homepage: string | null
  license: string | null
  is_template: Flag
  html_url: string
  created_at: number
  updated_at: number
  pushed_at: number | null
  /** Last complete sync. */
  synced_at: number | null
  /** Our webhook there, if registered. */
  hook_id: number | null
  deleted_at: number | null
  /** What GitHub's object tells beside the columns: `mirror/told.ts`. */
  told: string | null
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
  node_id: string
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
  requested_teams: string
  milestone: string | null
  locked: Flag
  mergeable_state: string
  /** JSON: {merge_method, enabled_by}, or null. */
  auto_merge: string
  merged_by_login: string | null
  merged_by_avatar_url: string | null
  additions: number
  deletions: number
  changed_files: number
  /** JSON: how often each was given. */
  reactions: string
  comments: number
  html_url: string
  created_at: number
  updated_at: number
  /** When it was told as a pull request; its issue side may be later. null: as `updated_at`. */
  told_at: number | null
  closed_at: number | null
  /** Of its side as an issue, where a list of issues or a comment told. */
  issue_id: number | null
  /** What GitHub's object of that side tells beside the columns. */
  issue_told: string | null
  told: string | null
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
  /** Only webhooks tell when it was changed; of a listed one, when GitHub answered. */
  told_at: number | null
  told: string | null
}

/** Indexes as of pull_requests. Pull requests are not repeated here. */
export interface IssueRow {
  repository_id: number
  number: number
  id: number
  node_id: string
  title: string
  body: string | null
  state: 'open' | 'closed'
  state_reason: string | null
  user_login: string | null
  user_avatar_url: string | null
  labels: string
  assignees: string
  milestone: string | null
  type: string | null
  locked: Flag
  pinned: Flag
  /** JSON: {total, completed}. */
  sub_issues: string
  parent: string
  /** JSON: {blocked_by, blocking}. */
  dependencies: string
  reactions: string
  comments: number
  html_url: string
  created_at: number
  updated_at: number
  closed_at: number | null
  told: string | null
}

/** Comments of issues and pull requests. Indexes: id primary, (repository_id, issue_number, created_at, id). */
export interface CommentRow {
  id: number
  repository_id: number
  issue_number: number
  user_login: string | null
  user_avatar_url: string | null
  body: string
  reactions: string
  html_url: string
  created_at: number
  updated_at: number
  told: string | null
}

export interface LabelRow {
  repository_id: number
  name: string
  id: number
  color: string
  description: string | null
  told: string | null
}

export interface ActionsWorkflowRow {
  id: number
  repository_id: number
  name: string
  path: string
  state: string
  html_url: string
  updated_at: number
  told: string | null
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
  told: string | null
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
  told: string | null
}
