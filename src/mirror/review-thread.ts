import type { ReviewThread } from '../../contract/review-comments.ts'
import {
  integerIn,
  objectIn,
  objectsIn,
  optionalIntegerIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times, flags } = columnsOf<ReviewThread>()

/**
 * Whether what was said on a line is settled. The REST API knows nothing of it, so only webhooks tell: a thread that
 * none told of is open. https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request_review_thread
 */
export const reviewThread = {
  name: 'review_thread',
  version: 1,
  table: 'review_threads',
  key: ['id'],
  columns: [...plain('id', 'node_id', 'pull_number'), ...flags('resolved'), ...times('updated_at')],
  read: () => null, // by its webhook only
  replaces: isNotOlder,
  owner: { kind: 'review_comment', key: ({ id }) => String(id), column: 'id' },
  events: {
    pull_request_review_thread: {
      subject: true,
      read(payload) {
        const thread = objectIn(payload, 'thread')
        const comments = objectsIn(thread, 'comments')
        const first = comments.find((one) => optionalIntegerIn(one, 'in_reply_to_id', null) === null)
        const pull = objectIn(payload, 'pull_request')
        return {
          id: first ? integerIn(first, 'id') : integerIn(comments[0] ?? thread, 'in_reply_to_id'),
          node_id: textIn(thread, 'node_id'),
          pull_number: integerIn(pull, 'number'),
          resolved: optionalTextIn(payload, 'action') === 'resolved',
          updated_at: optionalTimeIn(payload, 'updated_at') ?? timeIn(pull, 'updated_at'),
        }
      },
    },
  },
} satisfies Kind<ReviewThread>
