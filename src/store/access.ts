import { type Expression, type SqlBool, sql } from 'kysely'
import { upsert } from './columns.ts'
import { compiled } from './compiled.ts'
import type { AccessRow } from './schema.ts'
import type { Db } from './store.ts'

/** The condition that keeps a list to what a user may read; `column` names the repository of each row. */
export function readableBy(userId: string, column: string): Expression<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from access where access.user_id = ${userId} and access.repository_id = ${sql.ref(column)}
  )`
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
    .select('user_id')
    .where('user_id', '=', userId)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst()
  return row !== undefined
}

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

/** Takes away what the last look at GitHub, begun at `seenSince`, did not find any more; returns how many. */
export async function dropUnseenAccess(
  tx: Db,
  { userId, seenSince }: { userId: string; seenSince: number },
): Promise<number> {
  const { numDeletedRows } = await tx
    .deleteFrom('access')
    .where('user_id', '=', userId)
    .where('synced_at', '<', seenSince)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
