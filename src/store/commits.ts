import type { Commit } from '../../contract/mirror.ts'
import type { CommitFacts } from '../domain/mirror/facts.ts'
import { readableBy } from './access.ts'
import { toMillis, toTime, upsert } from './columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { CommitRow } from './schema.ts'
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
  return pageOf(rows, { limit, keyOf: ({ committed_at, sha }) => [committed_at, sha], present })
}

/** Saves commits. One without parents is a push's short form and does not replace the full one. */
export async function saveCommits(
  tx: Db,
  { repositoryId, commits }: { repositoryId: number; commits: readonly CommitFacts[] },
): Promise<void> {
  await upsert(
    tx,
    'commits',
    commits.map((commit) => rowOf(commit, repositoryId)),
    { key: ['repository_id', 'sha'], onlyIf: "excluded.parents <> '[]'" },
  )
}

/** Forgets the commits of a repository whose history is another now. */
export async function removeCommits(tx: Db, repositoryId: number): Promise<void> {
  await tx.deleteFrom('commits').where('repository_id', '=', repositoryId).execute()
}

function rowOf(commit: CommitFacts, repositoryId: number): CommitRow {
  return {
    repository_id: repositoryId,
    sha: commit.sha,
    message: commit.message,
    author_name: commit.author.name,
    author_email: commit.author_email,
    author_login: commit.author.login,
    author_avatar_url: commit.author.avatar_url,
    authored_at: toMillis(commit.authored_at),
    committed_at: toMillis(commit.committed_at),
    parents: JSON.stringify(commit.parents),
    html_url: commit.html_url,
  }
}

function present(row: CommitRow): Commit {
  return {
    sha: row.sha,
    message: row.message,
    author: { login: row.author_login, name: row.author_name, avatar_url: row.author_avatar_url },
    authored_at: toTime(row.authored_at),
    committed_at: toTime(row.committed_at),
    parents: JSON.parse(row.parents) as string[],
    html_url: row.html_url,
  }
}
