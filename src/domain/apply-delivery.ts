import type { ChangeData, ChangeKind } from '../../contract/changes.ts'
import type { ActionsJob, ActionsRun, Commit, Issue, PullRequest, Review } from '../../contract/mirror.ts'
import type { CommitFacts, IssueFacts, MirroredRepository, PullRequestFacts } from './mirror/facts.ts'
import type { Delivered, Push, Rows } from './read-delivery.ts'

/** A change without its place in the log. */
export type Described = { [Kind in ChangeKind]: { kind: Kind; data: ChangeData[Kind] } }[ChangeKind]

export type Removal =
  | { what: 'branch'; name: string }
  | { what: 'issue'; number: number }
  | { what: 'comment'; id: number }
  | { what: 'repository' }

/** What a delivery does to the mirror. */
export interface Decision {
  /** Rows to upsert: those that are not older than what is stored. */
  save: Rows
  commits: CommitFacts[]
  /** A pull request's number of comments, which only a comment's delivery tells. */
  comments: { number: number; comments: number } | null
  remove: Removal | null
  change: Described
}

/** What is stored: the repository after this delivery's description of it, and the rows that the delivery names. */
export interface Current {
  repository: MirroredRepository
  rows: Rows
}

/**
 * Decides what a delivery changes. Pure. GitHub does not promise an order of deliveries: a row that is older than
 * what is stored is not saved, and the change then shows the stored one, so that readers never go back in time.
 */
export function decideDelivery(delivered: Delivered, current: Current): Decision {
  const save = newerRows(delivered, current.rows)
  const now = { ...current.rows, ...save }
  const nothing = { save, commits: [], comments: null, remove: null }
  const action = delivered.action ?? ''
  const { id: repository_id, full_name } = current.repository

  switch (delivered.event) {
    case 'push':
      return delivered.push
        ? decidePush(delivered.push, { save, now, repository: current.repository })
        : { ...nothing, change: stored(delivered) }
    case 'repository':
      return action === 'deleted'
        ? {
            ...nothing,
            remove: { what: 'repository' },
            change: { kind: 'repository.removed', data: { action, repository_id, full_name } },
          }
        : {
            ...nothing,
            change: { kind: 'repository.updated', data: { action, repository: current.repository } },
          }
    case 'issues': {
      const issue = now.issue as IssueFacts
      const { number } = issue
      if (action === 'deleted' || action === 'transferred') {
        return {
          ...nothing,
          save: {},
          remove: { what: 'issue', number },
          change: { kind: 'issue.removed', data: { action, number, full_name } },
        }
      }
      return {
        ...nothing,
        change: { kind: 'issue.updated', data: { action, issue: withoutBody(issue), full_name } },
      }
    }
    case 'issue_comment':
      return decideComment(delivered, { save, now, action, full_name })
    case 'pull_request': {
      const pull_request = presentPullRequest(now.pull_request as PullRequestFacts, current.rows.pull_request)
      return {
        ...nothing,
        change: { kind: 'pull_request.updated', data: { action, pull_request, full_name } },
      }
    }
    case 'pull_request_review': {
      const { review, pull_request } = now as { review?: Review; pull_request: PullRequestFacts }
      if (!review) return { ...nothing, change: stored(delivered) }
      const { title } = pull_request
      return { ...nothing, change: { kind: 'review.updated', data: { action, review, full_name, title } } }
    }
    case 'workflow_run': {
      const actions_run = now.actions_run as ActionsRun
      return { ...nothing, change: { kind: 'actions_run.updated', data: { action, actions_run, full_name } } }
    }
    case 'workflow_job': {
      const actions_job = now.actions_job as ActionsJob
      return { ...nothing, change: { kind: 'actions_job.updated', data: { action, actions_job, full_name } } }
    }
    default:
      return { ...nothing, change: stored(delivered) }
  }
}

/** The change of a delivery that alters nothing in the mirror. */
export function stored({ event, action, repository }: Delivered): Described {
  return { kind: 'delivery.stored', data: { event, action, full_name: repository?.full_name ?? null } }
}

interface Deciding {
  save: Rows
  now: Rows
}

/** Commits that a `push` change shows; more are counted only. */
const shownCommits = 20

