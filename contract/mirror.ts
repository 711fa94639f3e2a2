import { type Static, Type } from 'typebox'
import { Checks } from './checks.ts'
import { Label, Nullable, OneOf, Person, Reactions, Timestamp } from './common.ts'

/** The mirror's shapes: GitHub's own words, the fields that the hub keeps. */
export const Repository = Type.Object(
  {
    id: Type.Integer(),
    owner: Type.String(),
    name: Type.String(),
    full_name: Type.String(),
    private: Type.Boolean(),
    fork: Type.Boolean(),
    archived: Type.Boolean(),
    description: Nullable(Type.String()),
    default_branch: Type.String(),
    language: Nullable(Type.String()),
    topics: Type.Array(Type.String()),
    stargazers_count: Type.Integer(),
    forks_count: Type.Integer(),
    open_issues: Type.Integer({ description: 'Without pull requests' }),
    open_pull_requests: Type.Integer(),
    visibility: Type.String({ description: 'public, private, internal' }),
    homepage: Nullable(Type.String()),
    license: Nullable(Type.String({ description: 'Its SPDX identifier' })),
    is_template: Type.Boolean(),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
    pushed_at: Nullable(Timestamp),
    synced_at: Nullable(Timestamp),
    webhook: Type.Boolean({ description: 'Whether our webhook is registered there' }),
    permission: OneOf('pull', 'triage', 'push', 'maintain', 'admin'),
  },
  { $id: 'Repository' },
)
export type Repository = Static<typeof Repository>

export const Branch = Type.Object(
  {
    name: Type.String(),
    sha: Type.String(),
    protected: Type.Boolean(),
    /** When the hub learned that it stands there. */
    updated_at: Timestamp,
    /** When its head was committed; null where GitHub has not told. */
    committed_at: Nullable(Timestamp),
  },
  { $id: 'Branch' },
)
export type Branch = Static<typeof Branch>

/** In lists and where one is asked for; changes leave it out. */
const checksOfIt = Nullable(Checks)

export const Commit = Type.Object(
  {
    sha: Type.String(),
    message: Type.String(),
    author: Type.Object({
      login: Nullable(Type.String()),
      name: Nullable(Type.String()),
      avatar_url: Nullable(Type.String()),
    }),
    authored_at: Timestamp,
    committed_at: Timestamp,
    parents: Type.Array(Type.String()),
    html_url: Type.String(),
    checks: Type.Optional(checksOfIt),
  },
  { $id: 'Commit' },
)
export type Commit = Static<typeof Commit>

export const Issue = Type.Object(
  {
    id: Type.Integer(),
    node_id: Type.String({ description: "What GitHub's GraphQL knows it by" }),
    repository_id: Type.Integer(),
    number: Type.Integer(),
    title: Type.String(),
    state: OneOf('open', 'closed'),
    state_reason: Nullable(Type.String()),
    user: Nullable(Person),
    labels: Type.Array(Label),
    assignees: Type.Array(Person),
    milestone: Nullable(Type.String()),
    type: Nullable(Type.String({ description: 'Name of its type' })),
    locked: Type.Boolean(),
    pinned: Type.Boolean({ description: 'As far as webhooks told' }),
    sub_issues: Type.Object({ total: Type.Integer(), completed: Type.Integer() }),
    parent: Type.String({ description: 'The issue that it is a part of, as `owner/name#12`; empty: none' }),
    dependencies: Type.Object(
      { blocked_by: Type.Integer(), blocking: Type.Integer() },
      { description: 'How many issues it waits for, and how many wait for it' },
    ),
    reactions: Reactions,
    comments: Type.Integer(),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Nullable(Timestamp),
    body: Type.Optional(Nullable(Type.String({ description: 'Only when one is asked for' }))),
  },
  { $id: 'Issue' },
)
export type Issue = Static<typeof Issue>

export const PullRequest = Type.Object(
  {
    id: Type.Integer(),
    node_id: Type.String({ description: "What GitHub's GraphQL knows it by" }),
    repository_id: Type.Integer(),
    number: Type.Integer(),
    title: Type.String(),
    state: OneOf('open', 'closed'),
    draft: Type.Boolean(),
    merged_at: Nullable(Timestamp),
    user: Nullable(Person),
    head: Type.Object({ ref: Type.String(), sha: Type.String() }),
    base: Type.Object({ ref: Type.String() }),
    labels: Type.Array(Label),
    assignees: Type.Array(Person),
    requested_reviewers: Type.Array(Person),
    requested_teams: Type.Array(Type.String()),
    milestone: Nullable(Type.String()),
    locked: Type.Boolean(),
    mergeable_state: Type.String({
      description:
        'clean, dirty (in conflict), blocked, behind, unstable, draft, …; unknown where not told lately',
    }),
    auto_merge: Nullable(Type.Object({ merge_method: Type.String(), enabled_by: Nullable(Type.String()) })),
    merged_by: Nullable(Person),
    additions: Type.Integer(),
    deletions: Type.Integer(),
    changed_files: Type.Integer({ description: '0 where GitHub has not told yet' }),
    reactions: Reactions,
    comments: Type.Integer(),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Nullable(Timestamp),
    body: Type.Optional(Nullable(Type.String({ description: 'Only when one is asked for' }))),
    checks: Type.Optional(checksOfIt),
  },
  { $id: 'PullRequest' },
)
export type PullRequest = Static<typeof PullRequest>

