/** What the model GitHub knows: each thing once, and what points to it points to the thing, not to its name. */

export interface Account {
  id: number
  login: string
}

export interface Commit {
  sha: string
  message: string
  author: Account
  at: string
  parents: string[]
}

export interface Label {
  id: number
  name: string
  color: string
}

interface Dated {
  id: number
  created_at: string
  updated_at: string
}

export interface Milestone extends Dated {
  number: number
  title: string
  state: 'open' | 'closed'
  closed_at: string | null
  creator: Account
}

/** What issues and pull requests have in common. */
export interface Conversation extends Dated {
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  user: Account
  labels: Set<Label>
  assignees: Set<Account>
  milestone: Milestone | null
  locked: boolean
  closed_at: string | null
}

export interface Issue extends Conversation {
  state_reason: string | null
  pinned: boolean
}

export interface Pull extends Conversation {
  issueId: number
  draft: boolean
  merged_at: string | null
  merged_by: Account | null
  head: { ref: string; sha: string }
  base: { ref: string }
  reviewers: Set<Account>
  autoMerge: Account | null
  additions: number
}

export interface Comment extends Dated {
  number: number
  user: Account
  body: string
}

export interface Review {
  id: number
  pull: number
  user: Account
  state: 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED'
  body: string
  commit_id: string
  submitted_at: string | null
  /** Only webhooks tell it. */
  updated_at: string
}

export interface ReviewComment extends Dated {
  pull: number
  review: number
  reply: number | null
  user: Account
  body: string
  commit_id: string
}

export interface Thread {
  /** The first comment of it. */
  id: number
  pull: number
  resolved: boolean
  updated_at: string
}

export interface CheckSuite extends Dated {
  head_sha: string
  head_branch: string
  status: string
  conclusion: string | null
}

export interface CheckRun {
  id: number
  suite: CheckSuite
  name: string
  status: string
  conclusion: string | null
  started_at: string
  completed_at: string | null
}

export interface Status extends Dated {
  sha: string
  context: string
  state: string
  creator: Account
}

export interface Deployment extends Dated {
  sha: string
  ref: string
  environment: string
  creator: Account
}

export interface DeploymentStatus extends Dated {
  deployment: number
  state: string
  creator: Account
}

export interface Environment extends Dated {
  name: string
}

export interface Workflow extends Dated {
  name: string
  path: string
}

export interface Run extends Dated {
  workflow: Workflow
  title: string
  status: string
  conclusion: string | null
  head_branch: string
  head_sha: string
  run_number: number
  attempt: number
  actor: Account
  run_started_at: string
}

export interface Job {
  id: number
  run: number
  attempt: number
  name: string
  status: string
  conclusion: string | null
  created_at: string
  started_at: string
  completed_at: string | null
}

export interface Release extends Dated {
  tag: string
  name: string
  draft: boolean
  prerelease: boolean
  author: Account
  published_at: string | null
}

export interface Rule extends Dated {
  name: string
  strict: boolean
}

export interface Discussion extends Dated {
  number: number
  title: string
  body: string
  state: 'open' | 'closed'
  user: Account
  locked: boolean
}

export interface DiscussionComment extends Dated {
  number: number
  user: Account
  body: string
}

/** One try to send a webhook, as the log of its deliveries has it. */
export interface Sent {
  id: number
  guid: string
  event: string
  action: string | null
  body: string
  /** By GitHub's clock, in milliseconds. */
  at: number
}

export interface Repository {
  id: number
  owner: Account
  name: string
  private: boolean
  archived: boolean
  description: string | null
  default_branch: string
  created_at: string
  updated_at: string
  pushed_at: string
  number: number
  /** The hub's webhook; null before there is one. */
  hook: number | null
  /** Things happened before the webhook was there: what lists do not show of that, nobody knows. */
  isLate: boolean
  /** What was sent to the webhook, the newest last. */
  sent: Sent[]
  commits: Map<string, Commit>
  branches: Map<string, string>
  tags: Map<string, string>
  labels: Set<Label>
  milestones: Set<Milestone>
  issues: Map<number, Issue>
  pulls: Map<number, Pull>
  comments: Map<number, Comment>
  reviews: Map<number, Review>
  reviewComments: Map<number, ReviewComment>
  threads: Map<number, Thread>
  suites: Map<number, CheckSuite>
  checks: Map<number, CheckRun>
  statuses: Map<number, Status>
  deployments: Map<number, Deployment>
  deploymentStatuses: Map<number, DeploymentStatus>
  environments: Map<number, Environment>
  workflows: Map<number, Workflow>
  runs: Map<number, Run>
  jobs: Map<number, Job>
  releases: Map<number, Release>
  rulesets: Map<number, Rule>
  protections: Map<number, Rule>
  discussions: Map<number, Discussion>
  discussionComments: Map<number, DiscussionComment>
}

/** The part of GitHub that one history is about: some people and their repositories, which nobody else sees. */
export interface World {
  seed: number
  token: string
  accounts: Account[]
  /** Where repositories are, and where they are transferred to. */
  owners: Account[]
  repositories: Repository[]
  /** Deleted ones. */
  removed: Repository[]
  /** GitHub's clock, in milliseconds. */
  clock: number
  nextId(): number
  /** What was sent just now: what becomes of it is not decided yet. */
  outbox: (Sent & { repository: Repository })[]
}
