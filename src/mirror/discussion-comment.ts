import type { DiscussionComment } from '../../contract/discussions.ts'
import {
  integerIn,
  objectIn,
  optionalIntegerIn,
  optionalTextIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'
import { personIn } from './people.ts'

const { plain, times, person } = columnsOf<DiscussionComment>()

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#discussion_comment */
export const discussionComment = {
  name: 'discussion_comment',
  version: 1,
  table: 'discussion_comments',
  key: ['id'],
  columns: [
    ...plain('id', 'node_id', 'discussion_number', 'parent_id', 'body', 'html_url'),
    person('user'),
    ...times('created_at', 'updated_at'),
  ],
  read: () => null, // by its webhook only, which tells the discussion beside it
  replaces: isNotOlder,
  begins: ['discussion_comment.created'],
  owner: {
    kind: 'discussion',
    key: ({ discussion_number }) => String(discussion_number),
    column: 'discussion_number',
  },
  events: {
    discussion_comment: {
      at: 'comment',
      subject: true,
      read: (object, _, payload) => ({
        id: integerIn(object, 'id'),
        node_id: textIn(object, 'node_id'),
        discussion_number: integerIn(objectIn(payload, 'discussion'), 'number'),
        parent_id: optionalIntegerIn(object, 'parent_id', null),
        body: textIn(object, 'body'),
        user: personIn(object, 'user'),
        html_url: textIn(object, 'html_url'),
        created_at: timeIn(object, 'created_at'),
        updated_at: timeIn(object, 'updated_at'),
      }),
      gone: (payload) => optionalTextIn(payload, 'action') === 'deleted',
    },
  },
} satisfies Kind<DiscussionComment>
