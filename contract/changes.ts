import type {
  ActionsJob,
  ActionsRun,
  Branch,
  Comment,
  Commit,
  Issue,
  PullRequest,
  Repository,
  Review,
} from './mirror.ts'
import type { PlainKinds } from './plain-faces.ts'

/**
 * The kinds of change outside of runs (those are in `run.ts`), and what `data` holds. `action` is GitHub's word
 * for what happened (`opened`, `labeled`, `synchronize`, …). Objects are whole, so that a reader can fold them into
 * what it shows without asking again; bodies of issues and pull requests are left out.
 */
interface SpecialChanges {
  'repository.updated': { action: string; repository: Omit<Repository, 'permission'> }
  'repository.removed': { action: string; repository_id: number; full_name: string }
  /** A push: the branch and the commits that came with it (at most 20 shown, `count` tells them all). */
  push: {
    ref: string
    branch: Branch | null
    deleted: boolean
    forced: boolean
    count: number
    commits: Commit[]
    full_name: string
  }
  'issue.updated': { action: string; issue: Issue; full_name: string }
  'issue.removed': { action: string; number: number; full_name: string }
  'pull_request.updated': { action: string; pull_request: PullRequest; full_name: string }
  'review.updated': { action: string; review: Review; full_name: string; title: string }
  'comment.updated': {
    action: string
    comment: Comment
    full_name: string
    title: string
    pull_request: boolean
  }
  'comment.removed': { action: string; id: number; issue_number: number; full_name: string }
  'actions_run.updated': { action: string; actions_run: ActionsRun; full_name: string }
  'actions_job.updated': { action: string; actions_job: ActionsJob; full_name: string }
  /** A delivery that changed nothing we keep: a ping, or an event kind that is only stored. */
  'delivery.stored': { event: string; action: string | null; full_name: string | null }
  /** A delivery given up on; it stays stored and can be applied again. */
  'delivery.failed': { event: string; error: string }
  /** One page of a sync is on disk: what lists show of this resource may have moved; refetch. */
  'sync.progress': {
    full_name: string | null
    resource: string
    state: 'running' | 'done' | 'failed'
    done: number
    total: number | null
    error: string | null
    /** Items that did not fit, so far. */
    set_aside: number
    /** Items that differed from GitHub, so far; absent where nothing was compared. */
    healed?: number
  }
  /** A workflow's definition was created, changed, switched on or off, shared or hidden, could not be started, or was deleted. Topic `system`. */
  'workflow.updated': {
    action: 'created' | 'updated' | 'enabled' | 'disabled' | 'shared' | 'hidden' | 'failed' | 'deleted'
    workflow_id: string
    name: string
  }
  /**
   * What a user may read on GitHub was learnt anew. Topic `inbox:<user id>`, written in the same transaction as the
   * `access` rows: the live feed reloads the user's rights when it passes this row, so that no frame slips by.
   */
  'access.updated': { user_id: string; added: number; removed: number }
  /** A thread of somebody's inbox came, moved or went. Topic `inbox:<user id>`. */
  'inbox.updated': { repository_id: number; kind: string; number: number }
  /** Topic `system`. */
  'user.updated': {
    action: 'created' | 'role' | 'disabled' | 'enabled' | 'signed_in'
    user_id: string
    login: string
  }
}

/** What happened to an item of a kind of which nothing special is told: the item under its kind, or its identity. */
export type PlainChanges = {
  [Kind in keyof PlainKinds as `${Kind}.updated`]: { action: string; full_name: string } & {
    [Name in Kind]: PlainKinds[Name]
  }
} & {
  [Kind in keyof PlainKinds as `${Kind}.removed`]: { action: string; id: number | string; full_name: string }
}

export type ChangeData = SpecialChanges & PlainChanges
export type ChangeKind = keyof ChangeData
