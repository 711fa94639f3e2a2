import type { Issue } from '../../contract/mirror.ts'
import {
  type Fields,
  integerIn,
  objectIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import {
  conversationColumns,
  conversationFacts,
  conversationTold,
  countReactions,
  lastChangedFirst,
  oldestFirst,
  readConversation,
  withoutBody,
} from './conversation.ts'
import { isNotOlder, type Kind, type Place } from './kind.ts'
import { shownRepository } from './linked-issue.ts'
import { reactionsIn } from './reactions.ts'
import { type Told, tellLater } from './told.ts'

/** An issue with its text; null is what GitHub leaves out in some places. */
export type IssueFacts = Omit<Issue, 'body' | Untold> & { body: string | null } & {
  [Name in Untold]: Issue[Name] | null
}
type Untold = 'reactions' | 'pinned' | 'sub_issues' | 'parent' | 'dependencies'

const { plain, flags, json } = columnsOf<IssueFacts>()

/** What stands in the row of a pull request as in its side as an issue. When it changed tells whether the rest fits. */
export const sideTold: Told = {
  columns: [...conversationTold, 'draft', 'comments'].filter(
    (name) => name !== 'id' && name !== 'updated_at',
  ),
  without: ['id'],
}

/** https://docs.github.com/en/rest/issues/issues */
export const issue = {
  name: 'issue',
  version: 1,
  table: 'issues',
  key: ['repository_id', 'number'],
  columns: [
    ...conversationColumns<IssueFacts>(),
    ...plain('state_reason', 'type', 'comments', 'parent'),
    ...flags('pinned'),
    ...json('sub_issues', 'dependencies'),
  ],
  read: readIssue,
  // GitHub counts the comments of a pull request only where it shows it as an issue, and each moves its time.
  tells: (object, place) => ({
    kind: 'pull_request',
    key: { number: integerIn(object, 'number') },
    set: {
      comments: optionalIntegerIn(object, 'comments', 0),
      issue_id: integerIn(object, 'id'),
      issue_told: tellLater(sideTold, object.values, place),
      reactions: JSON.stringify(reactionsIn(object) ?? {}),
    },
    updated_at: Date.parse(timeIn(object, 'updated_at')),
  }),
  told: { columns: [...conversationTold, 'state_reason', 'comments'] },
  untold: {
    reactions: {},
    pinned: false,
    sub_issues: { total: 0, completed: 0 },
    parent: '',
    dependencies: { blocked_by: 0, blocking: 0 },
  },
  replaces: isNotOlder,
  begins: ['issues.opened'],
  counts: { column: 'open_issues', counted: ({ state }) => state === 'open' },
  events: {
    issues: {
      at: 'issue',
      subject: true,
      read: (object, place, payload) => withPin(readIssue(object, place), payload),
      gone: (payload) => ['deleted', 'transferred'].includes(optionalTextIn(payload, 'action') ?? ''),
    },
    issue_comment: { at: 'issue' },
    // What issues lead to changes no time of theirs: these events alone tell it at once.
    sub_issues: { read: (payload, place) => readRelated(payload, place) },
    issue_dependencies: { read: (payload, place) => readDependent(payload, place) },
  },
  listed: {
    resource: 'issues',
    route: 'GET /repos/{owner}/{repo}/issues',
    query: () => lastChangedFirst,
    newestFirst: true,
    catchUp: { ...lastChangedFirst, direction: 'asc' },
    sweep: oldestFirst,
  },
  searched: {
    version: 2,
    title: ({ title }) => title,
    body: ({ body }) => body,
    facts: (item) => [
      ...conversationFacts(item),
      item.type === null ? 'no:type' : `type:${item.type}`,
      ...(item.state_reason === null ? [] : [`reason:${item.state_reason}`]),
    ],
    state: ({ state }) => state,
    created: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    comments: ({ comments }) => comments,
    reactions: countReactions,
    people: ({ user, assignees }) => [user, ...assignees],
  },
  needs: ({ number, title, state, user, assignees, updated_at }) => ({
    subject: { kind: 'issue', number, title },
    actor: user?.login ?? null,
    at: updated_at,
    people: state === 'open' ? assignees.map(({ login }) => ({ login, reason: 'assigned' })) : [],
  }),
  change({ item, removed, payload, action, full_name }) {
    if (removed || !item) {
      const number = integerIn(objectIn(payload, 'issue'), 'number')
      return { kind: 'issue.removed', data: { action, number, full_name } }
    }
    return { kind: 'issue.updated', data: { action, issue: withoutBody(item) as Issue, full_name } }
  },
} satisfies Kind<IssueFacts>

function readIssue(object: Fields, { repositoryId }: Place): IssueFacts | null {
  if (isPullRequest(object)) return null
  const type = optionalObjectIn(object, 'type')
  const parts = optionalObjectIn(object, 'sub_issues_summary')
  const dependencies = optionalObjectIn(object, 'issue_dependencies_summary')
  return {
    ...readConversation(object, repositoryId),
    state_reason: optionalTextIn(object, 'state_reason'),
    type: type && textIn(type, 'name'),
    comments: optionalIntegerIn(object, 'comments', 0),
    pinned: null,
    sub_issues: parts && {
      total: optionalIntegerIn(parts, 'total', 0),
      completed: optionalIntegerIn(parts, 'completed', 0),
    },
    parent: parentIn(object),
    dependencies: dependencies && {
      blocked_by: optionalIntegerIn(dependencies, 'total_blocked_by', 0),
      blocking: optionalIntegerIn(dependencies, 'total_blocking', 0),
    },
  }
}

/** Lists tell the address of the issue that one is a part of, or that there is none; webhooks neither. */
function parentIn(object: Fields): string | null {
  if (!('parent_issue_url' in object.values)) return null
  const url = optionalTextIn(object, 'parent_issue_url')
  const [, repository, number] = (url && /\/repos\/([^/]+\/[^/]+)\/issues\/(\d+)$/.exec(url)) || []
  if (!repository) return ''
  // Who reads this repository need not be able to read that one.
  return optionalTextIn(object, 'repository_url')?.endsWith(`/repos/${repository}`)
    ? `${repository}#${number}`
    : ''
}

/** The issue of this repository that got a part, lost one, or became a part. */
function readRelated(payload: Fields, place: Place): IssueFacts | null {
  const action = optionalTextIn(payload, 'action') ?? ''
  if (action.startsWith('sub_issue_')) return readIssue(objectIn(payload, 'parent_issue'), place)
  const issue = readIssue(objectIn(payload, 'sub_issue'), place)
  const repository = shownRepository(payload, 'parent_issue_repo')
  if (!issue || repository === null) return issue
  const number = integerIn(objectIn(payload, 'parent_issue'), 'number')
  return { ...issue, parent: action === 'parent_issue_added' ? `${repository}#${number}` : '' }
}

/** The issue of this repository that waits, or that is waited for. */
function readDependent(payload: Fields, place: Place): IssueFacts | null {
  const waits = optionalTextIn(payload, 'action')?.startsWith('blocked_by_')
  return readIssue(objectIn(payload, waits ? 'blocked_issue' : 'blocking_issue'), place)
}

/** Only what happened tells whether an issue is pinned, no issue does. */
function withPin(issue: IssueFacts | null, payload: Fields): IssueFacts | null {
  const action = optionalTextIn(payload, 'action')
  if (!issue || (action !== 'pinned' && action !== 'unpinned')) return issue
  return { ...issue, pinned: action === 'pinned' }
}

/** Whether an entry of a list of issues is the issue side of a pull request. */
export function isPullRequest(object: Fields): boolean {
  return optionalObjectIn(object, 'pull_request') !== null
}
