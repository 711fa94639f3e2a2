import { type Static, type TSchema, Type } from 'typebox'
import { Label, Nullable, OneOf, Person, Timestamp } from './common.ts'

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
  },
  { $id: 'Commit' },
)
export type Commit = Static<typeof Commit>

export const Issue = Type.Object(
  {
    id: Type.Integer(),
    repository_id: Type.Integer(),
    number: Type.Integer(),
    title: Type.String(),
    state: OneOf('open', 'closed'),
    state_reason: Nullable(Type.String()),
    user: Nullable(Person),
    labels: Type.Array(Label),
    assignees: Type.Array(Person),
    milestone: Nullable(Type.String()),
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
    comments: Type.Integer(),
    html_url: Type.String(),
    created_at: Timestamp,
    updated_at: Timestamp,
    closed_at: Nullable(Timestamp),
    body: Type.Optional(Nullable(Type.String({ description: 'Only when one is asked for' }))),
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

/** How far the sync of one scope is: one row per resource. */
export const SyncProgress = Type.Object(
  {
    repository: Nullable(Type.String({ description: 'full_name; null: the list of repositories itself' })),
    repository_id: Nullable(Type.Integer()),
    state: OneOf('waiting', 'running', 'done', 'failed'),
    resource: Type.String(),
    done: Type.Integer(),
    total: Nullable(Type.Integer()),
    error: Nullable(Type.String()),
    set_aside: Type.Integer({ description: 'Items of it that did not fit' }),
    updated_at: Timestamp,
  },
  { $id: 'SyncProgress' },
)
export type SyncProgress = Static<typeof SyncProgress>

/** Something that GitHub sent and that is not what GitHub documents; everything around it was taken in. */
export const SetAside = Type.Object(
  {
    repository: Type.String({ description: '`owner/name`' }),
    kind: Type.String({ description: 'As in changes: `issue`, `commit`, …' }),
    key: Type.String({ description: "GitHub's id, or a digest where it tells none" }),
    source: OneOf('sync', 'delivery'),
    delivery_id: Nullable(Type.String()),
    reason: Type.String(),
    raw: Type.String({ description: 'What came, as JSON; at most 64 KiB' }),
    cut: Type.Boolean({ description: 'Whether `raw` was longer' }),
    times: Type.Integer({ description: 'How often it came' }),
    first_at: Timestamp,
    last_at: Timestamp,
  },
  { $id: 'SetAside' },
)
export type SetAside = Static<typeof SetAside>

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

/**
 * How lists know the items of a kind, and how a change finds its place in them. `under` is the number of what an item
 * belongs to besides its repository: its pull request, its run.
 */
export interface Face<Item> {
  /** The web's list of them. */
  list: string
  identity(item: Item): string | number
  /** What the list is in the order of: the newest first, or `ascending`. */
  rank(item: Item, params: { sort?: unknown }): string | number
  ascending?: true
  under?(item: Item): number
  /** Tells when it changed last: an older one never replaces what is shown. */
  updated?(item: Item): string
  /** What one is shown alone by, where one is. */
  alone?(item: Item): number
  /** Lists show those of one state, and those that carry labels. */
  state?(item: Item): string
  labels?(item: Item): readonly string[]
  /** Its repository counts those that are open. */
  counted?: true
}

/** A kind of which nothing special is told: its changes are `<kind>.updated` and `<kind>.removed`. */
export interface PlainFace<Item> extends Face<Item> {
  schema: TSchema
  /** What to call one and several. */
  words: readonly [string, string]
  title(item: Item): string
}

const face = <Item>(described: Face<Item>) => described
const plainFace = <Schema extends TSchema>(
  schema: Schema,
  described: Omit<PlainFace<Static<Schema>>, 'schema'>,
) => ({
  schema,
  ...described,
})

const conversation = {
  identity: ({ id }: { id: number }) => id,
  rank: (
    { created_at, updated_at }: Pick<Issue, 'created_at' | 'updated_at'>,
    { sort }: { sort?: unknown },
  ) => (sort === 'updated' ? updated_at : created_at),
  updated: ({ updated_at }: Pick<Issue, 'updated_at'>) => updated_at,
  alone: ({ number }: Pick<Issue, 'number'>) => number,
  state: ({ state }: Pick<Issue, 'state'>) => state,
  counted: true,
} as const

/** The kinds of which something special is told: `changes.ts` says what. */
export const faces = {
  branch: face<Branch>({
    list: 'branches',
    identity: ({ name }) => name,
    rank: ({ name }) => name,
    ascending: true,
  }),
  commit: face<Commit>({
    list: 'commits',
    identity: ({ sha }) => sha,
    rank: ({ committed_at }) => committed_at,
  }),
  issue: face<Issue>({
    list: 'issues',
    ...conversation,
    labels: ({ labels }) => labels.map(({ name }) => name),
  }),
  pull_request: face<PullRequest>({ list: 'pull_requests', ...conversation }),
  review: face<Review>({
    list: 'reviews',
    identity: ({ id }) => id,
    rank: ({ submitted_at }) => submitted_at,
    ascending: true,
    under: ({ pull_number }) => pull_number,
  }),
  comment: face<Comment>({
    list: 'comments',
    identity: ({ id }) => id,
    rank: ({ created_at }) => created_at,
    ascending: true,
    under: ({ issue_number }) => issue_number,
    updated: ({ updated_at }) => updated_at,
  }),
  actions_run: face<ActionsRun>({
    list: 'actions_runs',
    identity: ({ id }) => id,
    rank: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    alone: ({ id }) => id,
  }),
  actions_job: face<ActionsJob>({
    list: 'actions_jobs',
    identity: ({ id }) => id,
    rank: ({ id }) => id,
    ascending: true,
    under: ({ run_id }) => run_id,
  }),
} as const

/** All other kinds. `GET /repos/{owner}/{repo}/<list>` lists their items, and what happens to them is told alike. */
export const plainFaces = {
  milestone: plainFace(Milestone, {
    list: 'milestones',
    words: ['milestone', 'milestones'],
    title: ({ title }) => title,
    identity: ({ id }) => id,
    rank: ({ number }) => number,
    updated: ({ updated_at }) => updated_at,
    state: ({ state }) => state,
  }),
} as const

export type PlainKinds = {
  [Kind in keyof typeof plainFaces]: Static<(typeof plainFaces)[Kind]['schema']>
}
