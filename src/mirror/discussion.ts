import type { Discussion } from '../../contract/discussions.ts'
import {
  flagIn,
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
import { reactionsIn } from './reactions.ts'

/** `reactions` is null where GitHub does not tell them. */
export type DiscussionFacts = Omit<Discussion, 'reactions'> & { reactions: Discussion['reactions'] | null }

const { plain, times, flags, json, person } = columnsOf<DiscussionFacts>()

/**
 * The REST API knows no discussions: webhooks tell of them.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#discussion
 */
export const discussion = {
  name: 'discussion',
  version: 1,
  table: 'discussions',
  key: ['repository_id', 'number'],
  columns: [
    ...plain('id', 'node_id', 'number', 'title', 'body', 'category', 'state', 'state_reason'),
    ...plain('answer_html_url', 'comments', 'html_url'),
    ...flags('locked'),
    ...json('reactions'),
    person('user'),
    ...times('created_at', 'updated_at'),
  ],
  read: (object) => ({
    id: integerIn(object, 'id'),
    node_id: textIn(object, 'node_id'),
    number: integerIn(object, 'number'),
    title: textIn(object, 'title'),
    body: optionalTextIn(object, 'body'),
    category: textIn(objectIn(object, 'category'), 'name'),
    // A locked one GitHub calls so instead of open, and tells it beside.
    state: optionalTextIn(object, 'state') === 'closed' ? 'closed' : 'open',
    state_reason: optionalTextIn(object, 'state_reason'),
    locked: flagIn(object, 'locked'),
    answer_html_url: optionalTextIn(object, 'answer_html_url'),
    user: personIn(object, 'user'),
    comments: optionalIntegerIn(object, 'comments', 0),
    reactions: reactionsIn(object),
    html_url: textIn(object, 'html_url'),
    created_at: timeIn(object, 'created_at'),
    updated_at: timeIn(object, 'updated_at'),
  }),
  untold: { reactions: {} },
  replaces: isNotOlder,
  begins: ['discussion.created'],
  events: {
    discussion: {
      at: 'discussion',
      subject: true,
      gone: (payload) => ['deleted', 'transferred'].includes(optionalTextIn(payload, 'action') ?? ''),
    },
    discussion_comment: { at: 'discussion' },
  },
} satisfies Kind<DiscussionFacts>
