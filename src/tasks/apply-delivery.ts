import {
  type Decision,
  type Described,
  decideDelivery,
  type Removal,
  stored,
} from '../domain/apply-delivery.ts'
import type { MirroredRepository } from '../domain/mirror/facts.ts'
import { syncAccountTask, syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import { type Delivered, type Rows, readDelivery } from '../domain/read-delivery.ts'
import { coded, isCoded, messageOf } from '../errors.ts'
import { listReaders, listUsersOfAccounts } from '../store/access.ts'
import {
  findActionsJob,
  findActionsRun,
  findActionsWorkflow,
  saveActionsJobs,
  saveActionsRuns,
  saveActionsWorkflows,
} from '../store/actions.ts'
import { findBranch, removeBranch, saveBranch } from '../store/branches.ts'
import { appendChanges, type NewChange } from '../store/changes.ts'
import { findComment, removeComment, saveComments } from '../store/comments.ts'
import { removeCommits, saveCommits } from '../store/commits.ts'
import { type DueDelivery, loadDelivery, markDelivery } from '../store/deliveries.ts'
import { findIssue, removeIssue, saveIssues } from '../store/issues.ts'
import { findPullRequest, savePullRequests, setPullRequestComments } from '../store/pull-requests.ts'
import { recountOpen, removeRepository, saveRepository } from '../store/repositories.ts'
import { findReview, saveReviews } from '../store/reviews.ts'
import type { Db } from '../store/store.ts'
import { forgetProgress } from '../store/sync-progress.ts'
import type { MirrorTaskDeps } from './deps.ts'

export type Outcome = 'applied' | 'stored' | 'failed'

/**
 * Applies one stored webhook: its rows, its changes, the runs it starts and its mark are part of the caller's
 * transaction. A payload that is not what GitHub documents fails for good; any other error is the caller's to repeat.
 *
 * A repository that the hub does not know is taken in as the payload describes it: the signature shows that the
 * webhook is ours. Nobody sees it until GitHub lists it to them. One that was removed stays so: only a listing
 * brings it back.
 */
export async function applyDelivery(
  tx: Db,
  { delivery, now }: { delivery: DueDelivery; now: number },
  deps: MirrorTaskDeps,
): Promise<Outcome> {
  const stored = await loadDelivery(tx, delivery.id)
  if (stored?.state !== 'pending') throw coded('conflict', `Delivery ${delivery.id} does not wait any more.`)
  const parsed = parse(stored)
  if (parsed instanceof Error) return await failDelivery(tx, delivery, { error: parsed, now })
  return await apply(tx, { ...parsed, delivery, now }, deps)
}

/** When a delivery cannot be applied: it stays stored, and says why. */
export async function failDelivery(
  tx: Db,
  { id, event, received_at }: DueDelivery,
  { error: reason, now }: { error: unknown; now: number },
): Promise<Outcome> {
  const error = messageOf(reason)
  appendChanges(tx, now, [
    { topic: 'system', kind: 'delivery.failed', data: { event, error }, delivery_id: id, received_at },
  ])
  await markDelivery(tx, id, { state: 'failed', error, applied_at: now })
  return 'failed'
}

interface Parsed {
  payload: Record<string, unknown>
  delivered: Delivered
}

/** A payload that is not what GitHub documents is no reason to try again: the error is the outcome. */
function parse({ event, body }: { event: string; body: Uint8Array }): Parsed | Error {
  try {
    const payload = JSON.parse(Buffer.from(body).toString('utf8')) as Record<string, unknown>
    return { payload, delivered: readDelivery({ event, payload }) }
  } catch (error) {
    return isCoded(error) ? error : coded('github_malformed', `The payload is no JSON: ${messageOf(error)}`)
  }
}

interface Applying extends Parsed {
  delivery: DueDelivery
  now: number
}

async function apply(tx: Db, applying: Applying, deps: MirrorTaskDeps): Promise<Outcome> {
  const { payload, delivered, delivery, now } = applying
  const { action, actor } = delivered
  const repository =
    delivered.repository && (await saveRepository(tx, delivered.repository, { revive: false }))
  const readers = repository ? (await listReaders(tx, repository.id)).map(({ user_id }) => user_id) : []
  const before = repository ? await loadRows(tx, delivered) : {}
  const decision = repository && decideDelivery(delivered, { repository, rows: before })
  if (repository && delivered.rewritesHistory) await readCommitsAnew(tx, repository.id, deps)
  if (repository && decision) await save(tx, decision, { repository, before, now })

  const change = decision?.change ?? stored({ ...delivered, repository: null })
  appendChanges(tx, now, placeChange(change, { repository, readers, actor, delivery }))
  await recheckRights(tx, { delivered, readers, deps })
  await deps.startRuns(tx, {
    event: delivery.event,
    action,
    payload,
    deliveryId: delivery.id,
    repositoryId: repository?.id ?? null,
    repository: repository?.full_name ?? null,
    actor,
    receivedAt: delivery.received_at,
  })
  const state = change.kind === 'delivery.stored' ? 'stored' : 'applied'
  await markDelivery(tx, delivery.id, {
    state,
    action,
    repository_id: repository?.id ?? null,
    applied_at: now,
  })
  return state
}

/** What is stored of the rows that a delivery speaks of. */
async function loadRows(tx: Db, { rows, repository }: Delivered): Promise<Rows> {
  const repositoryId = repository?.id ?? 0
  const { branch, issue, pull_request, review, comment, actions_workflow, actions_run, actions_job } = rows
  const found = {
    branch: branch && (await findBranch(tx, { repositoryId, name: branch.name })),
    issue: issue && (await findIssue(tx, { repositoryId, number: issue.number })),
    pull_request: pull_request && (await findPullRequest(tx, { repositoryId, number: pull_request.number })),
    review: review && (await findReview(tx, review.id)),
    comment: comment && (await findComment(tx, comment.id)),
    actions_workflow: actions_workflow && (await findActionsWorkflow(tx, actions_workflow.id)),
    actions_run: actions_run && (await findActionsRun(tx, actions_run.id)),
    actions_job: actions_job && (await findActionsJob(tx, actions_job.id)),
  }
  return Object.fromEntries(Object.entries(found).filter(([, row]) => row !== undefined))
}

async function save(
  tx: Db,
  { save: rows, commits, comments, remove }: Decision,
  { repository, before, now }: { repository: MirroredRepository; before: Rows; now: number },
): Promise<void> {
  const repositoryId = repository.id
  if (rows.branch) await saveBranch(tx, { repositoryId, branch: rows.branch })
  if (rows.issue) await saveIssues(tx, [rows.issue])
  if (rows.pull_request) await savePullRequests(tx, [rows.pull_request])
  if (rows.review) await saveReviews(tx, { repositoryId, reviews: [rows.review] })
  if (rows.comment) await saveComments(tx, { repositoryId, comments: [rows.comment] })
  if (rows.actions_workflow)
    await saveActionsWorkflows(tx, { repositoryId, workflows: [rows.actions_workflow] })
  if (rows.actions_run) await saveActionsRuns(tx, [rows.actions_run])
  if (rows.actions_job) await saveActionsJobs(tx, { repositoryId, jobs: [rows.actions_job] })
  if (commits.length > 0) await saveCommits(tx, { repositoryId, commits })
  if (comments) await setPullRequestComments(tx, { repositoryId, ...comments })
  if (remove) await removeRow(tx, remove, { repositoryId, now })
  const isMoved = (kind: 'issue' | 'pull_request') => rows[kind] && rows[kind].state !== before[kind]?.state
  if (isMoved('issue') || isMoved('pull_request') || remove?.what === 'issue') {
    await recountOpen(tx, repositoryId)
  }
}

async function removeRow(
  tx: Db,
  removal: Removal,
  { repositoryId, now }: { repositoryId: number; now: number },
): Promise<void> {
  switch (removal.what) {
    case 'branch':
      return await removeBranch(tx, { repositoryId, name: removal.name })
    case 'issue':
      return await removeIssue(tx, { repositoryId, number: removal.number })
    case 'comment':
      return await removeComment(tx, removal.id)
    case 'repository':
      return await removeRepository(tx, { repositoryId, now })
    default:
      return removal satisfies never
  }
}

async function readCommitsAnew(
  tx: Db,
  repositoryId: number,
  { enqueue }: Pick<MirrorTaskDeps, 'enqueue'>,
): Promise<void> {
  await removeCommits(tx, repositoryId)
  await forgetProgress(tx, { scope: `repo:${repositoryId}`, resource: 'commits' })
  await enqueue(tx, syncRepositoryTask(repositoryId))
}

interface Place {
  repository: MirroredRepository | null
  readers: readonly string[]
  actor: string | null
  delivery: DueDelivery
}

/**
 * A change belongs to its repository's readers. Of a removed repository nobody is a reader any more, so that one is
 * put into the inbox of each who was, together with the news that they read one less.
 */
function placeChange(
  { kind, data }: Described,
  { repository, readers, actor, delivery }: Place,
): NewChange[] {
  const cause = { actor, delivery_id: delivery.id, received_at: delivery.received_at }
  if (kind === 'repository.removed') {
    return readers.flatMap((user_id) => [
      { ...cause, topic: `inbox:${user_id}`, kind, data },
      {
        ...cause,
        topic: `inbox:${user_id}`,
        kind: 'access.updated',
        data: { user_id, added: 0, removed: 1 },
      },
    ])
  }
  return repository
    ? [{ ...cause, topic: `repo:${repository.id}`, repository_id: repository.id, kind, data }]
    : [{ ...cause, topic: 'system', kind, data }]
}

interface Recheck {
  delivered: Delivered
  readers: readonly string[]
  deps: Pick<MirrorTaskDeps, 'enqueue' | 'github'>
}

/** Asks GitHub at once what those may read whose rights the delivery may have changed. */
async function recheckRights(tx: Db, { delivered, readers, deps }: Recheck): Promise<void> {
  const { accounts, readers: concernsReaders } = delivered.rights
  const named = await listUsersOfAccounts(tx, { host: new URL(deps.github.webUrl).host, githubIds: accounts })
  for (const userId of new Set([...named, ...(concernsReaders ? readers : [])])) {
    await deps.enqueue(tx, syncAccountTask(userId))
  }
}
