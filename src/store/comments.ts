import type { Comment } from '../../contract/mirror.ts'
import { decode } from '../mirror/columns.ts'
import { comment } from '../mirror/comment.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

/** Lists the comments of an issue or a pull request, oldest first, if the user may read them. */
export async function listComments(
  db: Db,
  filter: PageRequest & { userId: string; repositoryId: number; issueNumber: number },
): Promise<Page<Comment>> {
  const { userId, repositoryId, issueNumber, limit, after } = filter
  const query = db
    .selectFrom('comments')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('issue_number', '=', issueNumber)
    .where(readableBy(userId, 'comments.repository_id'))
  const rows = await paged(query, {
    order: [
      { by: 'comments.created_at', type: 'number' },
      { by: 'comments.id', type: 'number' },
    ],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, {
    limit,
    keyOf: ({ created_at, id }) => [created_at, id],
    present: (row) => decode(comment, row),
  })
}
