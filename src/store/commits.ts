import { sql } from 'kysely'
import type { Commit } from '../../contract/mirror.ts'
import { decode } from '../mirror/columns.ts'
import { commit, withoutEmail } from '../mirror/commit.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { CommitRow } from './rows/mirror.ts'
import { findEntries, type Search } from './search/find-entries.ts'
import { readFound } from './search/read-found.ts'
import type { Db } from './store.ts'

/** Lists the commits of a repository's default branch, newest first, if the user may read it. */
export async function listCommits(
  db: Db,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId: number },
): Promise<Page<Commit>> {
  const query = db
    .selectFrom('commits')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where(readableBy(userId, 'commits.repository_id'))
  const rows = await paged(query, {
    order: [
      { by: 'commits.committed_at', type: 'number' },
      { by: 'commits.sha', type: 'string' },
    ],
    direction: 'desc',
    limit,
    after,
  }).execute()
  return pageOf(rows, {
    limit,
    keyOf: ({ committed_at, sha }) => [committed_at, sha],
    present: (row) => withoutEmail(decode(commit, row)),
  })
}

/** Commits that a search finds in the repositories that a user may read. */
export async function findCommits(db: Db, asked: Search): Promise<Page<Commit & { repository: string }>> {
  const found = await findEntries(db, asked)
  const key = { column: 'sha', type: 'string' } as const
  return await readFound(
    db,
    { userId: asked.userId, found, table: 'commits', key, columns: sql`commits.*` },
    (row: CommitRow & { repository: string }) => ({
      ...withoutEmail(decode(commit, row)),
      repository: row.repository,
    }),
  )
}
