import type { Comment } from '../../contract/mirror.ts'
import { type Fields, integerIn, objectIn, optionalTextIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isPullRequest } from './issue.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'
import { reactionsIn } from './reactions.ts'

/** `reactions` is null where GitHub does not tell them. */
export type CommentFacts = Omit<Comment, 'reactions'> & { reactions: Comment['reactions'] | null }

const { plain, times, json, person, toldColumn } = columnsOf<CommentFacts>()

/** Comments of issues and of pull requests. https://docs.github.com/en/rest/issues/comments */
export const comment = {
  name: 'comment',
  version: 1,
  table: 'comments',
  key: ['id'],
  columns: [
    ...plain('id', 'issue_number', 'body', 'html_url'),
    ...json('reactions'),
    person('user'),
    ...times('created_at', 'updated_at'),
    toldColumn,
  ],
  read: (object) => readComment(object, numberOfIssue(object)),
  told: { columns: ['id', 'body', 'html_url', 'created_at', 'updated_at'] },
  untold: { reactions: {} },
  replaces: isNotOlder,
  begins: ['issue_comment.created'],
  owner: { kind: 'issue', key: ({ issue_number }) => String(issue_number), column: 'issue_number' },
  events: {
    issue_comment: {
      subject: true,
      at: 'comment',
      read: (object, _, payload) => readComment(object, integerIn(objectIn(payload, 'issue'), 'number')),
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
  },
  listed: {
    resource: 'comments',
    route: 'GET /repos/{owner}/{repo}/issues/comments',
    query: () => ({ sort: 'updated', direction: 'desc' }),
    newestFirst: true,
    catchUp: { sort: 'updated', direction: 'asc' },
    sweep: { sort: 'created', direction: 'asc' },
  },
  searched: {
    version: 2,
    title: () => '',
    body: ({ body }) => body,
    facts: ({ user }) => (user ? [`author:${user.login}`] : []),
    created: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    people: ({ user }) => [user],
  },
  change({ item, removed, action, full_name, payload }) {
    const issue = objectIn(payload, 'issue')
    const issue_number = integerIn(issue, 'number')
    if (removed || !item) {
      const id = integerIn(objectIn(payload, 'comment'), 'id')
      return { kind: 'comment.removed', data: { action, id, issue_number, full_name } }
    }
    const title = textIn(issue, 'title')
    const pull_request = isPullRequest(issue)
    return {
      kind: 'comment.updated',
      data: { action, comment: item as Comment, full_name, title, pull_request },
    }
  },
} satisfies Kind<CommentFacts>

function readComment(object: Fields, issueNumber: number): CommentFacts {
  return {
    id: integerIn(object, 'id'),
    issue_number: issueNumber,
    user: personIn(object, 'user'),
    body: optionalTextIn(object, 'body') ?? '',
    reactions: reactionsIn(object),
    html_url: textIn(object, 'html_url'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }
}

/** A list over a whole repository tells the issue only by its address. */
function numberOfIssue(object: Fields): number {
  return Number(/\/(\d+)$/.exec(textIn(object, 'issue_url'))?.[1] ?? Number.NaN)
}
