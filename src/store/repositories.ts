import { PostgresAdapter, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Repository } from '../../contract/mirror.ts'
import type { Asked } from '../domain/search/condition.ts'
import type { TextAsked, TextCondition } from '../domain/search/plan-texts.ts'
import type { MirroredRepository, RepositoryFacts } from '../mirror/repository.ts'
import { joinTold, toldOf } from '../mirror/told.ts'
import { sendingUpsert, toFlag, toMillis, toMillisOrNull, toTime, toTimeOrNull } from './columns.ts'
import { compiled } from './compiled.ts'
import { type Direction, type Order, type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { AccessRow, RepositoryRow } from './rows/mirror.ts'
import { treeHolds } from './search/conditions.ts'
import { holdsText } from './search/holds-text.ts'
import { isWithin } from './search/is-within.ts'
import { repositoryIs } from './search/repository-is.ts'
import type { Db } from './store.ts'

type Readable = RepositoryRow & Pick<AccessRow, 'permission'>
export type RepositorySort = 'pushed' | 'created' | 'updated' | 'name' | 'open_issues'

interface RepositoryFilter extends PageRequest {
  userId: string
  /** What a search asks for; its texts are looked for in name, description and topics. */
  where?: TextCondition | undefined
  sort?: RepositorySort | undefined
  direction?: Direction | undefined
}

// A user's repositories are few enough to be put in order after they were found through `access`.
const pushed = sql<number>`coalesce(repositories.pushed_at, 0)`
const id = { by: 'repositories.id', type: 'number' } as const
const sorts: Record<
  RepositorySort,
  { order: Order; direction: Direction; value: (row: RepositoryRow) => string | number }
> = {
  pushed: {
    order: [{ by: pushed, type: 'number' }, id],
    direction: 'desc',
    value: ({ pushed_at }) => pushed_at ?? 0,
  },
  updated: {
    order: [{ by: 'repositories.updated_at', type: 'number' }, id],
    direction: 'desc',
    value: ({ updated_at }) => updated_at,
  },
  created: {
    order: [{ by: 'repositories.created_at', type: 'number' }, id],
    direction: 'desc',
    value: ({ created_at }) => created_at,
  },
  name: {
    order: [{ by: 'repositories.full_name_key', type: 'string' }, id],
    direction: 'asc',
    value: ({ full_name_key }) => full_name_key,
  },
  open_issues: {
    order: [{ by: 'repositories.open_issues', type: 'number' }, id],
    direction: 'desc',
    value: ({ open_issues }) => open_issues,
  },
}

/** Where a repository's words are looked for. */
const searchedColumns = ['repositories.full_name_key', 'repositories.description', 'repositories.topics']

/** Lists the repositories that a user may read, latest push first unless asked otherwise. */
export async function listRepositories(db: Db, filter: RepositoryFilter): Promise<Page<Repository>> {
  const { userId, where, limit, after } = filter
  const sort = sorts[filter.sort ?? 'pushed']
  let query = readableRepositories(db, userId)
  if (where) query = query.where(sql<SqlBool>`${treeHolds(where, repositoryHolds)}`)
  const rows = await paged(query, {
    order: sort.order,
    direction: filter.direction ?? sort.direction,
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: (row) => [sort.value(row), row.id], present })
}

/** What a search asks of a repository, in SQL. */
function repositoryHolds(asked: TextAsked | Asked): RawBuilder<unknown> {
  if ('text' in asked) return sql`${holdsText(searchedColumns, asked.text)}`
  if ('repository' in asked) return repositoryIs(asked)
  if (!('entry' in asked)) return sql`1 = 0`
  return isWithin(sql.ref(`repositories.${asked.entry}`), asked.ranges)
}

/** A repository by its `owner/name` in any case; nothing when the user may not read it. */
export async function getRepository(
  db: Db,
  { userId, fullName }: { userId: string; fullName: string },
): Promise<Repository | undefined> {
  const row = await readableRepositories(db, userId)
    .where('repositories.full_name_key', '=', fullName.toLowerCase())
    .executeTakeFirst()
  return row && present(row)
}

/** Those that somebody may read, and what they may do there. */
export function readableRepositories(db: Db, userId: string) {
  return db
    .selectFrom('access')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .selectAll('repositories')
    .select('access.permission')
    .where('access.user_id', '=', userId)
    .where('repositories.deleted_at', 'is', null)
}

function present(row: Readable): Repository {
  return { ...presentMirrored(row), permission: row.permission }
}

/** A repository's row as the contract has it, without anybody's permission. */
function presentMirrored(row: RepositoryRow): MirroredRepository {
  return {
    id: row.id,
    owner: row.owner,
    name: row.name,
    full_name: row.full_name,
    private: row.private === 1,
    fork: row.fork === 1,
    archived: row.archived === 1,
    description: row.description,
    default_branch: row.default_branch,
    language: row.language,
    topics: JSON.parse(row.topics) as string[],
    stargazers_count: row.stargazers_count,
    forks_count: row.forks_count,
    open_issues: row.open_issues,
    open_pull_requests: row.open_pull_requests,
    visibility: row.visibility,
    homepage: row.homepage,
    license: row.license,
    is_template: row.is_template === 1,
    html_url: row.html_url,
    created_at: toTime(row.created_at),
    updated_at: toTime(row.updated_at),
    pushed_at: toTimeOrNull(row.pushed_at),
    synced_at: toTimeOrNull(row.synced_at),
    webhook: row.hook_id !== null,
  }
}

/** A living repository's row, whoever asks: for tasks. */
export async function findRepository(db: Db, repositoryId: number): Promise<RepositoryRow | undefined> {
  const { rows } = await find(db, { id: repositoryId })
  return rows[0]
}

const find = compiled<{ id: number }, RepositoryRow>((db, value) =>
  db.selectFrom('repositories').selectAll().where('id', '=', value('id')).where('deleted_at', 'is', null),
)

/**
 * Writes down what GitHub tells of a repository, unless what is stored is newer, and returns what is stored then.
 * It holds the row until the transaction ends, so that counts of two tasks cannot cross. A deleted repository
 * comes back only if `revive` says that GitHub listed it again; else the answer is null. Facts that a sync has
 * overtaken are older than stored ones of the same second.
 */
export async function saveRepository(
  tx: Db,
  facts: RepositoryFacts,
  { revive, isOvertaken = false }: { revive: boolean; isOvertaken?: boolean },
): Promise<MirroredRepository | null> {
  const stored = await holdRepository(tx, facts.id)
  if (stored && stored.deleted_at !== null && !revive) return null
  const row = rowOf(facts, stored)
  const isKnown = stored !== undefined && stored.deleted_at === null
  if (isKnown && stored.updated_at > row.updated_at) return presentMirrored(stored)
  if (isKnown && isOvertaken && stored.updated_at === row.updated_at) return presentMirrored(stored)
  if (isKnown && isSame(row, stored)) return presentMirrored(stored)
  if (!isKnown || stored.full_name_key !== row.full_name_key) row.full_name_key = await claimName(tx, row)
  put(tx, row)
  return presentMirrored(row)
}

function isSame(row: RepositoryRow, stored: RepositoryRow): boolean {
  return (Object.keys(row) as (keyof RepositoryRow)[]).every((column) => row[column] === stored[column])
}

let saving: ReturnType<typeof sendingUpsert> | undefined

function put(tx: Db, row: RepositoryRow): void {
  saving ??= sendingUpsert('repositories', { columns: Object.keys(row), key: ['id'] })
  saving(tx, row)
}

/**
 * Two repositories never have one name on GitHub, but may seem to here, when a renaming or a deletion went unheard:
 * the one described last has it. The other is found by its id only, until GitHub tells its new name or that it is gone.
 */
async function claimName(tx: Db, row: RepositoryRow): Promise<string> {
  const { rows } = await findNamesake(tx, { full_name_key: row.full_name_key, id: row.id })
  const namesake = rows[0]
  if (!namesake) return row.full_name_key
  if (namesake.updated_at > row.updated_at) return String(row.id)
  await tx
    .updateTable('repositories')
    .set({ full_name_key: String(namesake.id) })
    .where('id', '=', namesake.id)
    .execute()
  return row.full_name_key
}

const findNamesake = compiled<
  Pick<RepositoryRow, 'full_name_key' | 'id'>,
  Pick<RepositoryRow, 'id' | 'updated_at'>
>((db, value) =>
  db
    .selectFrom('repositories')
    .select(['id', 'updated_at'])
    .where('full_name_key', '=', value('full_name_key'))
    .where('deleted_at', 'is', null)
    .where('id', '!=', value('id')),
)

/** Takes the row's lock on Postgres; SQLite has one writer anyway, and no words for it. */
const hold = compiled<{ id: number }, RepositoryRow>((db, value) => {
  const query = db.selectFrom('repositories').selectAll().where('id', '=', value('id'))
  return db.getExecutor().adapter instanceof PostgresAdapter ? query.forUpdate() : query
})

function rowOf(facts: RepositoryFacts, stored: RepositoryRow | undefined): RepositoryRow {
  return {
    id: facts.id,
    owner: facts.owner,
    name: facts.name,
    full_name: facts.full_name,
    full_name_key: facts.full_name.toLowerCase(),
    private: toFlag(facts.private),
    fork: toFlag(facts.fork),
    archived: toFlag(facts.archived),
    description: facts.description,
    default_branch: facts.default_branch,
    language: facts.language,
    topics: JSON.stringify(facts.topics),
    stargazers_count: facts.stargazers_count,
    forks_count: facts.forks_count,
    open_issues: stored?.open_issues ?? 0,
    open_pull_requests: stored?.open_pull_requests ?? 0,
    visibility: facts.visibility,
    homepage: facts.homepage,
    license: facts.license,
    is_template: toFlag(facts.is_template),
    html_url: facts.html_url,
    created_at: toMillis(facts.created_at),
    updated_at: toMillis(facts.updated_at),
    pushed_at: latest(toMillisOrNull(facts.pushed_at), stored?.pushed_at ?? null),
    synced_at: stored?.synced_at ?? null,
    hook_id: stored?.hook_id ?? null,
    deleted_at: null,
    told: joinTold(toldOf(facts), stored?.told ?? null),
  }
}

function latest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

/** Forgets who may read a repository and hides it; its rows stay until it is listed again or cleaned away. */
export async function removeRepository(
  tx: Db,
  { repositoryId, now }: { repositoryId: number; now: number },
): Promise<void> {
  await tx
    .updateTable('repositories')
    .set({ deleted_at: now, hook_id: null })
    .where('id', '=', repositoryId)
    .execute()
  await tx.deleteFrom('access').where('repository_id', '=', repositoryId).execute()
}

/** Holds a repository's row, also that of a removed one, until the transaction ends. */
export async function holdRepository(tx: Db, repositoryId: number): Promise<RepositoryRow | undefined> {
  const { rows } = await hold(tx, { id: repositoryId })
  return rows[0]
}

/** Writes down the webhook that the hub registered there. */
export async function setHook(
  tx: Db,
  { repositoryId, hookId }: { repositoryId: number; hookId: number | null },
): Promise<void> {
  await tx.updateTable('repositories').set({ hook_id: hookId }).where('id', '=', repositoryId).execute()
}

/** Writes down that everything in a repository was read. */
export async function markSynced(
  tx: Db,
  { repositoryId, at }: { repositoryId: number; at: number },
): Promise<void> {
  await tx.updateTable('repositories').set({ synced_at: at }).where('id', '=', repositoryId).execute()
}
