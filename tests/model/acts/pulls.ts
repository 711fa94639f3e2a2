import { pullOf } from '../render-conversations.ts'
import { accountOf } from '../render-repository.ts'
import type { Pull } from '../state.ts'
import { addCommit } from '../world.ts'
import { type Act, type Acting, anyOf, push, send } from './acting.ts'
import { begun, turnAssignee, turnLabel, turnMilestone } from './issues.ts'

export function tellPull(acting: Acting, pull: Pull, action: string, more: object = {}): void {
  pull.updated_at = acting.now
  const { number } = pull
  send(acting, 'pull_request', { action, number, pull_request: pullOf(acting.repository, pull), ...more })
}

export const aPull = ({ random, repository }: Acting, wanted?: (pull: Pull) => boolean) =>
  anyOf(random, repository.pulls.values(), wanted)
const isOpen = ({ state }: Pull) => state === 'open'

/** A branch of its own, and a pull request from it. */
const open: Act = (acting) => {
  const { world, repository, random, actor } = acting
  const base = repository.branches.get(repository.default_branch)
  if (base === undefined) return
  const ref = `topic-${world.nextId()}`
  const commit = addCommit(world, repository, { parents: [base], author: actor })
  push(acting, { branch: ref, sha: commit.sha })
  const pull: Pull = {
    ...{ ...begun(acting), issueId: world.nextId(), draft: random.chance(0.2) },
    ...{ merged_at: null, merged_by: null, head: { ref, sha: commit.sha } },
    ...{ base: { ref: repository.default_branch }, reviewers: new Set(), autoMerge: null, additions: 1 },
  }
  repository.pulls.set(pull.number, pull)
  tellPull(acting, pull, 'opened')
}

const edit: Act = (acting) => {
  const pull = aPull(acting)
  if (!pull) return
  pull.title = `Title ${acting.world.nextId()}`
  tellPull(acting, pull, 'edited', { changes: { title: { from: 'before' } } })
}

/** New commits on its branch, or its branch made anew. */
const synchronize: Act = (acting) => {
  const { world, repository, random, actor } = acting
  const pull = aPull(acting, (one) => isOpen(one) && repository.branches.has(one.head.ref))
  if (!pull) return
  const head = repository.branches.get(pull.head.ref)!
  const parents = random.chance(0.3) ? (repository.commits.get(head)?.parents ?? []) : [head]
  const { sha } = addCommit(world, repository, { parents, author: actor })
  push(acting, { branch: pull.head.ref, sha })
  pull.head = { ...pull.head, sha }
  pull.additions++
  tellPull(acting, pull, 'synchronize', { before: head, after: sha })
}

const merge: Act = (acting) => {
  const { world, repository, now, actor } = acting
  const pull = aPull(acting, (one) => isOpen(one) && repository.branches.has(one.base.ref))
  if (!pull) return
  const parents = [repository.branches.get(pull.base.ref)!, pull.head.sha]
  const { sha } = addCommit(world, repository, { parents, author: actor })
  push(acting, { branch: pull.base.ref, sha })
  Object.assign(pull, { state: 'closed', closed_at: now, merged_at: now, merged_by: actor, autoMerge: null })
  tellPull(acting, pull, 'closed')
}

const close: Act = (acting) => {
  const pull = aPull(acting, isOpen)
  if (!pull) return
  Object.assign(pull, { state: 'closed', closed_at: acting.now })
  tellPull(acting, pull, 'closed')
}

const reopen: Act = (acting) => {
  const pull = aPull(acting, ({ state, merged_at }) => state === 'closed' && merged_at === null)
  if (!pull) return
  Object.assign(pull, { state: 'open', closed_at: null })
  tellPull(acting, pull, 'reopened')
}

const turnDraft: Act = (acting) => {
  const pull = aPull(acting, isOpen)
  if (!pull) return
  pull.draft = !pull.draft
  tellPull(acting, pull, pull.draft ? 'converted_to_draft' : 'ready_for_review')
}

const turnReviewer: Act = (acting) => {
  const pull = aPull(acting, isOpen)
  if (!pull) return
  const account = acting.random.pick(acting.world.accounts)!
  const had = pull.reviewers.delete(account)
  if (!had) pull.reviewers.add(account)
  const action = had ? 'review_request_removed' : 'review_requested'
  tellPull(acting, pull, action, { requested_reviewer: accountOf(account) })
}

const turnAutoMerge: Act = (acting) => {
  const pull = aPull(acting, isOpen)
  if (!pull) return
  pull.autoMerge = pull.autoMerge ? null : acting.actor
  tellPull(acting, pull, pull.autoMerge ? 'auto_merge_enabled' : 'auto_merge_disabled')
}

const turning =
  (turn: (acting: Acting, pull: Pull) => { action: string; more: object } | undefined): Act =>
  (acting) => {
    const pull = aPull(acting)
    const turned = pull && turn(acting, pull)
    if (turned) tellPull(acting, pull, turned.action, turned.more)
  }

export const pullActs: Record<string, [weight: number, act: Act]> = {
  'open a pull request': [6, open],
  'edit a pull request': [3, edit],
  'push to a pull request': [4, synchronize],
  'merge a pull request': [2, merge],
  'close a pull request': [2, close],
  'reopen a pull request': [1, reopen],
  'turn a draft': [1, turnDraft],
  'ask for a review': [2, turnReviewer],
  'turn auto-merge': [1, turnAutoMerge],
  'label a pull request': [2, turning(turnLabel)],
  'assign a pull request': [1, turning(turnAssignee)],
  'give a pull request a milestone': [1, turning(turnMilestone)],
}
