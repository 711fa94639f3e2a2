import { type RawBuilder, sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { IssueRow, PullRequestRow } from './rows/mirror.ts'
import type { Db } from './store.ts'

/** To GitHub a pull request is an issue as well: a list of issues holds both. */
export type ToldIssue =
  | (IssueRow & { is_pull: 0 })
  | (Pick<PullRequestRow, Shared | 'draft' | 'merged_at' | 'issue_id' | 'issue_told'> & { is_pull: 1 })

type Shared = (typeof shared)[number]

const shared = [
  ...(['repository_id', 'number', 'id', 'node_id', 'title', 'body', 'state', 'locked', 'reactions'] as const),
  ...(['comments', 'html_url', 'created_at', 'updated_at', 'closed_at', 'told'] as const),
] as const

export interface IssueFilter {
  repositoryId: number
  state: 'open' | 'closed' | 'all'
  labels?: readonly string[]
  /** A login, or whether anybody is at all. */
  assignee?: string | 'none' | '*' | undefined
  creator?: string | undefined
  /** A number, or whether there is any at all. */
  milestone?: number | 'none' | '*' | undefined
  since?: number | undefined
}

interface IssuePage extends IssueFilter {
  sort: 'created' | 'updated' | 'comments'
  direction: 'asc' | 'desc'
  limit: number
  offset: number
}

const orders = {
  // Numbers are given in the order of creation, and an index is in theirs.
  created: ['number'],
  updated: ['updated_at', 'number'],
  comments: ['comments', 'number'],
} as const

/** A page of a repository's issues and pull requests, as they are stored. The caller has judged who may read them. */
export async function listToldIssues(db: Db, page: IssuePage): Promise<ToldIssue[]> {
  const { values, where, shape } = conditionsOf(page)
  const order = orders[page.sort].map((column) => `${column} ${page.direction}`).join(', ')
  const query = queryOf(`list ${shape} by ${order}`, (db, value) =>
    sql`
      select * from (
        select ${sql.raw(shared.join(', '))}, state_reason, 0 as is_pull,
          null as draft, null as merged_at, null as issue_id,
          null as issue_told
        from issues where ${where(value)}
        union all
        select ${sql.raw(shared.join(', '))}, null as state_reason, 1 as is_pull, draft, merged_at, issue_id,
          issue_told
        from pull_requests where ${where(value)}
      ) as both_kinds
      order by ${sql.raw(order)}
      limit ${value('limit')} offset ${value('offset')}`.compile(db),
  )
  const { rows } = await query(db, { ...values, limit: page.limit, offset: page.offset })
  return rows as ToldIssue[]
}

/** How many issues and pull requests there are. */
export async function countToldIssues(db: Db, filter: IssueFilter): Promise<number> {
  const { values, where, shape } = conditionsOf(filter)
  const query = queryOf(`count ${shape}`, (db, value) =>
    sql`
      select (select count(*) from issues where ${where(value)})
        + (select count(*) from pull_requests where ${where(value)}) as total`.compile(db),
  )
  const { rows } = await query(db, values)
  return Number((rows[0] as { total: number }).total)
}

type Values = Record<string, string | number>
type Value = (name: string) => string | number
type Query = ReturnType<typeof compiled<Values, object>>

const queries = new Map<string, Query>()
const mostQueries = 500

function queryOf(shape: string, build: (db: Db, value: Value) => unknown): Query {
  let query = queries.get(shape)
  if (!query) {
    if (queries.size >= mostQueries) queries.clear()
    query = compiled<Values, object>((db, value) => ({ compile: () => build(db, value as Value) }) as never)
    queries.set(shape, query)
  }
  return query
}

/** The filter as conditions that both tables understand, their values, and what tells it from others of its shape. */
function conditionsOf(filter: IssueFilter): {
  values: Values
  where: (value: Value) => RawBuilder<unknown>
  shape: string
} {
  const { repositoryId, state, labels = [], assignee, creator, milestone, since } = filter
  const values: Values = { repository: repositoryId }
  const parts: ((value: Value) => RawBuilder<unknown>)[] = [
    (value) => sql`repository_id = ${value('repository')}`,
  ]
  const add = (
    name: string,
    given: string | number,
    part: (value: string | number) => RawBuilder<unknown>,
  ) => {
    values[name] = given
    parts.push((value) => part(value(name)))
  }
  const shapes: string[] = []
  if (state !== 'all') add('state', state, (value) => sql`state = ${value}`)
  if (since !== undefined) add('since', since, (value) => sql`updated_at >= ${value}`)
  if (creator !== undefined) {
    add('creator', creator.toLowerCase(), (value) => sql`lower(user_login) = ${value}`)
  }
  labels.forEach((label, index) => {
    add(`label${index}`, holding('name', label), (value) => sql`lower(labels) like ${value} escape '\\'`)
  })
  if (assignee === 'none' || assignee === '*') {
    shapes.push(`assignee ${assignee}`)
    parts.push(() => (assignee === 'none' ? sql`assignees = '[]'` : sql`assignees <> '[]'`))
  } else if (assignee !== undefined) {
    add('assignee', holding('login', assignee), (value) => sql`lower(assignees) like ${value} escape '\\'`)
  }
  if (milestone === 'none' || milestone === '*') {
    shapes.push(`milestone ${milestone}`)
    parts.push(() => (milestone === 'none' ? sql`milestone is null` : sql`milestone is not null`))
  } else if (milestone !== undefined) {
    values.milestone = milestone
    parts.push(
      (value) => sql`milestone = (
        select title from milestones
        where repository_id = ${value('repository')} and number = ${value('milestone')})`,
    )
  }
  return {
    values,
    where: (value) =>
      sql.join(
        parts.map((part) => part(value)),
        sql` and `,
      ),
    shape: [...Object.keys(values), ...shapes].join(),
  }
}

/** A pattern for JSON that the mirror wrote: a list of objects of which one has this text in a field, in any case. */
function holding(field: string, text: string): string {
  const json = JSON.stringify({ [field]: text })
    .slice(1, -1)
    .toLowerCase()
  return `%${json.replaceAll(/[\\%_]/g, String.raw`\$&`)},%`
}
