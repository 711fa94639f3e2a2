import { type Expression, type SqlBool, sql } from 'kysely'
import type { Issue } from '../../contract/mirror.ts'
import type { SearchPlan } from '../domain/search/plan-search.ts'
import { decode } from '../mirror/columns.ts'
import { withoutBody } from '../mirror/conversation.ts'
import { issue } from '../mirror/issue.ts'
import { readableBy } from './access.ts'
import { type Direction, type Page, type PageRequest, pageOf } from './keyset.ts'
import { walkReadable } from './readable-walk.ts'
import type { IssueRow } from './rows/mirror.ts'
import { findEntries, type Search } from './search/find-entries.ts'
import { readFound } from './search/read-found.ts'
import type { Db } from './store.ts'

/** An issue in a list over several repositories. */
export type ListedIssue = Issue & { repository: string }

interface IssueFilter extends PageRequest {
  userId: string
  /** Without: over all repositories that the user may read. */
  repositoryId?: number | undefined
  state?: 'open' | 'closed' | 'all' | undefined
  sort?: 'created' | 'updated' | undefined
  direction?: Direction | undefined
  /** Only issues that carry all of these. */
  labels?: readonly string[] | undefined
  /** What a search asks for, instead of all of these. */
  plan?: SearchPlan | undefined
}

/** Lists issues, GitHub's way: open ones, the newest first, unless asked otherwise. */
export async function listIssues(db: Db, filter: IssueFilter): Promise<Page<ListedIssue>> {
  if (filter.plan) return await findIssues(db, { ...filter, plan: filter.plan })
  const { userId, repositoryId, state = 'open', sort = 'created', labels = [], limit, after } = filter
  const time = sort === 'updated' ? 'updated_at' : 'created_at'
  const isOne = repositoryId !== undefined
  const number = { by: 'issues.number', type: 'number' } as const
  // Within a repository numbers follow creation, and the primary key is in their order.
  const byNumber = isOne && sort === 'created'
  type Row = Omit<IssueRow, 'body' | 'told'> & { repository: string }
  const rows = await walkReadable<Row>(
    db,
    { userId, repositoryId },
    {
      from: sql`from issues cross join repositories`,
      columns: sql.raw(listed.join(', ')),
      repository: 'issues.repository_id',
      within: state === 'all' || byNumber ? [] : [{ by: 'issues.state', value: state }],
      order: byNumber ? [number] : [{ by: `issues.${time}`, type: 'number' }, number],
      keyOf: (row) => (byNumber ? [row.number] : [row[time], row.number]),
      direction: filter.direction ?? 'desc',
      where: [
        sql`repositories.id = issues.repository_id`,
        ...(byNumber && state !== 'all' ? [sql<SqlBool>`(issues.state = ${state}) is true`] : []),
        ...labels.map(carries),
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

/** Issues that a search finds: by what fits best where it is `ranked`, else in the order of lists. */
export async function findIssues(db: Db, asked: Search): Promise<Page<ListedIssue>> {
  const found = await findEntries(db, asked)
  const columns = sql.raw(listed.slice(0, -1).join(', '))
  const key = { column: 'number', type: 'number' } as const
  return await readFound(db, { userId: asked.userId, found, table: 'issues', key, columns }, presentListed)
}

/** All but the body, which can be long and which lists do not show. */
const listed = [
  'issues.repository_id',
  'issues.number',
  'issues.id',
  'issues.title',
  'issues.state',
  'issues.state_reason',
  'issues.user_login',
  'issues.user_avatar_url',
  'issues.labels',
  'issues.assignees',
  'issues.milestone',
  'issues.node_id',
  'issues.type',
  'issues.locked',
  'issues.pinned',
  'issues.sub_issues',
  'issues.parent',
  'issues.dependencies',
  'issues.reactions',
  'issues.comments',
  'issues.html_url',
  'issues.created_at',
  'issues.updated_at',
  'issues.closed_at',
  'repositories.full_name as repository',
] as const

/** Label names are equal in any case on GitHub; the column holds JSON that this file wrote. */
function carries(label: string): Expression<SqlBool> {
  const json = JSON.stringify({ name: label }).slice(0, -1)
  const pattern = `%${json.replaceAll(/[\\%_]/g, String.raw`\$&`)},%`
  return sql<SqlBool>`lower(issues.labels) like lower(${pattern}) escape '\\'`
}

/** One issue with its body; nothing when the user may not read its repository. */
export async function getIssue(
  db: Db,
  { userId, repositoryId, number }: { userId: string; repositoryId: number; number: number },
): Promise<ListedIssue | undefined> {
  const row = await db
    .selectFrom('issues')
    .innerJoin('repositories', 'repositories.id', 'issues.repository_id')
    .select(listed)
    .select('issues.body')
    .where('issues.repository_id', '=', repositoryId)
    .where('issues.number', '=', number)
    .where(readableBy(userId, 'issues.repository_id'))
    .executeTakeFirst()
  return row && { ...presentListed(row), body: row.body }
}

function presentListed(row: Omit<IssueRow, 'body' | 'told'> & { repository: string }): ListedIssue {
  return { ...(withoutBody(decode(issue, row)) as Issue), repository: row.repository }
}
