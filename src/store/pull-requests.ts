import type { Label, Person } from '../../contract/common.ts'
import type { PullRequest } from '../../contract/mirror.ts'
import type { PullRequestFacts } from '../domain/mirror/facts.ts'
import { readableBy } from './access.ts'
import { toFlag, toMillis, toMillisOrNull, toPerson, toTime, toTimeOrNull, upsert } from './columns.ts'
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

/** A pull request as stored, whoever asks: for tasks. */
export async function findPullRequest(
  db: Db,
  { repositoryId, number }: { repositoryId: number; number: number },
): Promise<PullRequestFacts | undefined> {
  const row = await db
    .selectFrom('pull_requests')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .executeTakeFirst()
  return row && { ...present(row), body: row.body }
}

/**
 * Saves pull requests of one repository; an older `updated_at` never wins, and where GitHub did not tell the number
 * of comments the stored one stays. Call `recountOpen` in the same transaction.
 */
export async function savePullRequests(tx: Db, pulls: readonly PullRequestFacts[]): Promise<void> {
  const [first] = pulls
  if (!first) return
  const stored = await tx
    .selectFrom('pull_requests')
    .select(['number', 'comments'])
    .where('repository_id', '=', first.repository_id)
    .where(
      'number',
      'in',
      pulls.map(({ number }) => number),
    )
    .execute()
  const comments = new Map(stored.map((row) => [row.number, row.comments]))
  await upsert(
    tx,
    'pull_requests',
    pulls.map((pull) => rowOf(pull, pull.comments ?? comments.get(pull.number) ?? 0)),
    { key: ['repository_id', 'number'], onlyIf: 'excluded.updated_at >= pull_requests.updated_at' },
  )
}

/** Writes down how many comments a pull request has; of one that is not stored, nothing. */
export async function setPullRequestComments(
  tx: Db,
  { repositoryId, number, comments }: { repositoryId: number; number: number; comments: number },
): Promise<void> {
  await tx
    .updateTable('pull_requests')
    .set({ comments })
    .where('repository_id', '=', repositoryId)
    .where('number', '=', number)
    .execute()
}

function rowOf(pull: PullRequestFacts, comments: number): PullRequestRow {
  return {
    repository_id: pull.repository_id,
    number: pull.number,
    id: pull.id,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    draft: toFlag(pull.draft),
    merged_at: toMillisOrNull(pull.merged_at),
    user_login: pull.user?.login ?? null,
    user_avatar_url: pull.user?.avatar_url ?? null,
    head_ref: pull.head.ref,
    head_sha: pull.head.sha,
    base_ref: pull.base.ref,
    labels: JSON.stringify(pull.labels),
    assignees: JSON.stringify(pull.assignees),
    requested_reviewers: JSON.stringify(pull.requested_reviewers),
    comments,
    html_url: pull.html_url,
    created_at: toMillis(pull.created_at),
    updated_at: toMillis(pull.updated_at),
    closed_at: toMillisOrNull(pull.closed_at),
  }
}

function presentListed(row: Omit<PullRequestRow, 'body'> & { repository: string }): ListedPullRequest {
  return { ...present(row), repository: row.repository }
}

function present(row: Omit<PullRequestRow, 'body'>): PullRequest {
  return {
    id: row.id,
    repository_id: row.repository_id,
    number: row.number,
    title: row.title,
    state: row.state,
    draft: row.draft === 1,
    merged_at: toTimeOrNull(row.merged_at),
    user: toPerson(row.user_login, row.user_avatar_url),
    head: { ref: row.head_ref, sha: row.head_sha },
    base: { ref: row.base_ref },
    labels: JSON.parse(row.labels) as Label[],
    assignees: JSON.parse(row.assignees) as Person[],
    requested_reviewers: JSON.parse(row.requested_reviewers) as Person[],
    comments: row.comments,
    html_url: row.html_url,
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
    closed_at: toTimeOrNull(row.closed_at),
  }
}
