import type { Comment } from '../../contract/mirror.ts'
import { readableBy } from './access.ts'
import { toMillis, toPerson, toTime, upsert } from './columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { CommentRow } from './schema.ts'
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
  return pageOf(rows, { limit, keyOf: ({ created_at, id }) => [created_at, id], present })
}

/** A comment as stored. */
export async function findComment(db: Db, id: number): Promise<Comment | undefined> {
  const row = await db.selectFrom('comments').selectAll().where('id', '=', id).executeTakeFirst()
  return row && present(row)
}

/** Saves comments; an older `updated_at` never wins. */
export async function saveComments(
  tx: Db,
  { repositoryId, comments }: { repositoryId: number; comments: readonly Comment[] },
): Promise<void> {
  const rows = comments.map(
    (comment): CommentRow => ({
      id: comment.id,
      repository_id: repositoryId,
      issue_number: comment.issue_number,
      user_login: comment.user?.login ?? null,
      user_avatar_url: comment.user?.avatar_url ?? null,
      body: comment.body,
      html_url: comment.html_url,
      created_at: toMillis(comment.created_at),
      updated_at: toMillis(comment.updated_at),
    }),
  )
  await upsert(tx, 'comments', rows, { key: ['id'], onlyIf: 'excluded.updated_at >= comments.updated_at' })
}

/** Removes a comment. */
export async function removeComment(tx: Db, id: number): Promise<void> {
  await tx.deleteFrom('comments').where('id', '=', id).execute()
}

function present(row: CommentRow): Comment {
  return {
    id: row.id,
    issue_number: row.issue_number,
    user: toPerson(row.user_login, row.user_avatar_url),
    body: row.body,
    html_url: row.html_url,
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
  }
}
