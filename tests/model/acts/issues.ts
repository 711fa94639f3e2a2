import { issueOf, labelOf, milestoneOf } from '../render-conversations.ts'
import { accountOf } from '../render-repository.ts'
import type { Conversation, Issue, Milestone, Pull } from '../state.ts'
import { type Act, type Acting, anyOf, send } from './acting.ts'

/** What every issue and pull request begins with. */
export function begun({ world, repository, now, actor }: Acting): Conversation {
  const number = ++repository.number
  return {
    ...{ id: world.nextId(), number, title: `Title ${number}`, body: `Body ${number}`, state: 'open' },
    ...{ user: actor, labels: new Set(), assignees: new Set(), milestone: null, locked: false },
    ...{ created_at: now, updated_at: now, closed_at: null },
  }
}

function tell(acting: Acting, issue: Issue, action: string, more: object = {}): void {
  issue.updated_at = acting.now
  send(acting, 'issues', { action, issue: issueOf(acting.repository, issue), ...more })
}

const anIssue = ({ random, repository }: Acting, wanted?: (issue: Issue) => boolean) =>
  anyOf(random, repository.issues.values(), wanted)

const open: Act = (acting) => {
  const issue = { ...begun(acting), state_reason: null, pinned: false }
  acting.repository.issues.set(issue.number, issue)
  tell(acting, issue, 'opened')
}

const edit: Act = (acting) => {
  const issue = anIssue(acting)
  if (!issue) return
  issue.title = `Title ${acting.world.nextId()}`
  issue.body = acting.random.chance(0.2) ? null : `Body ${acting.world.nextId()}`
  tell(acting, issue, 'edited', { changes: { title: { from: 'before' } } })
}

const close: Act = (acting) => {
  const issue = anIssue(acting, ({ state }) => state === 'open')
  if (!issue) return
  Object.assign(issue, { state: 'closed', closed_at: acting.now })
  issue.state_reason = acting.random.pick(['completed', 'not_planned', 'duplicate'])!
  tell(acting, issue, 'closed')
}

const reopen: Act = (acting) => {
  const issue = anIssue(acting, ({ state }) => state === 'closed')
  if (!issue) return
  Object.assign(issue, { state: 'open', closed_at: null, state_reason: 'reopened' })
  tell(acting, issue, 'reopened')
}

const lock: Act = (acting) => {
  const issue = anIssue(acting)
  if (!issue) return
  issue.locked = !issue.locked
  tell(acting, issue, issue.locked ? 'locked' : 'unlocked')
}

const pin: Act = (acting) => {
  const issue = anIssue(acting)
  if (!issue) return
  issue.pinned = !issue.pinned
  tell(acting, issue, issue.pinned ? 'pinned' : 'unpinned')
}

/** An issue is deleted, or taken to another repository. */
const remove: Act = (acting) => {
  const { repository, random } = acting
  const issue = anIssue(acting)
  if (!issue) return
  tell(acting, issue, random.chance(0.7) ? 'deleted' : 'transferred')
  repository.issues.delete(issue.number)
  for (const { id, number } of repository.comments.values()) {
    if (number === issue.number) repository.comments.delete(id)
  }
}

/** Labels, assignees and milestones; what they do to a pull request they do with other events. */
export function turnLabel(acting: Acting, one: Conversation): { action: string; more: object } | undefined {
  const { random, repository } = acting
  const label = anyOf(random, repository.labels)
  if (!label) return undefined
  const has = one.labels.delete(label)
  if (!has) one.labels.add(label)
  return { action: has ? 'unlabeled' : 'labeled', more: { label: labelOf(repository, label) } }
}

export function turnAssignee({ random, world }: Acting, one: Conversation) {
  const account = random.pick(world.accounts)!
  const has = one.assignees.delete(account)
  if (!has) one.assignees.add(account)
  return { action: has ? 'unassigned' : 'assigned', more: { assignee: accountOf(account) } }
}

export function turnMilestone({ random, repository }: Acting, one: Conversation) {
  const milestone = anyOf(random, repository.milestones)
  if (!milestone) return undefined
  const had = one.milestone
  one.milestone = had ? null : milestone
  const action = had ? 'demilestoned' : 'milestoned'
  return { action, more: { milestone: milestoneOf(repository, had ?? milestone) } }
}

