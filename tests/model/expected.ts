import type { KindName } from '../../src/mirror/kinds.ts'
import { commentsOf } from './render-conversations.ts'
import type { Account, Conversation, Repository } from './state.ts'
import { reachedFrom } from './world.ts'

/** The fields of a row that the model answers for. */
export type Expected = Record<string, unknown>

/** What is compared: after everything was read, or after deliveries alone, which do not tell everything. */
export interface Judged {
  rows: (repository: Repository) => Map<string, Expected>
  /** Fields that no delivery tells, or not in an order that could be known. */
  untold?: readonly string[]
  /** No list shows it, so that it is right by deliveries only. */
  unlisted?: true
  /** Deliveries do not tell it at all. */
  silent?: true
  /** Rows of which GitHub is asked for some only: what was heard of others may be more or less. */
  some?: (repository: Repository) => (row: Expected) => boolean
}

const loginOf = (account: Account | null) => account?.login ?? null
const logins = (accounts: Iterable<Account>) => [...accounts].map(({ login }) => login).sort()
const ms = (time: string | null) => time && new Date(time).toISOString()
const times = (one: { created_at: string; updated_at: string }) => ({
  created_at: ms(one.created_at),
  updated_at: ms(one.updated_at),
})

function keyed(rows: Iterable<Expected>, key = 'id'): Map<string, Expected> {
  return new Map([...rows].map((row) => [String(row[key]), row]))
}

function conversation(one: Conversation): Expected {
  return {
    ...{ id: one.id, number: one.number, title: one.title, body: one.body, state: one.state },
    ...{ user: one.user.login, labels: [...one.labels].map(({ name }) => name).sort() },
    ...{ assignees: logins(one.assignees), milestone: one.milestone?.title ?? null, locked: one.locked },
    ...{ ...times(one), closed_at: ms(one.closed_at) },
  }
}

/** The heads of open pull requests, whose checks and statuses are read. */
function openHeads({ pulls }: Repository): Set<string> {
  return new Set([...pulls.values()].filter(({ state }) => state === 'open').map(({ head }) => head.sha))
}

