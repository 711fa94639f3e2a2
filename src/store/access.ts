import { type Expression, type SqlBool, sql } from 'kysely'
import { type Permission, permissionsSeeing, type Restriction } from '../domain/access.ts'
import { upsert } from './columns.ts'
import { compiled } from './compiled.ts'
import type { AccessRow } from './rows/mirror.ts'
import type { Db } from './store.ts'

/** The condition that keeps a list to what a user may read; `column` names the repository of each row. */
export function readableBy(userId: string, column: string): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from access where access.user_id = ${userId} and access.repository_id = ${sql.ref(column)}
  )`
}

/** The same for what GitHub shows to fewer than all readers of a repository. */
export function seenBy(userId: string, column: string, restriction: Restriction): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from access where access.user_id = ${userId} and access.repository_id = ${sql.ref(column)}
      and access.permission in (${sql.join(permissionsSeeing(restriction))})
  )`
}

/**
 * The condition that leaves out what is not for everybody who reads the repository: rows whose `word` (an event, a
 * kind) is restricted, unless the user is one of those who may see it.
 */
export function unrestricted(
  userId: string,
  { word, repository }: { word: string; repository: string },
  restricted: ReadonlyMap<string, Restriction>,
): Expression<SqlBool> {
  const groups = Map.groupBy(restricted, ([, restriction]) => restriction)
  const among = (words: Iterable<string>) => sql.join([...words])
  const seen = [...groups].map(
    ([restriction, entries]) =>
      sql`(${sql.ref(word)} in (${among(entries.map(([name]) => name))}) and ${seenBy(userId, repository, restriction)})`,
  )
  const free = sql`${sql.ref(word)} not in (${among(restricted.keys())})`
  return sql<SqlBool>`(${sql.join([free, ...seen], sql` or `)})`
}

/** The repositories that a user may read. */
export async function listReadable(db: Db, userId: string): Promise<number[]> {
  const { rows } = await readable(db, { userId })
  return rows.map(({ repository_id }) => repository_id)
}

const readable = compiled<{ userId: string }, Pick<AccessRow, 'repository_id'>>((db, value) =>
  db.selectFrom('access').select('repository_id').where('user_id', '=', value('userId')),
)

/** Whether a user may read a repository. */
export async function mayRead(
  db: Db,
  { userId, repositoryId }: { userId: string; repositoryId: number },
): Promise<boolean> {
  const row = await db
    .selectFrom('access')
    .select('repository_id')
    .where('user_id', '=', userId)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row !== undefined
}

/** A repository that a run is to act in, and what the two people behind the run may do there. */
export interface FoundTarget {
  repository: { id: number; owner: string; name: string; full_name: string }
  maker: Permission
  starter: Permission
}

/**
 * A living repository by its `owner/name`, and what its people may do there: GitHub's word, and nothing for those who
 * are switched off here or only look. Nothing when the mirror has none of this name.
 */
export async function findTarget(
  db: Db,
  { fullName, maker, startedBy }: { fullName: string; maker: string; startedBy: string | null },
): Promise<FoundTarget | undefined> {
  const { rows } = await byName(db, { key: fullName.toLowerCase() })
  const [repository] = rows
  if (!repository) return undefined
  const people = await permissions(db, { repositoryId: repository.id, maker, startedBy: startedBy ?? maker })
  const of = (userId: string | null) =>
    people.rows.find(({ user_id }) => user_id === userId)?.permission ?? null
  return { repository, maker: of(maker), starter: of(startedBy) }
}

const byName = compiled<{ key: string }, FoundTarget['repository']>((db, value) =>
  db
    .selectFrom('repositories')
    .select(['id', 'owner', 'name', 'full_name'])
    .where('full_name_key', '=', value('key'))
    .where('deleted_at', 'is', null),
)

const permissions = compiled<
  { repositoryId: number; maker: string; startedBy: string },
  Pick<AccessRow, 'user_id' | 'permission'>
>((db, value) =>
  db
    .selectFrom('access')
    .innerJoin('users', 'users.id', 'access.user_id')
    .select(['access.user_id', 'access.permission'])
    .where('access.repository_id', '=', value('repositoryId'))
    .where('access.user_id', 'in', [value('maker'), value('startedBy')])
    .where('users.disabled_at', 'is', null)
    .where('users.role', '!=', sql.lit('viewer')),
)

/** Who may read a repository, and with which right. */
export async function listReaders(
  db: Db,
  repositoryId: number,
): Promise<Pick<AccessRow, 'user_id' | 'permission'>[]> {
  return await db
    .selectFrom('access')
    .select(['user_id', 'permission'])
    .where('repository_id', '=', repositoryId)
    .orderBy('user_id')
    .execute()
}

/** Writes down what a user may do; returns how many repositories were not readable to them before. */
export async function saveAccess(tx: Db, rows: readonly AccessRow[]): Promise<number> {
  const [first] = rows
  if (!first) return 0
  const known = await tx
    .selectFrom('access')
    .select('repository_id')
    .where('user_id', '=', first.user_id)
    .where(
      'repository_id',
      'in',
      rows.map(({ repository_id }) => repository_id),
    )
    .execute()
  await upsert(tx, 'access', rows, { key: ['user_id', 'repository_id'] })
  return new Set(rows.map(({ repository_id }) => repository_id)).size - known.length
}

/** Takes away what a user may not read any more; returns of how many repositories that is true. */
export async function dropAccess(
  tx: Db,
  { userId, repositoryIds }: { userId: string; repositoryIds: readonly number[] },
): Promise<number> {
  if (repositoryIds.length === 0) return 0
  const { numDeletedRows } = await tx
    .deleteFrom('access')
    .where('user_id', '=', userId)
    .where('repository_id', 'in', repositoryIds)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** The users of the hub who are these accounts of a GitHub host. */
export async function listUsersOfAccounts(
  db: Db,
  { host, githubIds }: { host: string; githubIds: readonly number[] },
): Promise<string[]> {
  if (githubIds.length === 0) return []
  const rows = await db
    .selectFrom('users')
    .select('id')
    .where('host', '=', host)
    .where('github_id', 'in', githubIds)
    .execute()
  return rows.map(({ id }) => id)
}

/** Everybody in whose name GitHub can be asked what they may read. */
export async function listConnectedUsers(db: Db): Promise<string[]> {
  const rows = await db
    .selectFrom('users')
    .innerJoin('credentials', 'credentials.user_id', 'users.id')
    .select('users.id')
    .where('users.disabled_at', 'is', null)
    .where('credentials.invalid_at', 'is', null)
    .execute()
  return rows.map(({ id }) => id)
}

/** Whose token GitHub refused before a time, and who did not sign in since. */
export async function listUnconfirmedUsers(
  db: Db,
  { refusedBefore }: { refusedBefore: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('credentials')
    .select('user_id')
    .where('invalid_at', '<=', refusedBefore)
    .execute()
  return rows.map(({ user_id }) => user_id)
}

/** What the last look at GitHub, begun at `seenSince`, did not find any more. */
export async function listUnseenAccess(
  db: Db,
  { userId, seenSince }: { userId: string; seenSince: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('access')
    .select('repository_id')
    .where('user_id', '=', userId)
    .where('synced_at', '<', seenSince)
    .execute()
  return rows.map(({ repository_id }) => repository_id)
}
