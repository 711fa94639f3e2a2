import type { OrganisationRow, Permission, TeamRow, UserRow } from './emulate-account-rows.ts'
import type { JobRow, WorkflowRow, WorkflowRunRow } from './emulate-actions-rows.ts'

/**
 * The rows of emulate 0.12.2's in-memory GitHub, as far as the demo reads or writes them. The package ships no
 * types for its store; these follow its sources.
 */
interface Row {
  id: number
  node_id: string
  created_at: string
  updated_at: string
}

/** One collection of emulate's store. `insert` stamps the row with now; see `insertAt` in plant-seed.ts. */
export interface Rows<T> {
  insert(row: Omit<T, 'id' | 'created_at' | 'updated_at'> & { id?: number }): T & Row
  update(id: number, patch: Partial<T & Row>): (T & Row) | undefined
  get(id: number): (T & Row) | undefined
  findBy(field: string & keyof T, value: string | number): Array<T & Row>
  findOneBy(field: string & keyof T, value: string | number): (T & Row) | undefined
  all(): Array<T & Row>
  delete(id: number): boolean
}

export interface RepositoryRow {
  node_id: string
  name: string
  full_name: string
  owner_id: number
  owner_type: 'User' | 'Organization'
  private: boolean
  description: string | null
  fork: boolean
  forked_from_id: number | null
  homepage: string | null
  language: string | null
  languages: Record<string, number>
  forks_count: number
  stargazers_count: number
  watchers_count: number
  size: number
  default_branch: string
  open_issues_count: number
  topics: string[]
  has_issues: boolean
  has_projects: boolean
  has_wiki: boolean
  has_pages: boolean
  has_downloads: boolean
  has_discussions: boolean
  archived: boolean
  disabled: boolean
  visibility: 'public' | 'private'
  pushed_at: string | null
  allow_rebase_merge: boolean
  allow_squash_merge: boolean
  allow_merge_commit: boolean
  allow_auto_merge: boolean
  delete_branch_on_merge: boolean
  allow_forking: boolean
  is_template: boolean
  license: null
}

interface Conversation {
  node_id: string
  number: number
  repo_id: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  locked: boolean
  user_id: number
  assignee_ids: number[]
  label_ids: number[]
  milestone_id: number | null
  comments: number
  closed_at: string | null
}

export interface IssueRow extends Conversation {
  state_reason: 'completed' | 'not_planned' | 'reopened' | null
  active_lock_reason: string | null
  closed_by_id: number | null
  /** Every pull request has an issue row too, as on GitHub. */
  is_pull_request: boolean
}

export interface PullRequestRow extends Conversation {
  head_ref: string
  head_sha: string
  head_repo_id: number
  base_ref: string
  base_sha: string
  base_repo_id: number
  merged: boolean
  merged_at: string | null
  merged_by_id: number | null
  merge_commit_sha: string | null
  mergeable: boolean | null
  mergeable_state: string
  review_comments: number
  commits: number
  additions: number
  deletions: number
  changed_files: number
  draft: boolean
  requested_reviewer_ids: number[]
  requested_team_ids: number[]
  auto_merge: { merge_method: string; enabled_by: null } | null
}

export interface CommentRow {
  node_id: string
  repo_id: number
  issue_number: number | null
  pull_number: number | null
  commit_sha: string | null
  body: string
  user_id: number
  in_reply_to_id: number | null
  path: string | null
  position: number | null
  line: number | null
  side: string | null
  subject_type: string | null
  comment_type: 'issue' | 'review' | 'commit'
  review_id: number | null
}

export interface ReviewRow {
  node_id: string
  repo_id: number
  pull_number: number
  user_id: number
  body: string | null
  state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED' | 'DISMISSED' | 'PENDING'
  commit_id: string
  submitted_at: string | null
}

export interface CommitRow {
  node_id: string
  repo_id: number
  sha: string
  message: string
  author_name: string
  author_email: string
  author_date: string
  committer_name: string
  committer_email: string
  committer_date: string
  tree_sha: string
  parent_shas: string[]
  user_id: number | null
}

export interface TreeEntry {
  path: string
  mode: string
  type: 'blob' | 'tree'
  sha: string
  size?: number
}

export interface HookRow {
  node_id: string
  repo_id: number | null
  org_id: number | null
  name: string
  active: boolean
  events: string[]
  config: { url: string; content_type: string; secret?: string; insecure_ssl: string }
}

/** The collections of emulate's GitHub that the demo touches. */
export interface GithubRows {
  users: Rows<UserRow>
  orgs: Rows<OrganisationRow>
  teams: Rows<TeamRow>
  teamMembers: Rows<{ node_id: string; team_id: number; user_id: number; role: 'member' | 'maintainer' }>
  repos: Rows<RepositoryRow>
  collaborators: Rows<{ node_id: string; repo_id: number; user_id: number; permission: Permission }>
  issues: Rows<IssueRow>
  pullRequests: Rows<PullRequestRow>
  labels: Rows<{
    node_id: string
    repo_id: number
    name: string
    description: string | null
    color: string
    default: boolean
  }>
  milestones: Rows<{
    node_id: string
    repo_id: number
    number: number
    title: string
    description: string | null
    state: 'open' | 'closed'
    open_issues: number
    closed_issues: number
    due_on: string | null
    closed_at: string | null
    creator_id: number
  }>
  comments: Rows<CommentRow>
  reviews: Rows<ReviewRow>
  branches: Rows<{ node_id: string; repo_id: number; name: string; sha: string; protected: boolean }>
  refs: Rows<{ node_id: string; repo_id: number; ref: string; sha: string }>
  commits: Rows<CommitRow>
  trees: Rows<{ node_id: string; repo_id: number; sha: string; tree: TreeEntry[]; truncated: boolean }>
  blobs: Rows<{
    node_id: string
    repo_id: number
    sha: string
    content: string
    encoding: 'utf-8' | 'base64'
    size: number
  }>
  workflows: Rows<WorkflowRow>
  workflowRuns: Rows<WorkflowRunRow>
  jobs: Rows<JobRow>
  tags: Rows<{
    node_id: string
    repo_id: number
    tag: string
    sha: string
    message: string
    tagger_name: string
    tagger_email: string
    tagger_date: string
    object_type: string
    object_sha: string
  }>
  releases: Rows<{
    node_id: string
    repo_id: number
    tag_name: string
    target_commitish: string
    name: string | null
    body: string | null
    draft: boolean
    prerelease: boolean
    author_id: number
    published_at: string | null
  }>
  webhooks: Rows<HookRow>
  oauthApps: Rows<{
    node_id: string
    client_id: string
    client_secret: string
    name: string
    redirect_uris: string[]
  }>
}