export const judged: { [Name in KindName]?: Judged } = {
  branch: {
    rows: ({ branches }) =>
      keyed(
        [...branches].map(([name, sha]) => ({ name, sha })),
        'name',
      ),
  },
  commit: {
    rows: (r) =>
      keyed(
        reachedFrom(r, r.branches.get(r.default_branch)).map(({ sha, message, author, at, parents }) => {
          return { sha, message, author: author.login, committed_at: ms(at), parents }
        }),
        'sha',
      ),
    silent: true,
  },
  pull_request: {
    rows: (r) =>
      keyed(
        [...r.pulls.values()].map((pull) => ({
          ...conversation(pull),
          ...{ draft: pull.draft, merged_at: ms(pull.merged_at), head: pull.head, base: pull.base },
          ...{ reviewers: logins(pull.reviewers), auto_merge: loginOf(pull.autoMerge) },
          comments: commentsOf(r, pull.number).length,
        })),
        'number',
      ),
    untold: ['comments'],
  },
  review: {
    rows: (r) =>
      keyed(
        [...r.reviews.values()]
          .filter(({ submitted_at }) => submitted_at !== null)
          .map(({ id, pull, user, state, body, submitted_at }) => ({
            ...{ id, pull_number: pull, user: user.login, state, body, submitted_at: ms(submitted_at) },
          })),
      ),
  },
  review_comment: {
    rows: (r) =>
      keyed(
        [...r.reviewComments.values()].map((one) => ({
          ...{ id: one.id, review_id: one.review, pull_number: one.pull, in_reply_to_id: one.reply },
          ...{ body: one.body, user: one.user.login, ...times(one) },
        })),
      ),
  },
  review_thread: {
    rows: (r) =>
      keyed([...r.threads.values()].map(({ id, pull, resolved }) => ({ id, pull_number: pull, resolved }))),
    unlisted: true,
  },
  check_suite: {
    rows: (r) =>
      keyed(
        [...r.suites.values()].map(({ id, head_sha, status, conclusion, updated_at }) => ({
          ...{ id, head_sha, status, conclusion, updated_at: ms(updated_at) },
        })),
      ),
    unlisted: true,
  },
  check_run: {
    rows: (r) =>
      keyed(
        [...r.checks.values()].map(({ id, suite, name, status, conclusion, completed_at }) => ({
          ...{ id, check_suite_id: suite.id, head_sha: suite.head_sha, name, status, conclusion },
          completed_at: ms(completed_at),
        })),
      ),
    some: (r) => {
      const heads = openHeads(r)
      return ({ head_sha }) => heads.has(head_sha as string)
    },
  },
  commit_status: {
    rows: (r) =>
      keyed(
        [...r.statuses.values()].map(({ id, sha, context, state, creator }) => ({
          ...{ id, sha, context, state, creator: creator.login },
        })),
      ),
    some: (r) => {
      const heads = openHeads(r)
      return ({ sha }) => heads.has(sha as string)
    },
  },
  issue: {
    rows: (r) =>
      keyed(
        [...r.issues.values()].map((issue) => ({
          ...{ ...conversation(issue), state_reason: issue.state_reason },
          comments: commentsOf(r, issue.number).length,
        })),
        'number',
      ),
    untold: ['comments'], // deleting one leaves the time of the issue as it was
  },
  comment: {
    rows: (r) =>
      keyed(
        [...r.comments.values()].map((one) => ({
          ...{ id: one.id, issue_number: one.number, body: one.body, user: one.user.login, ...times(one) },
        })),
      ),
  },
  label: {
    rows: (r) =>
      keyed(
        [...r.labels].map(({ id, name, color }) => ({ id, name, color })),
        'name',
      ),
    silent: true,
  },
  milestone: {
    rows: (r) =>
      keyed(
        [...r.milestones].map((one) => {
          const within = [...r.issues.values(), ...r.pulls.values()].filter(
            ({ milestone }) => milestone === one,
          )
          const open_issues = within.filter(({ state }) => state === 'open').length
          return {
            ...{ number: one.number, title: one.title, state: one.state, creator: one.creator.login },
            ...{ open_issues, closed_issues: within.length - open_issues, ...times(one) },
          }
        }),
        'number',
      ),
    untold: ['open_issues', 'closed_issues'],
  },
  actions_workflow: {
    rows: (r) => keyed([...r.workflows.values()].map(({ id, name, path }) => ({ id, name, path }))),
  },
  actions_run: {
    rows: (r) =>
      keyed(
        [...r.runs.values()].map((run) => ({
          ...{ id: run.id, workflow_id: run.workflow.id, status: run.status, conclusion: run.conclusion },
          ...{ run_attempt: run.attempt, actor: run.actor.login, head_sha: run.head_sha, ...times(run) },
        })),
      ),
  },
  actions_job: {
    rows: (r) =>
      keyed(
        [...r.jobs.values()].map((job) => ({
          ...{ id: job.id, run_id: job.run, run_attempt: job.attempt, status: job.status },
          ...{ conclusion: job.conclusion, completed_at: ms(job.completed_at) },
        })),
      ),
    untold: ['status'], // what comes before the start has no order
  },
  deployment: {
    rows: (r) =>
      keyed(
        [...r.deployments.values()].map((one) => ({
          ...{ id: one.id, sha: one.sha, ref: one.ref, environment: one.environment },
          ...{ creator: one.creator.login, ...times(one) },
        })),
      ),
  },
  deployment_status: {
    rows: (r) =>
      keyed(
        [...r.deploymentStatuses.values()].map(({ id, deployment, state, creator }) => ({
          ...{ id, deployment_id: deployment, state, creator: creator.login },
        })),
      ),
  },
  environment: {
    rows: (r) => keyed([...r.environments.values()].map(({ id, name }) => ({ id, name }))),
    silent: true,
  },
  release: {
    rows: (r) =>
      keyed(
        [...r.releases.values()]
          .filter(({ draft }) => !draft)
          .map((one) => ({
            ...{ id: one.id, tag_name: one.tag, name: one.name, prerelease: one.prerelease },
            ...{ author: one.author.login, ...times(one), published_at: ms(one.published_at) },
          })),
      ),
  },
  tag: {
    rows: ({ tags }) =>
      keyed(
        [...tags].map(([name, sha]) => ({ name, sha })),
        'name',
      ),
  },
  branch_protection_rule: {
    rows: (r) =>
      keyed(
        [...r.protections.values()].map(({ id, name, strict }) => ({ id, name, admin_enforced: strict })),
      ),
    unlisted: true,
  },
  ruleset: {
    rows: (r) =>
      keyed(
        [...r.rulesets.values()].map(({ id, name, strict }) => ({
          ...{ id, name, enforcement: strict ? 'active' : 'disabled' },
        })),
      ),
  },
  discussion: {
    rows: (r) =>
      keyed(
        [...r.discussions.values()].map((one) => ({
          ...{ number: one.number, title: one.title, body: one.body, state: one.state, ...times(one) },
          comments: [...r.discussionComments.values()].filter(({ number }) => number === one.number).length,
        })),
        'number',
      ),
    unlisted: true,
  },
  discussion_comment: {
    rows: (r) =>
      keyed(
        [...r.discussionComments.values()].map((one) => ({
          ...{ id: one.id, discussion_number: one.number, body: one.body, ...times(one) },
        })),
      ),
    unlisted: true,
  },
}

/** A stored item as the model would write it. */
export function asExpected(item: object, fields: readonly string[]): Expected {
  const row = item as Record<string, unknown>
  const shown: Expected = {}
  for (const field of fields) {
    const value = field === 'reviewers' ? row.requested_reviewers : row[field]
    shown[field] = plain(value)
    if (field === 'auto_merge') shown[field] = (value as { enabled_by: string } | null)?.enabled_by ?? null
  }
  return shown
}

/** People by their logins, labels by their names, in an order that says nothing. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    const texts = value.map((one) => (typeof one === 'object' ? plain(one) : one))
    return texts.length > 1 && typeof value[0] === 'object' ? texts.sort() : texts
  }
  if (typeof value !== 'object' || value === null) return value
  if ('login' in value) return value.login
  return 'color' in value ? (value as unknown as { name: string }).name : value
}
