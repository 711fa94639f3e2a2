import { Type } from 'typebox'
import { Nullable, OneOf } from '../common.ts'
import { act } from './act.ts'

/** GitHub takes no longer texts. */
const longest = 65_536
export const Text = Type.String({ maxLength: longest })
const Said = Type.Object({ body: Type.String({ minLength: 1, maxLength: longest }) })
const Title = Type.String({ minLength: 1, maxLength: 256 })
const Names = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 100 })
const Assignees = Type.Object({ assignees: Names })
const Nothing = Type.Object({})
const Reaction = Type.Object({
  content: OneOf('+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes'),
})

const issue = '/repos/:owner/:repo/issues/:number'
const comment = '/repos/:owner/:repo/issues/comments/:id'

/** What people do with issues, and with pull requests where GitHub takes them for issues. */
export const issueActs = {
  'issue.open': act({
    method: 'POST',
    path: '/repos/:owner/:repo/issues',
    summary: 'Open an issue',
    body: Type.Object({
      title: Title,
      body: Type.Optional(Text),
      labels: Type.Optional(Names),
      assignees: Type.Optional(Names),
      milestone: Type.Optional(Nullable(Type.Integer({ description: 'Its number' }))),
    }),
    right: 'pull',
    rights: { labels: 'triage', assignees: 'triage', milestone: 'triage' },
    answer: { is: 'issue' },
    recall: {
      list: '/repos/:owner/:repo/issues?state=all&sort=created&direction=desc',
      by: 'user',
      at: 'created_at',
      same: ['title', 'body'],
    },
  }),
  'issue.edit': act({
    method: 'PATCH',
    path: issue,
    summary: 'Edit, close or reopen an issue, or set its labels, assignees or milestone',
    body: Type.Object(
      {
        title: Type.Optional(Title),
        body: Type.Optional(Nullable(Text)),
        state: Type.Optional(OneOf('open', 'closed')),
        state_reason: Type.Optional(Nullable(OneOf('completed', 'not_planned', 'duplicate', 'reopened'))),
        labels: Type.Optional(Names),
        assignees: Type.Optional(Names),
        milestone: Type.Optional(Nullable(Type.Integer({ description: 'Its number' }))),
      },
      { minProperties: 1 },
    ),
    right: 'push',
    rights: {
      state: 'triage',
      state_reason: 'triage',
      labels: 'triage',
      assignees: 'triage',
      milestone: 'triage',
    },
    author: ['title', 'body', 'state', 'state_reason'],
    target: 'conversation',
    answer: { is: 'issue' },
  }),
  'issue.label': act({
    method: 'POST',
    path: `${issue}/labels`,
    summary: 'Give labels to an issue or pull request',
    body: Type.Object({ labels: Names }),
    right: 'triage',
    target: 'conversation',
    answer: { reread: 'target' },
  }),
  'issue.unlabel': act({
    method: 'DELETE',
    path: `${issue}/labels/:name`,
    summary: 'Take a label off an issue or pull request',
    body: Nothing,
    right: 'triage',
    target: 'conversation',
    answer: { reread: 'target' },
    recall: { refusedWith: [404] },
  }),
  'issue.assign': act({
    method: 'POST',
    path: `${issue}/assignees`,
    summary: 'Assign people to an issue or pull request',
    body: Assignees,
    right: 'triage',
    target: 'conversation',
    answer: { is: 'issue' },
  }),
  'issue.unassign': act({
    method: 'DELETE',
    path: `${issue}/assignees`,
    summary: 'Take people off an issue or pull request',
    body: Assignees,
    right: 'triage',
    target: 'conversation',
    answer: { is: 'issue' },
  }),
  'issue.lock': act({
    method: 'PUT',
    path: `${issue}/lock`,
    summary: 'Lock a conversation',
    body: Type.Object({
      lock_reason: Type.Optional(OneOf('off-topic', 'too heated', 'resolved', 'spam')),
    }),
    right: 'push',
    target: 'conversation',
    answer: { reread: 'target' },
  }),
  'issue.unlock': act({
    method: 'DELETE',
    path: `${issue}/lock`,
    summary: 'Unlock a conversation',
    body: Nothing,
    right: 'push',
    target: 'conversation',
    answer: { reread: 'target' },
  }),
  'issue.react': act({
    method: 'POST',
    path: `${issue}/reactions`,
    summary: 'React to an issue or pull request',
    body: Reaction,
    right: 'pull',
    target: 'conversation',
    answer: null,
  }),
  'comment.write': act({
    method: 'POST',
    path: `${issue}/comments`,
    summary: 'Comment on an issue or pull request',
    body: Said,
    right: 'pull',
    target: 'conversation',
    answer: { is: 'comment' },
    recall: { list: `${issue}/comments`, by: 'user', at: 'created_at', same: ['body'] },
  }),
  'comment.edit': act({
    method: 'PATCH',
    path: comment,
    summary: 'Edit a comment',
    body: Said,
    right: 'push',
    author: 'all',
    target: 'comment',
    answer: { is: 'comment' },
  }),
  'comment.delete': act({
    method: 'DELETE',
    path: comment,
    summary: 'Delete a comment',
    body: Nothing,
    right: 'push',
    author: 'all',
    target: 'comment',
    answer: { removes: 'comment' },
    recall: { refusedWith: [404] },
  }),
  'comment.react': act({
    method: 'POST',
    path: `${comment}/reactions`,
    summary: 'React to a comment',
    body: Reaction,
    right: 'pull',
    target: 'comment',
    answer: null,
  }),
} as const