function decidePush(
  push: Push,
  { save, now, repository }: Deciding & { repository: MirroredRepository },
): Decision {
  const { ref, forced, deleted } = push
  const removed = deleted && save.branch !== undefined && push.branch !== null
  const branch = deleted ? null : (now.branch ?? null)
  return {
    save: removed ? {} : save,
    commits: push.branch === repository.default_branch ? push.commits : [],
    comments: null,
    remove: removed && push.branch !== null ? { what: 'branch', name: push.branch } : null,
    change: {
      kind: 'push',
      data: {
        ref,
        branch,
        deleted,
        forced,
        count: push.commits.length,
        commits: push.commits.slice(-shownCommits).map(presentCommit),
        full_name: repository.full_name,
      },
    },
  }
}

function decideComment(
  { rows, subject }: Delivered,
  { save, now, action, full_name }: Deciding & { action: string; full_name: string },
): Decision {
  const { id, issue_number } = rows.comment as { id: number; issue_number: number }
  const pull_request = subject?.pull_request ?? false
  const counted = {
    commits: [],
    comments: pull_request && subject ? { number: issue_number, comments: subject.comments } : null,
  }
  if (action === 'deleted') {
    const { comment: _, ...rest } = save
    return {
      ...counted,
      save: rest,
      remove: { what: 'comment', id },
      change: { kind: 'comment.removed', data: { action, id, issue_number, full_name } },
    }
  }
  const comment = now.comment as NonNullable<Rows['comment']>
  return {
    ...counted,
    save,
    remove: null,
    change: {
      kind: 'comment.updated',
      data: { action, comment, full_name, title: subject?.title ?? '', pull_request },
    },
  }
}

/** What brings a row into being: at the same second as a stored row it came before that one. */
const beginnings = new Map<string, keyof Rows>([
  ['issues.opened', 'issue'],
  ['pull_request.opened', 'pull_request'],
  ['issue_comment.created', 'comment'],
])

type EveryRow = Required<Rows>
type Beats = { [Kind in keyof EveryRow]: (incoming: EveryRow[Kind], stored: EveryRow[Kind]) => boolean }

/** When a row of a delivery replaces the stored one, besides the rule about beginnings. */
const beats: Beats = {
  branch: isNotOlder,
  issue: isNotOlder,
  pull_request: isNotOlder,
  comment: isNotOlder,
  actions_workflow: isNotOlder,
  // Reviews tell no time of change; a dismissed one stays dismissed.
  review: (incoming, stored) => stored.state !== 'DISMISSED' || incoming.state === 'DISMISSED',
  actions_run: (incoming, stored) =>
    incoming.updated_at === stored.updated_at
      ? progressOf(incoming) >= progressOf(stored)
      : incoming.updated_at > stored.updated_at,
  // Jobs tell no time of change, but only ever move forward.
  actions_job: (incoming, stored) => progressOf(incoming) >= progressOf(stored),
}

function newerRows(delivered: Delivered, stored: Rows): Rows {
  const kinds = Object.keys(delivered.rows) as (keyof Rows)[]
  return Object.fromEntries(
    kinds.filter((kind) => wins(kind, delivered, stored)).map((kind) => [kind, delivered.rows[kind]]),
  )
}

function wins<Kind extends keyof Rows>(kind: Kind, delivered: Delivered, rows: Rows): boolean {
  const incoming = delivered.rows[kind] as EveryRow[Kind]
  const stored = rows[kind] as EveryRow[Kind] | undefined
  if (!stored) return true
  const begun = beginnings.get(`${delivered.event}.${delivered.action}`)
  if (begun === kind && isAsOld(incoming, stored)) return false
  return beats[kind](incoming, stored)
}

function isAsOld(incoming: object, stored: object): boolean {
  return 'updated_at' in incoming && 'updated_at' in stored && incoming.updated_at === stored.updated_at
}

function isNotOlder(incoming: { updated_at: string }, stored: { updated_at: string }): boolean {
  return incoming.updated_at >= stored.updated_at
}

const statuses = ['requested', 'queued', 'waiting', 'pending', 'in_progress', 'completed']

/** Orders attempts first, then how far each has come. */
function progressOf({
  run_attempt,
  status,
}: Pick<ActionsRun | ActionsJob, 'run_attempt' | 'status'>): number {
  return run_attempt * statuses.length + statuses.indexOf(status)
}

function withoutBody({ body: _, ...issue }: IssueFacts): Issue {
  return issue
}

function presentPullRequest(
  { body: _, ...pull }: PullRequestFacts,
  stored: PullRequestFacts | undefined,
): PullRequest {
  return { ...pull, comments: pull.comments ?? stored?.comments ?? 0 }
}

function presentCommit({ author_email: _, ...commit }: CommitFacts): Commit {
  return commit
}
