import type { Issue } from '../../contract/mirror.ts'
import {
  type Fields,
  integerIn,
  objectIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import {
  conversationColumns,
  conversationFacts,
  lastChangedFirst,
  readConversation,
  withoutBody,
} from './conversation.ts'
import { isNotOlder, type Kind } from './kind.ts'

export type IssueFacts = Issue & { body: string | null }

const { plain } = columnsOf<IssueFacts>()

/** https://docs.github.com/en/rest/issues/issues */
export const issue = {
  name: 'issue',
  version: 1,
  table: 'issues',
  key: ['repository_id', 'number'],
  columns: [...conversationColumns<IssueFacts>(), ...plain('state_reason', 'milestone', 'comments')],
  read(object, { repositoryId }) {
    if (isPullRequest(object)) return null
    const milestone = optionalObjectIn(object, 'milestone')
    return {
      ...readConversation(object, repositoryId),
      state_reason: optionalTextIn(object, 'state_reason'),
      milestone: milestone && textIn(milestone, 'title'),
      comments: optionalIntegerIn(object, 'comments', 0),
    }
  },
  // GitHub counts the comments of a pull request only where it shows it as an issue.
  tells: (object) => ({
    kind: 'pull_request',
    key: { number: integerIn(object, 'number') },
    set: { comments: optionalIntegerIn(object, 'comments', 0) },
  }),
  replaces: isNotOlder,
  begins: ['issues.opened'],
  counts: { column: 'open_issues', counted: ({ state }) => state === 'open' },
  events: {
    issues: {
      at: 'issue',
      subject: true,
      gone: (payload) => ['deleted', 'transferred'].includes(optionalTextIn(payload, 'action') ?? ''),
    },
    issue_comment: { at: 'issue' },
  },
  listed: {
    resource: 'issues',
    route: 'GET /repos/{owner}/{repo}/issues',
    query: ({ since }) => ({ ...lastChangedFirst, ...(since && { since }) }),
  },
  searched: {
    version: 1,
    title: ({ title }) => title,
    body: ({ body }) => body,
    facts: (item) => [
      ...conversationFacts(item),
      item.milestone === null ? 'no:milestone' : `milestone:${item.milestone}`,
    ],
    state: ({ state }) => state,
    created: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    people: ({ user, assignees }) => [user, ...assignees],
  },
  change({ item, removed, payload, action, full_name }) {
    if (removed || !item) {
      const number = integerIn(objectIn(payload, 'issue'), 'number')
      return { kind: 'issue.removed', data: { action, number, full_name } }
    }
    return { kind: 'issue.updated', data: { action, issue: withoutBody(item), full_name } }
  },
} satisfies Kind<IssueFacts>

/** Whether an entry of a list of issues is the issue side of a pull request. */
export function isPullRequest(object: Fields): boolean {
  return optionalObjectIn(object, 'pull_request') !== null
}
