import type { Review } from '../../contract/mirror.ts'
import { readableBy } from './access.ts'
import { toMillis, toPerson, toTime, upsert } from './columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { ReviewRow } from './schema.ts'
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
  return pageOf(rows, { limit, keyOf: ({ submitted_at, id }) => [submitted_at, id], present })
}

/** A review as stored. */
export async function findReview(db: Db, id: number): Promise<Review | undefined> {
  const row = await db.selectFrom('reviews').selectAll().where('id', '=', id).executeTakeFirst()
  return row && present(row)
}

/** Saves reviews; a dismissed one stays dismissed, for GitHub never takes that back. */
export async function saveReviews(
  tx: Db,
  { repositoryId, reviews }: { repositoryId: number; reviews: readonly Review[] },
): Promise<void> {
  const rows = reviews.map(
    (review): ReviewRow => ({
      id: review.id,
      repository_id: repositoryId,
      pull_number: review.pull_number,
      user_login: review.user?.login ?? null,
      user_avatar_url: review.user?.avatar_url ?? null,
      state: review.state,
      body: review.body,
      html_url: review.html_url,
      submitted_at: toMillis(review.submitted_at),
    }),
  )
  await upsert(tx, 'reviews', rows, {
    key: ['id'],
    onlyIf: "reviews.state <> 'DISMISSED' or excluded.state = 'DISMISSED'",
  })
}

function present(row: ReviewRow): Review {
  return {
    id: row.id,
    pull_number: row.pull_number,
    user: toPerson(row.user_login, row.user_avatar_url),
    state: row.state,
    body: row.body,
    html_url: row.html_url,
    submitted_at: toTime(row.submitted_at),
  }
}
