import { Type } from 'typebox'
import { OneOf } from '../common.ts'
import { type Asked, act, type ToldAnswer } from './act.ts'
import { Nothing, RefName, Said, Sha, Text, Title, Words } from './fields.ts'

const pull = '/repos/:owner/:repo/pulls/:number'
const line = '/repos/:owner/:repo/pulls/comments/:id'
const thread = `${pull}/comments/:id`
const Logins = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { minItems: 1, maxItems: 50 })
const Side = OneOf('LEFT', 'RIGHT')

/** Where in a diff something is said. https://docs.github.com/en/rest/pulls/comments */
const place = {
  path: Type.String({ minLength: 1, maxLength: 4096 }),
  line: Type.Optional(Type.Integer({ minimum: 1 })),
  side: Type.Optional(Side),
  start_line: Type.Optional(Type.Integer({ minimum: 1 })),
  start_side: Type.Optional(Side),
  body: Words,
}

/** What people do with pull requests alone; the rest is in `issues.ts`, as on GitHub. */
export const pullActs = {
  'pull.open': act({
    method: 'POST',
    path: '/repos/:owner/:repo/pulls',
    summary: 'Open a pull request',
    body: Type.Object({
      title: Title,
      head: RefName,
      base: RefName,
      body: Type.Optional(Text),
      draft: Type.Optional(Type.Boolean()),
    }),
    right: 'pull',
    answer: { is: 'pull_request' },
    recall: {
      list: '/repos/:owner/:repo/pulls?state=all&sort=created&direction=desc',
      by: 'user',
      at: 'created_at',
      same: ['title', 'body'],
    },
  }),
  'pull.edit': act({
    method: 'PATCH',
    path: pull,
    summary: 'Edit, close or reopen a pull request, or change its base',
    body: Type.Object(
      {
        title: Type.Optional(Title),
        body: Type.Optional(Text),
        state: Type.Optional(OneOf('open', 'closed')),
        base: Type.Optional(RefName),
      },
      { minProperties: 1 },
    ),
    right: 'push',
    rights: { state: 'triage' },
    author: 'all',
    target: 'pull_request',
    answer: { is: 'pull_request' },
  }),
  'pull.merge': act({
    method: 'PUT',
    path: `${pull}/merge`,
    summary: 'Merge a pull request, if its head is still this commit',
    body: Type.Object({
      sha: Sha,
      merge_method: Type.Optional(OneOf('merge', 'squash', 'rebase')),
      commit_title: Type.Optional(Type.String({ maxLength: 1_000 })),
      commit_message: Type.Optional(Text),
    }),
    right: 'push',
    target: 'pull_request',
    answer: { reread: 'target' },
    recall: { get: pull, field: 'merged', is: true },
  }),
  'pull.update-branch': act({
    method: 'PUT',
    path: `${pull}/update-branch`,
    summary: 'Merge the base branch into the head of a pull request',
    body: Type.Object({ expected_head_sha: Type.Optional(Sha) }),
    right: 'push',
    author: 'all',
    target: 'pull_request',
    answer: { reread: 'target' },
  }),
  'pull.ask-reviewers': act({
    method: 'POST',
    path: `${pull}/requested_reviewers`,
    summary: 'Ask people for a review',
    body: Type.Object({ reviewers: Logins }),
    right: 'triage',
    target: 'pull_request',
    answer: { is: 'pull_request' },
  }),
  'pull.drop-reviewers': act({
    method: 'DELETE',
    path: `${pull}/requested_reviewers`,
    summary: 'Withdraw the wish for a review',
    body: Type.Object({ reviewers: Logins }),
    right: 'triage',
    target: 'pull_request',
    answer: { is: 'pull_request' },
  }),
  'pull.ready': act({
    method: 'POST',
    path: `${pull}/ready_for_review`,
    summary: 'Mark a draft as ready for review',
    body: Nothing,
    right: 'push',
    author: 'all',
    target: 'pull_request',
    answer: { reread: 'target' },
    mutation: { name: 'markPullRequestReadyForReview', nodes: { pullRequestId: pull } },
  }),
  'pull.draft': act({
    method: 'POST',
    path: `${pull}/convert_to_draft`,
    summary: 'Turn a pull request back into a draft',
    body: Nothing,
    right: 'push',
    author: 'all',
    target: 'pull_request',
    answer: { reread: 'target' },
    mutation: { name: 'convertPullRequestToDraft', nodes: { pullRequestId: pull } },
  }),
  'pull.auto-merge': act({
    method: 'PUT',
    path: `${pull}/auto_merge`,
    summary: 'Merge by itself once everything that is required is there',
    body: Type.Object({ mergeMethod: OneOf('MERGE', 'SQUASH', 'REBASE'), expectedHeadOid: Sha }),
    right: 'push',
    target: 'pull_request',
    answer: { reread: 'target' },
    mutation: { name: 'enablePullRequestAutoMerge', nodes: { pullRequestId: pull } },
  }),
  'pull.no-auto-merge': act({
    method: 'DELETE',
    path: `${pull}/auto_merge`,
    summary: 'Do not merge by itself after all',
    body: Nothing,
    right: 'push',
    target: 'pull_request',
    answer: { reread: 'target' },
    mutation: { name: 'disablePullRequestAutoMerge', nodes: { pullRequestId: pull } },
  }),
  'review.write': act({
    method: 'POST',
    path: `${pull}/reviews`,
    summary: 'Review a pull request: approve it, request changes, or comment, also on lines',
    body: Type.Object({
      event: OneOf('APPROVE', 'REQUEST_CHANGES', 'COMMENT'),
      body: Type.Optional(Text),
      commit_id: Type.Optional(Sha),
      comments: Type.Optional(Type.Array(Type.Object(place), { maxItems: 200 })),
    }),
    right: 'pull',
    target: 'pull_request',
    answer: { is: 'review' },
    recall: { list: `${pull}/reviews`, by: 'user', at: 'submitted_at', same: ['body'] },
  }),
  'review.dismiss': act({
    method: 'PUT',
    path: `${pull}/reviews/:id/dismissals`,
    summary: 'Dismiss a review',
    body: Type.Object({ message: Words }),
    right: 'push',
    target: 'pull_request',
    answer: { is: 'review' },
  }),
  'line.comment': act({
    method: 'POST',
    path: `${pull}/comments`,
    summary: 'Comment on lines of a pull request',
    body: Type.Object({ ...place, commit_id: Sha }),
    right: 'pull',
    target: 'pull_request',
    answer: { is: 'review_comment' },
    recall: { list: `${pull}/comments`, by: 'user', at: 'created_at', same: ['body', 'path'] },
  }),
  'line.reply': act({
    method: 'POST',
    path: `${pull}/comments/:id/replies`,
    summary: 'Answer a comment on lines',
    body: Said,
    right: 'pull',
    target: 'pull_request',
    answer: { is: 'review_comment' },
    recall: { list: `${pull}/comments`, by: 'user', at: 'created_at', same: ['body'] },
  }),
  'line.edit': act({
    method: 'PATCH',
    path: line,
    summary: 'Edit a comment on lines',
    body: Said,
    right: 'push',
    author: 'all',
    target: 'review_comment',
    answer: { is: 'review_comment' },
  }),
  'line.delete': act({
    method: 'DELETE',
    path: line,
    summary: 'Delete a comment on lines',
    body: Nothing,
    right: 'push',
    author: 'all',
    target: 'review_comment',
    answer: { removes: 'review_comment' },
    recall: { refusedWith: [404] },
  }),
  'suggestions.apply': act({
    method: 'POST',
    path: `${pull}/suggestions`,
    summary: 'Apply suggestions of comments as one commit on the head, if it is still this commit',
    body: Type.Object({
      sha: Sha,
      suggestions: Type.Array(
        Type.Object({
          comment: Type.Integer({ minimum: 1, description: "GitHub's id of the comment" }),
          part: Type.Optional(
            Type.Integer({ minimum: 0, maximum: 100, description: 'Which of its suggestions, from 0' }),
          ),
        }),
        { minItems: 1, maxItems: 50 },
      ),
      message: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 1_000,
          description: 'Of the commit; without: as GitHub says it',
        }),
      ),
    }),
    right: 'push',
    author: 'all',
    target: 'pull_request',
    answer: { reread: 'target' },
    procedure: 'apply-suggestions',
  }),
  'thread.resolve': act({
    method: 'PUT',
    path: `${thread}/resolution`,
    summary: 'Resolve a thread on lines, which the comment begins',
    body: Nothing,
    right: 'push',
    author: 'all',
    target: 'pull_request',
    answer: { told: (asked) => threadTold('resolved', asked) },
    mutation: { name: 'resolveReviewThread', nodes: { threadId: 'thread' } },
  }),
  'thread.unresolve': act({
    method: 'DELETE',
    path: `${thread}/resolution`,
    summary: 'Open a resolved thread on lines again',
    body: Nothing,
    right: 'push',
    author: 'all',
    target: 'pull_request',
    answer: { told: (asked) => threadTold('unresolved', asked) },
    mutation: { name: 'unresolveReviewThread', nodes: { threadId: 'thread' } },
  }),
} as const

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review_thread */
function threadTold(
  action: 'resolved' | 'unresolved',
  { values, nodes, at }: Asked & { at: string; nodes: Readonly<Record<string, string>> },
): ToldAnswer {
  const comments = [{ id: values.id, in_reply_to_id: null }]
  return {
    is: 'review_thread',
    event: 'pull_request_review_thread',
    payload: {
      action,
      thread: { node_id: nodes.threadId, comments },
      pull_request: { number: values.number, updated_at: at },
      updated_at: at,
    },
  }
}