export const Comment = Type.Object(
  {
    id: Type.Integer(),
    issue_number: Type.Integer(),
    user: Nullable(Person),
    body: Type.String(),
    reactions: Reactions,
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
  },
  { $id: 'Comment' },
)
export type Comment = Static<typeof Comment>

export const Review = Type.Object(
  {
    id: Type.Integer(),
    pull_number: Type.Integer(),
    user: Nullable(Person),
    state: Type.String({ description: 'APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED' }),
    body: Nullable(Type.String()),
    html_url: Type.String(),
    submitted_at: Timestamp,
  },
  { $id: 'Review' },
)
export type Review = Static<typeof Review>

export const ActionsWorkflow = Type.Object(
  {
    id: Type.Integer(),
    name: Type.String(),
    path: Type.String(),
    state: Type.String({ description: 'active, disabled_manually, disabled_inactivity, …' }),
    html_url: Type.String(),
    updated_at: Timestamp,
  },
  { $id: 'ActionsWorkflow' },
)
export type ActionsWorkflow = Static<typeof ActionsWorkflow>

export const ActionsRun = Type.Object(
  {
    id: Type.Integer(),
    repository_id: Type.Integer(),
    workflow_id: Type.Integer(),
    name: Type.String(),
    display_title: Type.String(),
    event: Type.String(),
    status: Type.String({ description: 'queued, in_progress, completed, …' }),
    conclusion: Nullable(Type.String()),
    head_branch: Nullable(Type.String()),
    head_sha: Type.String(),
    run_number: Type.Integer(),
    run_attempt: Type.Integer(),
    actor: Nullable(Person),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
    run_started_at: Nullable(Timestamp),
  },
  { $id: 'ActionsRun' },
)
export type ActionsRun = Static<typeof ActionsRun>

export const ActionsJob = Type.Object(
  {
    id: Type.Integer(),
    run_id: Type.Integer(),
    run_attempt: Type.Integer(),
    name: Type.String(),
    status: Type.String(),
    conclusion: Nullable(Type.String()),
    steps: Type.Array(
      Type.Object({
        name: Type.String(),
        number: Type.Integer(),
        status: Type.String(),
        conclusion: Nullable(Type.String()),
        started_at: Nullable(Timestamp),
        completed_at: Nullable(Timestamp),
      }),
    ),
    started_at: Nullable(Timestamp),
    completed_at: Nullable(Timestamp),
    html_url: Type.String(),
  },
  { $id: 'ActionsJob' },
)
export type ActionsJob = Static<typeof ActionsJob>

export const Milestone = Type.Object(
  {
    id: Type.Integer(),
    number: Type.Integer(),
    title: Type.String(),
    description: Nullable(Type.String()),
    state: OneOf('open', 'closed'),
    creator: Nullable(Person),
    open_issues: Type.Integer(),
    closed_issues: Type.Integer(),
    html_url: Type.String(),
    due_on: Nullable(Timestamp),
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Nullable(Timestamp),
  },
  { $id: 'Milestone' },
)
export type Milestone = Static<typeof Milestone>

/** A label of a repository; what carries it tells the same without its id. */
export const RepositoryLabel = Type.Object(
  { id: Type.Integer(), ...Label.properties },
  { $id: 'RepositoryLabel' },
)
export type RepositoryLabel = Static<typeof RepositoryLabel>

export const Delivery = Type.Object(
  {
    id: Type.String({ description: "GitHub's delivery GUID" }),
    event: Type.String(),
    action: Nullable(Type.String()),
    repository: Nullable(Type.String()),
    number: Nullable(
      Type.Integer({ description: 'Of the issue or pull request that it is about, once applied' }),
    ),
    received_at: Timestamp,
    applied_at: Nullable(Timestamp),
    state: OneOf('pending', 'applied', 'stored', 'failed'),
    error: Nullable(Type.String()),
    repeat_of: Nullable(
      Type.String({ description: 'An earlier delivery with the same body: this one started no run' }),
    ),
    size: Type.Integer({ description: 'Bytes of the body' }),
  },
  { $id: 'Delivery' },
)
export type Delivery = Static<typeof Delivery>
