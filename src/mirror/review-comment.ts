import type { ReviewComment } from '../../contract/review-comments.ts'
import {
  type Fields,
  integerIn,
  objectIn,
  optionalIntegerIn,
  optionalTextIn,
  textIn,
  timeIn,
  valuesIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'
import { reactionsIn } from './reactions.ts'

/** `reactions` is null where GitHub does not tell them: in most webhooks. */
export type ReviewCommentFacts = Omit<ReviewComment, 'reactions'> & {
  reactions: ReviewComment['reactions'] | null
}

const { plain, times, json, person, toldColumn } = columnsOf<ReviewCommentFacts>()

/** A comment on a line, or a file, of a pull request. https://docs.github.com/en/rest/pulls/comments */
export const reviewComment = {
  name: 'review_comment',
  version: 1,
  table: 'review_comments',
  key: ['id'],
  columns: [
    ...plain('id', 'review_id', 'pull_number', 'in_reply_to_id', 'path', 'line', 'start_line', 'side'),
    ...plain('original_line', 'commit_id', 'original_commit_id', 'diff_hunk', 'body', 'html_url'),
    ...json('reactions'),
    person('user'),
    ...times('created_at', 'updated_at'),
    toldColumn,
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    review_id: optionalIntegerIn(object, 'pull_request_review_id', null),
    pull_number: numberOfPull(object),
    in_reply_to_id: optionalIntegerIn(object, 'in_reply_to_id', null),
    path: textIn(object, 'path'),
    line: optionalIntegerIn(object, 'line', null),
    start_line: optionalIntegerIn(object, 'start_line', null),
    side: optionalTextIn(object, 'side'),
    original_line: optionalIntegerIn(object, 'original_line', null),
    commit_id: textIn(object, 'commit_id'),
    original_commit_id: textIn(object, 'original_commit_id'),
    diff_hunk: textIn(object, 'diff_hunk'),
    body: textIn(object, 'body'),
    reactions: reactionsIn(object),
    user: personIn(object, 'user'),
    html_url: textIn(object, 'html_url'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  told: { columns: ['id', 'body', 'diff_hunk', 'html_url', 'created_at', 'updated_at'] },
  untold: { reactions: {} },
  replaces: isNotOlder,
  begins: ['pull_request_review_comment.created'],
  events: {
    pull_request_review_comment: {
      at: 'comment',
      subject: true,
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
    pull_request_review_thread: { each: (payload) => valuesIn(objectIn(payload, 'thread'), 'comments') },
  },
  listed: {
    resource: 'review_comments',
    route: 'GET /repos/{owner}/{repo}/pulls/comments',
    query: () => ({ sort: 'updated', direction: 'desc' }),
    newestFirst: true,
    catchUp: { sort: 'updated', direction: 'asc' },
    sweep: { sort: 'created', direction: 'asc' },
  },
} satisfies Kind<ReviewCommentFacts>

/** A comment tells its pull request only by its address. */
function numberOfPull(object: Fields): number {
  return Number(/\/(\d+)$/.exec(textIn(object, 'pull_request_url'))?.[1] ?? Number.NaN)
}
