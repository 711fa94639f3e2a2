import type {
  ActionsJob,
  ActionsRun,
  ActionsWorkflow,
  Branch,
  Comment,
  Review,
} from '../../contract/mirror.ts'
import type { CommitFacts, IssueFacts, PullRequestFacts, RepositoryFacts } from './mirror/facts.ts'
import {
  type Fields,
  fieldsOf,
  flagIn,
  integerIn,
  objectIn,
  objectsIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
} from './mirror/fields.ts'
import { readActionsJob, readActionsRun, readActionsWorkflow } from './mirror/read-actions.ts'
import { readPushedCommit } from './mirror/read-commit.ts'
import { isPullRequest, readComment, readIssue, readPullRequest, readReview } from './mirror/read-issue.ts'
import { readRepository } from './mirror/read-repository.ts'

/** The rows of the mirror that one delivery speaks of; the same shape holds what is stored of them. */
export interface Rows {
  branch?: Branch
  issue?: IssueFacts
  pull_request?: PullRequestFacts
  review?: Review
  comment?: Comment
  actions_workflow?: ActionsWorkflow
  actions_run?: ActionsRun
  actions_job?: ActionsJob
}

/** A push, besides its branch. */
export interface Push {
  ref: string
  /** null for a tag. */
  branch: string | null
  deleted: boolean
  forced: boolean
  commits: CommitFacts[]
}

/** A delivery, parsed: everything that the hub takes from its payload. */
export interface Delivered {
  event: string
  action: string | null
  /** Login of whoever did it. */
  actor: string | null
  /** Whose rights it may have changed: accounts by id, and perhaps everybody who may read the repository. */
  rights: { accounts: number[]; readers: boolean }
  repository: RepositoryFacts | null
  rows: Rows
  push: Push | null
  /** The default branch has another history now: what was known of its commits may be wrong. */
  rewritesHistory: boolean
  /** A comment's issue or pull request: GitHub describes a pull request there as an issue. */
  subject: { number: number; title: string; comments: number; pull_request: boolean } | null
}

/**
 * Reads the payload of a webhook. Throws `github_malformed`, naming the field, when an event that the hub applies
 * lacks what GitHub documents for it; of other events it takes who, what and where only.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export function readDelivery({ event, payload }: { event: string; payload: unknown }): Delivered {
  const fields = fieldsOf(payload, '')
  const read = rowReaders.get(event)
  const sender = optionalObjectIn(fields, 'sender')
  const repository = read ? objectIn(fields, 'repository') : optionalObjectIn(fields, 'repository')
  const delivered: Delivered = {
    event,
    action: optionalTextIn(fields, 'action'),
    actor: sender && optionalTextIn(sender, 'login'),
    rights: rightsIn(event, fields),
    repository: read || isWhole(repository) ? readRepository(repository as Fields) : null,
    rows: {},
    push: null,
    rewritesHistory: false,
    subject: null,
  }
  return read ? { ...delivered, ...read(fields, delivered.repository as RepositoryFacts) } : delivered
}

/** Some events that are only stored name a repository by a part of it. */
function isWhole(repository: Fields | null): boolean {
  return repository !== null && 'default_branch' in repository.values && 'updated_at' in repository.values
}

/** GitHub tells of some changes of rights; what it does not tell, the hub finds when it asks again. */
function rightsIn(event: string, payload: Fields): Delivered['rights'] {
  const action = optionalTextIn(payload, 'action')
  switch (event) {
    case 'repository':
      return action === 'created' || action === 'publicized'
        ? { accounts: idsOf(optionalObjectIn(payload, 'sender')), readers: false }
        : { accounts: [], readers: action === 'privatized' || action === 'transferred' }
    case 'member':
    case 'membership':
      return { accounts: idsOf(optionalObjectIn(payload, 'member')), readers: false }
    case 'organization': {
      const membership = optionalObjectIn(payload, 'membership')
      return { accounts: idsOf(membership && optionalObjectIn(membership, 'user')), readers: false }
    }
    default:
      return { accounts: [], readers: false }
  }
}

function idsOf(account: Fields | null): number[] {
  const id = account && optionalIntegerIn(account, 'id', null)
  return id === null ? [] : [id]
}

type RowReader = (payload: Fields, repository: RepositoryFacts) => Partial<Delivered>

/** The events that change the mirror. */
const rowReaders = new Map<string, RowReader>([
  ['push', readPush],
  ['repository', readRepositoryEvent],
  ['issues', (payload, { id }) => ({ rows: { issue: readIssue(objectIn(payload, 'issue'), id) } })],
  ['issue_comment', readIssueComment],
  [
    'pull_request',
    (payload, { id }) => ({ rows: { pull_request: readPullRequest(objectIn(payload, 'pull_request'), id) } }),
  ],
  ['pull_request_review', readPullRequestReview],
  ['workflow_run', readWorkflowRun],
  [
    'workflow_job',
    (payload) => ({ rows: { actions_job: readActionsJob(objectIn(payload, 'workflow_job')) } }),
  ],
])

function readPush(payload: Fields, repository: RepositoryFacts): Partial<Delivered> {
  const ref = textIn(payload, 'ref')
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : null
  const push: Push = {
    ref,
    branch,
    deleted: flagIn(payload, 'deleted'),
    forced: flagIn(payload, 'forced'),
    commits: objectsIn(payload, 'commits').map(readPushedCommit),
  }
  if (branch === null) return { push }
  const rewritesHistory = push.forced && branch === repository.default_branch
  // A push has no time of its own; the repository in it was last pushed to just then, by GitHub's clock.
  const updated_at = repository.pushed_at ?? repository.updated_at
  return {
    push,
    rewritesHistory,
    rows: { branch: { name: branch, sha: textIn(payload, 'after'), protected: false, updated_at } },
  }
}

function readRepositoryEvent(payload: Fields): Partial<Delivered> {
  const changes = optionalObjectIn(payload, 'changes')
  return { rewritesHistory: changes !== null && optionalObjectIn(changes, 'default_branch') !== null }
}

function readIssueComment(payload: Fields, { id }: RepositoryFacts): Partial<Delivered> {
  const issue = objectIn(payload, 'issue')
  const number = integerIn(issue, 'number')
  const comment = readComment(objectIn(payload, 'comment'), number)
  const pull_request = isPullRequest(issue)
  return {
    rows: pull_request ? { comment } : { comment, issue: readIssue(issue, id) },
    subject: {
      number,
      title: textIn(issue, 'title'),
      comments: optionalIntegerIn(issue, 'comments', 0),
      pull_request,
    },
  }
}

function readPullRequestReview(payload: Fields, { id }: RepositoryFacts): Partial<Delivered> {
  const pull_request = readPullRequest(objectIn(payload, 'pull_request'), id)
  const review = readReview(objectIn(payload, 'review'), pull_request.number)
  return { rows: review ? { pull_request, review } : { pull_request } }
}

function readWorkflowRun(payload: Fields, { id }: RepositoryFacts): Partial<Delivered> {
  const actions_run = readActionsRun(objectIn(payload, 'workflow_run'), id)
  const workflow = optionalObjectIn(payload, 'workflow')
  return {
    rows: workflow ? { actions_run, actions_workflow: readActionsWorkflow(workflow) } : { actions_run },
  }
}
