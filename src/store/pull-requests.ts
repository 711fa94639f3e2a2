import { type SqlBool, sql } from 'kysely'
import type { PullRequest } from '../../contract/mirror.ts'
import type { SearchPlan } from '../domain/search/plan-search.ts'
import { decode } from '../mirror/columns.ts'
import { pullRequest, shownPull } from '../mirror/pull-request.ts'
import { readableBy } from './access.ts'
import { type Direction, type Page, type PageRequest, pageOf } from './keyset.ts'
import { walkReadable } from './readable-walk.ts'
import type { PullRequestRow } from './rows/mirror.ts'
import { findEntries, type Search } from './search/find-entries.ts'
import { readFound } from './search/read-found.ts'
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
  /** What a search asks for, instead of all of these. */
  plan?: SearchPlan | undefined
}

/** Lists pull requests, GitHub's way: open ones, the newest first, unless asked otherwise. */
export async function listPullRequests(db: Db, filter: PullRequestFilter): Promise<Page<ListedPullRequest>> {
  if (filter.plan) return await findPullRequests(db, { ...filter, plan: filter.plan })
  const { userId, repositoryId, state = 'open', sort = 'created', limit, after } = filter
  const time = sort === 'updated' ? 'updated_at' : 'created_at'
  const isOne = repositoryId !== undefined
  const number = { by: 'pull_requests.number', type: 'number' } as const
  // Within a repository numbers follow creation, and the primary key is in their order.
  const byNumber = isOne && sort === 'created'
  type Row = Omit<PullRequestRow, 'body' | 'told_at' | 'told' | 'issue_id' | 'issue_told'> & {
    repository: string
  }
  const rows = await walkReadable<Row>(
    db,
    { userId, repositoryId },
    {
      from: sql`from pull_requests cross join repositories`,
      columns: sql.raw(listed.join(', ')),
      repository: 'pull_requests.repository_id',
      within: state === 'all' || byNumber ? [] : [{ by: 'pull_requests.state', value: state }],
      order: byNumber ? [number] : [{ by: `pull_requests.${time}`, type: 'number' }, number],
      keyOf: (row) => (byNumber ? [row.number] : [row[time], row.number]),
      direction: filter.direction ?? 'desc',
      where: [
        sql`repositories.id = pull_requests.repository_id`,
        ...(byNumber && state !== 'all' ? [sql<SqlBool>`(pull_requests.state = ${state}) is true`] : []),
      ],
      limit,
      after,
    },
  )
  return pageOf(rows, {
    limit,
    keyOf: (row) => [
      ...(byNumber ? [row.number] : [row[time], row.number]),
      ...(isOne ? [] : [row.repository_id]),
    ],
    present: presentListed,
  })
}

/** Pull requests that a search finds: by what fits best where it is `ranked`, else in the order of lists. */
export async function findPullRequests(db: Db, asked: Search): Promise<Page<ListedPullRequest>> {
  const found = await findEntries(db, asked)
  const columns = sql.raw(listed.slice(0, -1).join(', '))
  const key = { column: 'number', type: 'number' } as const
  return await readFound(
    db,
    { userId: asked.userId, found, table: 'pull_requests', key, columns },
    presentListed,
  )
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
  'pull_requests.requested_teams',
  'pull_requests.node_id',
  'pull_requests.milestone',
  'pull_requests.locked',
  'pull_requests.mergeable_state',
  'pull_requests.auto_merge',
  'pull_requests.merged_by_login',
  'pull_requests.merged_by_avatar_url',
  'pull_requests.additions',
  'pull_requests.deletions',
  'pull_requests.changed_files',
  'pull_requests.reactions',
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

function presentListed(
  row: Omit<PullRequestRow, 'body' | 'told_at' | 'told' | 'issue_id' | 'issue_told'> & { repository: string },
): ListedPullRequest {
  return { ...shownPull(decode(pullRequest, { ...row, told_at: null })), repository: row.repository }
}
