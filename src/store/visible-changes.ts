import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import { mayRead } from './access.ts'
import { type LoggedChange, toLogged } from './changes.ts'
import { compiled } from './compiled.ts'
import type { ChangeRow } from './rows/log.ts'
import { readsAll } from './run-audience.ts'
import type { Db } from './store.ts'

interface ChangeFilter {
  /** Whose eyes: repositories this user may read, the user's own inbox and runs, and what belongs to everybody. */
  userId: string
  /** Also sees workflows of others that are not shared. */
  maintains: boolean
  limit: number
  /** Only changes with a smaller seq. */
  before?: number | undefined
  /** Only changes with a greater seq, and these oldest first. */
  after?: number | undefined
  topic?: string | undefined
}

/**
 * Lists changes newest first (with `after` oldest first), as far as the user may see them: the same rule as
 * `maySeeChange` in `domain/access.ts`. Nobody else's changes are read for it: see `readable-walk.ts`.
 */
export async function listChanges(db: Db, filter: ChangeFilter): Promise<LoggedChange[]> {
  const { userId, maintains, topic } = filter
  const unhidden = maintains
    ? sql<SqlBool>`changes.repository_id is null`
    : sql<SqlBool>`changes.repository_id is null and (changes.maker is null or changes.maker = ${userId})`
  if (topic === undefined) {
    return merge(filter, [
      ...(await walksOfRepositories(db, filter)),
      walk(db, filter, { column: 'topic', first: 'system', where: unhidden }),
      walk(db, filter, { column: 'topic', first: `inbox:${userId}` }),
      ...walksOfOwn(db, filter),
    ])
  }
  const [, room, id] = /^(repo|run|inbox):(.+)$/.exec(topic) ?? []
  if (room === 'inbox' && id !== userId) return []
  if (room === 'repo' && (id === '*' || !(await mayRead(db, { userId, repositoryId: Number(id) })))) return []
  const where = room === 'run' ? ofVisibleRun(userId) : room === undefined ? unhidden : undefined
  return merge(filter, [walk(db, filter, { column: 'topic', first: topic, where })])
}

/**
 * What comes after `after` of the topics of a subscription, oldest first. Whoever asks looks at each change once more,
 * as rights may have changed since; topics of repositories must be readable.
 */
export async function readFollowed(
  db: Db,
  {
    userId,
    topics,
    after,
    limit,
  }: { userId: string; topics: readonly string[]; after: number; limit: number },
): Promise<LoggedChange[]> {
  const range = { userId, after, limit }
  const named = topics.filter((topic) => topic !== 'repo:*' && topic !== 'run:*')
  const any = named.length < topics.length
  return merge(range, [
    ...(any ? await walksOfRepositories(db, range) : []),
    ...(any ? walksOfOwn(db, range) : []),
    ...named.map((topic) => walk(db, range, { column: 'topic', first: topic })),
  ])
}

type Range = Pick<ChangeFilter, 'userId' | 'limit' | 'before' | 'after'>

/** A run's changes are for who may read all that it touched; where that is nothing, for its maker and its starter. */
function ofVisibleRun(userId: string): Expression<SqlBool> {
  return sql<SqlBool>`(
    changes.repository_id is null and (changes.maker = ${userId} or changes.started_by = ${userId})
    or ${readsAllOf(userId)} and exists (
      select 1 from access where access.user_id = ${userId} and access.repository_id = changes.repository_id
    )
  )`
}

function readsAllOf(userId: string): Expression<SqlBool> {
  return sql<SqlBool>`(changes.repositories is null or ${readsAll(userId, sql`substr(changes.topic, 5)`)})`
}

/** Changes of runs and workflows without a repository that are the user's own. */
function walksOfOwn(db: Db, range: Range): Promise<LoggedChange[]>[] {
  const where = sql<SqlBool>`changes.repository_id is null`
  return (['maker', 'started_by'] as const).map((column) =>
    walk(db, range, { column, first: range.userId, where }),
  )
}

/** A walk for each readable repository whose first change is among the first of all. */
async function walksOfRepositories(db: Db, range: Range): Promise<Promise<LoggedChange[]>[]> {
  const { userId, limit } = range
  const where = readsAllOf(userId)
  const head = tail(
    { ...range, limit: 1 },
    { column: 'repository_id', first: sql.ref('access.repository_id'), where },
  )
  const { rows } = await sql<{ id: number; head: number | null }>`
    select access.repository_id as id, (select changes.seq ${head}) as head
    from access where access.user_id = ${userId}`.execute(db)
  const ids = rows
    .flatMap(({ id, head }) => (head === null ? [] : [{ id, head }]))
    .sort((a, b) => (range.after === undefined ? b.head - a.head : a.head - b.head))
    .slice(0, limit)
    .map(({ id }) => id)
  const read = compiled<{ first: number }, ChangeRow>((to, value) => ({
    compile: () =>
      sql<ChangeRow>`select changes.* ${tail(range, { column: 'repository_id', first: value('first'), where })}`.compile(
        to,
      ),
  }))
  return ids.map(async (id) => (await read(db, { first: id })).rows.map(toLogged))
}

interface Walk {
  column: 'repository_id' | 'topic' | 'maker' | 'started_by'
  first: unknown
  where?: Expression<SqlBool> | undefined
}

async function walk(db: Db, range: Range, what: Walk): Promise<LoggedChange[]> {
  const { rows } = await sql<ChangeRow>`select changes.* ${tail(range, what)}`.execute(db)
  return rows.map(toLogged)
}

/** What comes after the selection. `-seq` is how the indexes have it, so that no planner takes the primary key. */
function tail({ before, after, limit }: Range, { column, first, where }: Walk): RawBuilder<unknown> {
  const seq = sql.ref('changes.seq')
  const conditions = [
    sql`${sql.ref(`changes.${column}`)} = ${first}`,
    sql`-${seq} > ${-(before ?? Number.MAX_SAFE_INTEGER)}`,
    ...(after === undefined ? [] : [sql`-${seq} < ${-after}`]),
    ...(where ? [where] : []),
  ]
  const direction = sql.raw(after === undefined ? 'asc' : 'desc')
  return sql`from changes where ${sql.join(conditions, sql` and `)} order by -${seq} ${direction} limit ${limit}`
}

async function merge(
  { after, limit }: Range,
  walks: readonly Promise<LoggedChange[]>[],
): Promise<LoggedChange[]> {
  const found = new Map((await Promise.all(walks)).flat().map((change) => [change.seq, change]))
  return [...found.values()]
    .sort((a, b) => (after === undefined ? b.seq - a.seq : a.seq - b.seq))
    .slice(0, limit)
}
