import type { Review } from '../../contract/mirror.ts'
import { decode } from '../mirror/columns.ts'
import { review, shownReview } from '../mirror/review.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

/** Lists the reviews of a pull request, oldest first, if the user may read them. */
export async function listReviews(
  db: Db,
  filter: PageRequest & { userId: string; repositoryId: number; pullNumber: number },
): Promise<Page<Review>> {
  const { userId, repositoryId, pullNumber, limit, after } = filter
  const query = db
    .selectFrom('reviews')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('pull_number', '=', pullNumber)
    .where(readableBy(userId, 'reviews.repository_id'))
  const rows = await paged(query, {
    order: [
      { by: 'reviews.submitted_at', type: 'number' },
      { by: 'reviews.id', type: 'number' },
    ],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, {
    limit,
    keyOf: ({ submitted_at, id }) => [submitted_at, id],
    present: (row) => shownReview(decode(review, row)),
  })
}