const turning =
  (turn: (acting: Acting, issue: Issue) => { action: string; more: object } | undefined): Act =>
  (acting) => {
    const issue = anIssue(acting)
    const turned = issue && turn(acting, issue)
    if (turned) tell(acting, issue, turned.action, turned.more)
  }

const createLabel: Act = (acting) => {
  const { world, repository } = acting
  const id = world.nextId()
  const label = { id, name: `label-${id}`, color: 'd73a4a' }
  repository.labels.add(label)
  send(acting, 'label', { action: 'created', label: labelOf(repository, label) })
}

/** Renamed: every issue and pull request that has it shows the new name, and none was changed. */
const renameLabel: Act = (acting) => {
  const { world, repository, random } = acting
  const label = anyOf(random, repository.labels)
  if (!label) return
  const from = label.name
  label.name = `label-${world.nextId()}`
  const changes = { name: { from } }
  send(acting, 'label', { action: 'edited', label: labelOf(repository, label), changes })
}

const deleteLabel: Act = (acting) => {
  const { repository, random } = acting
  const label = anyOf(random, repository.labels)
  if (!label) return
  repository.labels.delete(label)
  for (const one of [...repository.issues.values(), ...repository.pulls.values()]) one.labels.delete(label)
  send(acting, 'label', { action: 'deleted', label: labelOf(repository, label) })
}

function tellMilestone(acting: Acting, milestone: Milestone, action: string, more: object = {}): void {
  milestone.updated_at = acting.now
  send(acting, 'milestone', { action, milestone: milestoneOf(acting.repository, milestone), ...more })
}

const createMilestone: Act = (acting) => {
  const { world, repository, now, actor } = acting
  const id = world.nextId()
  const milestone: Milestone = {
    ...{ id, number: world.nextId(), title: `Milestone ${id}` },
    ...{ state: 'open', closed_at: null, creator: actor, created_at: now, updated_at: now },
  }
  repository.milestones.add(milestone)
  tellMilestone(acting, milestone, 'created')
}

const renameMilestone: Act = (acting) => {
  const { world, repository, random } = acting
  const milestone = anyOf(random, repository.milestones)
  if (!milestone) return
  const from = milestone.title
  milestone.title = `Milestone ${world.nextId()}`
  tellMilestone(acting, milestone, 'edited', { changes: { title: { from } } })
}

const changeMilestone: Act = (acting) => {
  const { repository, random, now } = acting
  const milestone = anyOf(random, repository.milestones)
  if (!milestone) return
  const isOpen = milestone.state === 'open'
  Object.assign(milestone, { state: isOpen ? 'closed' : 'open', closed_at: isOpen ? now : null })
  tellMilestone(acting, milestone, isOpen ? 'closed' : 'opened')
}

const deleteMilestone: Act = (acting) => {
  const { repository, random } = acting
  const milestone = anyOf(random, repository.milestones)
  if (!milestone) return
  tellMilestone(acting, milestone, 'deleted')
  repository.milestones.delete(milestone)
  for (const one of [...repository.issues.values(), ...repository.pulls.values()]) {
    if (one.milestone === milestone) one.milestone = null
  }
}

/** The payload of a comment's webhook: the issue as it is with it. */
export function tellComment(acting: Acting, number: number, action: string, comment: object): void {
  const { repository } = acting
  const one: Issue | Pull | undefined = repository.issues.get(number) ?? repository.pulls.get(number)
  if (one) send(acting, 'issue_comment', { action, issue: issueOf(repository, one), comment })
}

export const issueActs: Record<string, [weight: number, act: Act]> = {
  'open an issue': [8, open],
  'edit an issue': [6, edit],
  'close an issue': [4, close],
  'reopen an issue': [2, reopen],
  'lock an issue': [1, lock],
  'pin an issue': [1, pin],
  'delete an issue': [3, remove],
  'label an issue': [3, turning(turnLabel)],
  'assign an issue': [3, turning(turnAssignee)],
  'give an issue a milestone': [2, turning(turnMilestone)],
  'create a label': [2, createLabel],
  'create a milestone': [2, createMilestone],
  'close or open a milestone': [2, changeMilestone],
}

/** They change what others show. */
export const farReachingIssueActs: Record<string, [weight: number, act: Act]> = {
  'rename a label': [1, renameLabel],
  'delete a label': [1, deleteLabel],
  'rename a milestone': [1, renameMilestone],
  'delete a milestone': [1, deleteMilestone],
}
