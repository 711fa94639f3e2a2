import type { Review } from '../../contract/mirror.ts'
import {
  type Fields,
  integerIn,
  objectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import type { Kind } from './kind.ts'
import { personIn } from './people.ts'
import type { PullRequestFacts } from './pull-request.ts'

/** A review, and when it was told as it is: only webhooks tell a time of change. */
export type ReviewFacts = Review & { told_at: string | null }

const { plain, times, person, toldColumn } = columnsOf<ReviewFacts>()

/** https://docs.github.com/en/rest/pulls/reviews */
export const review = {
  name: 'review',
  version: 1,
  table: 'reviews',
  key: ['id'],
  columns: [
    ...plain('id', 'pull_number', 'state', 'body', 'html_url'),
    person('user'),
    ...times('submitted_at', 'told_at'),
    toldColumn,
  ],
  read: (object, { under, asOf }) =>
    readReview(object, { pullNumber: under === undefined ? numberOfPull(object) : Number(under), asOf }),
  told: { columns: ['id', 'state', 'body', 'html_url', 'submitted_at'], without: ['updated_at'] },
  // Older servers tell no time of change at all. A dismissed one stays dismissed.
  shows: (item) => shownReview(item),
  replaces: (incoming, stored) =>
    (stored.state !== 'DISMISSED' || incoming.state === 'DISMISSED') &&
    (incoming.told_at === null || stored.told_at === null || incoming.told_at >= stored.told_at),
  stands: (listed, stored) =>
    listed.state === stored.state &&
    listed.body === stored.body &&
    listed.user?.login === stored.user?.login &&
    listed.user?.avatar_url === stored.user?.avatar_url,
  begins: ['pull_request_review.submitted'],
  events: {
    pull_request_review: {
      at: 'review',
      subject: true,
      read: (object, _, payload) =>
        readReview(object, {
          pullNumber: integerIn(objectIn(payload, 'pull_request'), 'number'),
          asOf: null,
        }),
    },
  },
  listed: {
    resource: 'reviews',
    route: 'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews',
    under: {
      kind: 'pull_request',
      parameters: (pull) => ({ pull_number: (pull as PullRequestFacts).number }),
      column: 'pull_number',
      wanted: () => true,
    },
  },
  change({ item, action, full_name, payload }) {
    if (!item) return null
    const title = textIn(objectIn(payload, 'pull_request'), 'title')
    return { kind: 'review.updated', data: { action, review: shownReview(item), full_name, title } }
  },
} satisfies Kind<ReviewFacts>

/** A review that stands alone tells its pull request only by its address. */
function numberOfPull(object: Fields): number {
  return Number(/\/(\d+)$/.exec(textIn(object, 'pull_request_url'))?.[1] ?? Number.NaN)
}

/** null for one that its author has not submitted yet. */
function readReview(
  object: Fields,
  { pullNumber, asOf }: { pullNumber: number; asOf: string | null },
): ReviewFacts | null {
  const submitted = optionalTimeIn(object, 'submitted_at')
  if (submitted === null) return null
  return {
    id: integerIn(object, 'id'),
    pull_number: pullNumber,
    user: personIn(object, 'user'),
    // Webhooks write it in lower case.
    state: textIn(object, 'state').toUpperCase(),
    body: optionalTextIn(object, 'body'),
    html_url: textIn(object, 'html_url'),
    submitted_at: submitted,
    told_at: optionalTimeIn(object, 'updated_at') ?? asOf,
  }
}

/** A review as people see it. */
export function shownReview({ told_at: _, ...review }: ReviewFacts): Review {
  return review
}
