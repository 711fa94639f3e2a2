import type { PullRequest } from '../../contract/mirror.ts'
import { decode } from '../mirror/columns.ts'
import { withoutBody } from '../mirror/conversation.ts'
import { pullRequest } from '../mirror/pull-request.ts'
import { readableBy } from './access.ts'
import { type Direction, type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { PullRequestRow } from './schema.ts'
import type { Db } from './store.ts'

/** A pull request in a list over several repositories. */
export type ListedPullRequest = PullRequest & { repository: string }

interface PullRequestFilter extends PageRequest {
  userId: string
  /** Without: over all repositories that the user may read. */
  repositoryId?: number | undefined
  state?: 'open' | 'closed' | 'all' | undefined
  sort?: 'created' | 'updated' | undefined
  direction?: Direction | undefined
}

/** Lists pull requests, GitHub's way: open ones, the newest first, unless asked otherwise. */
export async function listPullRequests(db: Db, filter: PullRequestFilter): Promise<Page<ListedPullRequest>> {
  const { userId, repositoryId, state = 'open', sort = 'created', limit, after } = filter
  const time = sort === 'updated' ? 'updated_at' : 'created_at'
  let query = db
    .selectFrom('pull_requests')
    .innerJoin('repositories', 'repositories.id', 'pull_requests.repository_id')
    .select(listed)
    .where(readableBy(userId, 'pull_requests.repository_id'))
  if (repositoryId !== undefined) query = query.where('pull_requests.repository_id', '=', repositoryId)
  if (state !== 'all') query = query.where('pull_requests.state', '=', state)

  const number = { by: 'pull_requests.number', type: 'number' } as const
  const at = { by: `pull_requests.${time}`, type: 'number' } as const
  const page = { direction: filter.direction ?? 'desc', limit, after }
  if (repositoryId !== undefined && sort === 'created') {
    // Within a repository numbers follow creation, and the primary key is in their order.
    const rows = await paged(query, { ...page, order: [number] }).execute()
    return pageOf(rows, { limit, keyOf: (row) => [row.number], present: presentListed })
  }
  if (repositoryId !== undefined) {
    const rows = await paged(query, { ...page, order: [at, number] }).execute()
    return pageOf(rows, { limit, keyOf: (row) => [row[time], row.number], present: presentListed })
  }
  const order = [at, { by: 'pull_requests.repository_id', type: 'number' } as const, number]
  const rows = await paged(query, { ...page, order }).execute()
  return pageOf(rows, {
    limit,
    keyOf: (row) => [row[time], row.repository_id, row.number],
    present: presentListed,
  })
}

/** All but the body, which can be long and which lists do not show. */
const listed = [
  'pull_requests.repository_id',
  'pull_requests.number',
  'pull_requests.id',
  'pull_requests.title',
  'pull_requests.state',
  'pull_requests.draft',
  'pull_requests.merged_at',
  'pull_requests.user_login',
  'pull_requests.user_avatar_url',
  'pull_requests.head_ref',
  'pull_requests.head_sha',
  'pull_requests.base_ref',
  'pull_requests.labels',
  'pull_requests.assignees',
  'pull_requests.requested_reviewers',
  'pull_requests.comments',
  'pull_requests.html_url',
  'pull_requests.created_at',
  'pull_requests.updated_at',
  'pull_requests.closed_at',
  'repositories.full_name as repository',
] as const

/** One pull request with its body; nothing when the user may not read its repository. */
export async function getPullRequest(
  db: Db,
  { userId, repositoryId, number }: { userId: string; repositoryId: number; number: number },
): Promise<ListedPullRequest | undefined> {
  const row = await db
    .selectFrom('pull_requests')
    .innerJoin('repositories', 'repositories.id', 'pull_requests.repository_id')
    .select(listed)
    .select('pull_requests.body')
    .where('pull_requests.repository_id', '=', repositoryId)
    .where('pull_requests.number', '=', number)
    .where(readableBy(userId, 'pull_requests.repository_id'))
    .executeTakeFirst()
  return row && { ...presentListed(row), body: row.body }
}

function presentListed(row: Omit<PullRequestRow, 'body'> & { repository: string }): ListedPullRequest {
  return { ...(withoutBody(decode(pullRequest, row)) as PullRequest), repository: row.repository }
}
