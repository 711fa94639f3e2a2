import { actionsJob } from './actions-job.ts'
import { actionsRun } from './actions-run.ts'
import { actionsWorkflow } from './actions-workflow.ts'
import { branch } from './branch.ts'
import { branchProtectionRule } from './branch-protection-rule.ts'
import { checkRun } from './check-run.ts'
import { checkSuite } from './check-suite.ts'
import { codeScanningAlert } from './code-scanning-alert.ts'
import { collaborator } from './collaborator.ts'
import type { Column } from './columns.ts'
import { comment } from './comment.ts'
import { commit } from './commit.ts'
import { commitStatus } from './commit-status.ts'
import { dependabotAlert } from './dependabot-alert.ts'
import { deployment } from './deployment.ts'
import { deploymentStatus } from './deployment-status.ts'
import { discussion } from './discussion.ts'
import { discussionComment } from './discussion-comment.ts'
import { environment } from './environment.ts'
import type { GithubEvent } from './github-events.ts'
import { issue } from './issue.ts'
import { issueDependency } from './issue-dependency.ts'
import type { Kind } from './kind.ts'
import { label } from './label.ts'
import { milestone } from './milestone.ts'
import { pullRequest } from './pull-request.ts'
import { release } from './release.ts'
import { repositoryTeam } from './repository-team.ts'
import { review } from './review.ts'
import { reviewComment } from './review-comment.ts'
import { reviewThread } from './review-thread.ts'
import { ruleset } from './ruleset.ts'
import { secretScanningAlert } from './secret-scanning-alert.ts'
import { subIssue } from './sub-issue.ts'
import { tag } from './tag.ts'
import { timelineEvent } from './timeline-event.ts'

/**
 * Every mirrored kind, in the order in which a sync reads them: what people look at first comes first, and pull
 * requests before issues, since the list of issues tells how many comments each has.
 */
export const kinds = {
  branch,
  commit,
  pull_request: pullRequest,
  review,
  review_comment: reviewComment,
  review_thread: reviewThread,
  check_suite: checkSuite,
  check_run: checkRun,
  commit_status: commitStatus,
  issue,
  comment,
  label,
  milestone,
  actions_workflow: actionsWorkflow,
  actions_run: actionsRun,
  actions_job: actionsJob,
  deployment,
  deployment_status: deploymentStatus,
  environment,
  release,
  tag,
  branch_protection_rule: branchProtectionRule,
  ruleset,
  discussion,
  discussion_comment: discussionComment,
  sub_issue: subIssue,
  issue_dependency: issueDependency,
  timeline_event: timelineEvent,
  collaborator,
  repository_team: repositoryTeam,
  dependabot_alert: dependabotAlert,
  code_scanning_alert: codeScanningAlert,
  secret_scanning_alert: secretScanningAlert,
} as const

export type KindName = keyof typeof kinds
export type ItemOf<Name extends KindName> = (typeof kinds)[Name]['columns'] extends readonly Column<
  infer Item
>[]
  ? Item
  : never

/** Of a name that a table or a task holds; undefined for one that this version does not know. */
export function kindNamed(name: string): Kind<object> | undefined {
  return Object.hasOwn(kinds, name) ? (kinds[name as KindName] as Kind<object>) : undefined
}

export const allKinds: readonly Kind<object>[] = Object.values(kinds)

/** Events that tell of what nobody reads a list of, neither a sync nor who looks at it. */
export const unlistedEvents: ReadonlySet<string> = new Set(
  allKinds.filter(({ listed, opened }) => !listed && !opened).flatMap(({ events }) => Object.keys(events)),
)

/** Events that change the mirror: those that a kind carries, and what happens to the repository itself. */
export type AppliedEvent =
  | 'repository'
  | { [Name in KindName]: keyof (typeof kinds)[Name]['events'] }[KindName]

const notYet = 'This kind of thing is not mirrored yet.'
const rights = 'It changes no row: whom it concerns is asked for anew.'
const account = 'It is about an account, an app or a payment, which are not mirrored.'
const told = 'What it tells comes with another event or with the next sync, too.'
const foreign = 'GitHub uses it for services of its own.'

/** Why an event is only stored (and starts workflows): every name of GitHub's is here or applied by a kind. */
export const ignored: Readonly<Record<Exclude<GithubEvent, AppliedEvent>, string>> = {
  branch_protection_configuration: notYet,
  commit_comment: notYet,
  create: told,
  custom_property: notYet,
  custom_property_values: notYet,
  deploy_key: notYet,
  deployment_protection_rule: notYet,
  deployment_review: 'It changes no row: whose approval is asked for has it in their inbox.',
  fork: told,
  github_app_authorization: account,
  gollum: notYet,
  installation: account,
  installation_repositories: rights,
  installation_target: account,
  issue_relates_to: notYet,
  marketplace_purchase: account,
  membership: rights,
  merge_group: notYet,
  meta: told,
  org_block: account,
  organization: rights,
  package: notYet,
  page_build: notYet,
  personal_access_token_request: account,
  ping: 'GitHub only tries the webhook.',
  project: notYet,
  project_card: notYet,
  project_column: notYet,
  projects_v2: notYet,
  projects_v2_item: notYet,
  projects_v2_status_update: notYet,
  public: told,
  registry_package: notYet,
  repository_advisory: notYet,
  repository_dispatch: 'It tells of nothing in the repository, and only starts workflows.',
  repository_import: told,
  repository_vulnerability_alert: notYet,
  secret_scanning_alert_location: notYet,
  secret_scanning_scan: notYet,
  security_advisory: foreign,
  security_and_analysis: notYet,
  sponsorship: account,
  star: told,
  watch: told,
  workflow_dispatch: 'It tells of nothing in the repository, and only starts workflows.',
}
