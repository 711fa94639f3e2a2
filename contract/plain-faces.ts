import type { Static, TSchema } from 'typebox'
import { CodeScanningAlert, DependabotAlert, SecretScanningAlert } from './alerts.ts'
import { CheckRun, CheckSuite, CommitStatus } from './checks.ts'
import { Deployment, DeploymentStatus, Environment } from './deployments.ts'
import { Discussion, DiscussionComment } from './discussions.ts'
import type { Face } from './faces.ts'
import { IssueDependency, SubIssue } from './linked-issues.ts'
import { Milestone, RepositoryLabel } from './mirror.ts'
import { Release, Tag } from './releases.ts'
import { Collaborator, RepositoryTeam } from './repository-people.ts'
import { ReviewComment, ReviewThread } from './review-comments.ts'
import { BranchProtectionRule, Ruleset } from './rules.ts'
import { TimelineEvent } from './timeline.ts'

/** A kind of which nothing special is told: its changes are `<kind>.updated` and `<kind>.removed`. */
export interface PlainFace<Item> extends Face<Item> {
  schema: TSchema
  /**
   * Where its list is, below the repository, in GitHub's words: `:field` stands for what it hangs under; several fields are
   * kept joined by a slash in one that is called `list`. Without: as
   * `list` says.
   */
  path?: string
  /** What to call one and several. */
  words: readonly [string, string]
  title(item: Item): string
  /** What happened, before the title, where GitHub's action says little. */
  verb?(item: Item): string
  /** Something else tells of it already: the activity does not. */
  quiet?: true
}

const plainFace = <Schema extends TSchema>(
  schema: Schema,
  described: Omit<PlainFace<Static<Schema>>, 'schema'>,
) => ({
  schema,
  ...described,
})

const byId = {
  identity: ({ id }: { id: number }) => id,
  rank: ({ id }: { id: number }) => id,
} as const

const deploying: Record<string, string> = {
  success: 'deployed to',
  failure: 'failed to deploy to',
  error: 'failed to deploy to',
  in_progress: 'is deploying to',
}

const alert = {
  title: ({ title, number }: { title: string; number: number }) => `${title} #${number}`,
  identity: ({ number }: { number: number }) => number,
  rank: ({ number }: { number: number }) => number,
  updated: ({ updated_at }: { updated_at: string }) => updated_at,
  moves: ['alerts'],
} as const

const updated = ({ updated_at }: { updated_at: string }) => updated_at

