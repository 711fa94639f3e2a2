import { sql } from 'kysely'
import type { Comment } from '../../contract/mirror.ts'
import { decode } from '../mirror/columns.ts'
import { comment } from '../mirror/comment.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { CommentRow } from './rows/mirror.ts'
import { findEntries, type Search } from './search/find-entries.ts'
import { readFound } from './search/read-found.ts'
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
    present: (row) => decode(comment, row) as Comment,
  })
}

/** A comment beside what it is about. */
export type FoundComment = Comment & { repository: string; title: string; pull_request: boolean }

/** Comments that a search finds in the repositories that a user may read. */
export async function findComments(db: Db, asked: Search): Promise<Page<FoundComment>> {
  const found = await findEntries(db, asked)
  const columns = sql`comments.*, coalesce(issues.title, pull_requests.title, '') as title,
    pull_requests.number as pull_number`
  const about = (table: string) => sql`left join ${sql.table(table)}
    on ${sql.ref(`${table}.repository_id`)} = comments.repository_id
    and ${sql.ref(`${table}.number`)} = comments.issue_number`
  const join = sql`${about('issues')} ${about('pull_requests')}`
  const key = { column: 'id', type: 'number' } as const
  type Row = CommentRow & { repository: string; title: string; pull_number: number | null }
  return await readFound(
    db,
    { userId: asked.userId, found, table: 'comments', key, columns, join },
    (row: Row) => ({
      ...(decode(comment, row) as Comment),
      repository: row.repository,
      title: row.title,
      pull_request: row.pull_number !== null,
    }),
  )
}

/**
 * Counts what was said on a pull request before it was heard of itself: the webhook of a comment may come first, and
 * tells nothing else that could be kept of it.
 */
export async function countEarlierComments(
  tx: Db,
  { repositoryId, number }: { repositoryId: number; number: number },
): Promise<void> {
  const { comments, last } = await tx
    .selectFrom('comments')
    .select(({ fn }) => [fn.countAll<number>().as('comments'), fn.max('updated_at').as('last')])
    .where('repository_id', '=', repositoryId)
    .where('issue_number', '=', number)
    .executeTakeFirstOrThrow()
  if (last === null) return
  await tx
    .updateTable('pull_requests')
    .set({ comments, updated_at: last })
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .where('updated_at', '<=', last)
    .execute()
}