/** All other kinds. `GET /repos/{owner}/{repo}/<list>` lists their items, and what happens to them is told alike. */
export const plainFaces = {
  check_suite: plainFace(CheckSuite, {
    list: 'check_suites',
    path: 'commits/:head_sha/check-suites',
    words: ['check suite', 'check suites'],
    title: ({ app }) => app ?? 'an app',
    ...byId,
    under: ({ head_sha }) => head_sha,
    updated,
    quiet: true,
  }),
  check_run: plainFace(CheckRun, {
    list: 'check_runs',
    path: 'commits/:head_sha/check-runs',
    words: ['check run', 'check runs'],
    title: ({ name }) => name,
    ...byId,
    under: ({ head_sha }) => head_sha,
    moves: ['pull_requests', 'commits'],
    quiet: true,
  }),
  commit_status: plainFace(CommitStatus, {
    list: 'commit_statuses',
    path: 'commits/:sha/statuses',
    words: ['status', 'statuses'],
    title: ({ context }) => context,
    verb: ({ state }) => `reported ${state} of`,
    ...byId,
    under: ({ sha }) => sha,
    moves: ['pull_requests', 'commits'],
  }),
  deployment: plainFace(Deployment, {
    list: 'deployments',
    words: ['deployment', 'deployments'],
    title: ({ ref, environment }) => `${ref} to ${environment}`,
    ...byId,
    updated,
    quiet: true,
  }),
  deployment_status: plainFace(DeploymentStatus, {
    list: 'deployment_statuses',
    path: 'deployments/:deployment_id/statuses',
    words: ['deployment status', 'deployment statuses'],
    title: ({ environment }) => environment,
    verb: ({ state }) => deploying[state] ?? `has a deployment ${state.replaceAll('_', ' ')} on`,
    ...byId,
    under: ({ deployment_id }) => deployment_id,
    updated,
    moves: ['deployments'],
  }),
  environment: plainFace(Environment, {
    list: 'environments',
    words: ['environment', 'environments'],
    title: ({ name }) => name,
    ...byId,
    updated,
  }),
  review_comment: plainFace(ReviewComment, {
    list: 'review_comments',
    path: 'pulls/:pull_number/comments',
    words: ['review comment', 'review comments'],
    title: ({ path, line, pull_number }) => `${line === null ? path : `${path}:${line}`} in #${pull_number}`,
    verb: () => 'commented on',
    ...byId,
    under: ({ pull_number }) => pull_number,
    updated,
  }),
  review_thread: plainFace(ReviewThread, {
    list: 'review_threads',
    path: 'pulls/:pull_number/threads',
    words: ['review thread', 'review threads'],
    title: ({ pull_number }) => `#${pull_number}`,
    verb: ({ resolved }) => (resolved ? 'resolved a thread of' : 'reopened a thread of'),
    ...byId,
    under: ({ pull_number }) => pull_number,
    updated,
  }),
  release: plainFace(Release, {
    list: 'releases',
    words: ['release', 'releases'],
    title: ({ name, tag_name }) => name || tag_name,
    ...byId,
    updated,
  }),
  tag: plainFace(Tag, {
    list: 'tags',
    words: ['tag', 'tags'],
    title: ({ name }) => name,
    identity: ({ name }) => name,
    rank: ({ name }) => name,
    updated,
  }),
  branch_protection_rule: plainFace(BranchProtectionRule, {
    list: 'branch_protection_rules',
    path: 'branches/protection',
    words: ['branch protection rule', 'branch protection rules'],
    title: ({ name }) => name,
    ...byId,
    updated,
  }),
  ruleset: plainFace(Ruleset, {
    list: 'rulesets',
    words: ['ruleset', 'rulesets'],
    title: ({ name }) => name,
    ...byId,
    updated,
  }),
  discussion: plainFace(Discussion, {
    list: 'discussions',
    words: ['discussion', 'discussions'],
    title: ({ title, number }) => `${title} #${number}`,
    identity: ({ id }) => id,
    rank: ({ number }) => number,
    updated,
  }),
  discussion_comment: plainFace(DiscussionComment, {
    list: 'discussion_comments',
    path: 'discussions/:discussion_number/comments',
    words: ['discussion comment', 'discussion comments'],
    title: ({ discussion_number }) => `discussion #${discussion_number}`,
    verb: () => 'commented on',
    ...byId,
    under: ({ discussion_number }) => discussion_number,
    updated,
    moves: ['discussions'],
  }),
  sub_issue: plainFace(SubIssue, {
    list: 'sub_issues',
    path: 'issues/:parent_number/sub_issues',
    words: ['sub-issue', 'sub-issues'],
    title: ({ title, number, parent_number }) => `${title} #${number} to #${parent_number}`,
    verb: () => 'added sub-issue',
    ...byId,
    under: ({ parent_number }) => parent_number,
    updated,
    refreshes: 'issue',
  }),
  issue_dependency: plainFace(IssueDependency, {
    list: 'issue_dependencies',
    path: 'issues/:issue_number/dependencies/:direction',
    words: ['dependency', 'dependencies'],
    title: ({ title, number, direction, issue_number }) =>
      direction === 'blocked_by'
        ? `#${issue_number} as blocked by ${title} #${number}`
        : `#${issue_number} as blocking ${title} #${number}`,
    verb: () => 'marked',
    identity: ({ name }) => name,
    rank: ({ name }) => name,
    under: ({ list }) => list,
    updated,
    refreshes: 'issue',
  }),
  timeline_event: plainFace(TimelineEvent, {
    list: 'timeline_events',
    path: 'issues/:issue_number/timeline',
    words: ['event', 'events'],
    title: ({ event }) => event,
    identity: ({ name }) => name,
    rank: ({ name }) => name,
    under: ({ issue_number }) => issue_number,
    quiet: true,
  }),
  collaborator: plainFace(Collaborator, {
    list: 'collaborators',
    words: ['collaborator', 'collaborators'],
    title: ({ login }) => login,
    ...byId,
  }),
  repository_team: plainFace(RepositoryTeam, {
    list: 'repository_teams',
    path: 'teams',
    words: ['team', 'teams'],
    title: ({ name }) => name,
    ...byId,
  }),
  dependabot_alert: plainFace(DependabotAlert, {
    list: 'dependabot_alerts',
    path: 'dependabot/alerts',
    words: ['Dependabot alert', 'Dependabot alerts'],
    ...alert,
  }),
  code_scanning_alert: plainFace(CodeScanningAlert, {
    list: 'code_scanning_alerts',
    path: 'code-scanning/alerts',
    words: ['code scanning alert', 'code scanning alerts'],
    ...alert,
  }),
  secret_scanning_alert: plainFace(SecretScanningAlert, {
    list: 'secret_scanning_alerts',
    path: 'secret-scanning/alerts',
    words: ['secret scanning alert', 'secret scanning alerts'],
    ...alert,
  }),
  label: plainFace(RepositoryLabel, {
    list: 'labels',
    words: ['label', 'labels'],
    title: ({ name }) => name,
    identity: ({ id }) => id,
    rank: ({ name }) => name,
    ascending: true,
  }),
  milestone: plainFace(Milestone, {
    list: 'milestones',
    words: ['milestone', 'milestones'],
    title: ({ title }) => title,
    identity: ({ id }) => id,
    rank: ({ number }) => number,
    updated,
    state: ({ state }) => state,
  }),
} as const

export type PlainKinds = {
  [Kind in keyof typeof plainFaces]: Static<(typeof plainFaces)[Kind]['schema']>
}
