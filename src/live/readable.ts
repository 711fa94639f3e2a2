import { listReadable } from '../store/access.ts'
import type { Db } from '../store/store.ts'

/** The ids of the repositories that a user may read. */
export async function readableRepositories(db: Db, userId: string): Promise<ReadonlySet<number>> {
  return new Set(await listReadable(db, userId))
}

/** The repository that a run is about: null for none, undefined when there is no such run. */
export async function repositoryOfRun(db: Db, runId: string): Promise<number | null | undefined> {
  const row = await db.selectFrom('runs').select('repository_id').where('id', '=', runId).executeTakeFirst()
  return row?.repository_id
}

/** Which of these sessions have ended, and which of these users are disabled. */
export async function endedAmong(
  db: Db,
  input: { sessionIds: readonly string[]; userIds: readonly string[]; now: number },
): Promise<{ sessions: Set<string>; users: Set<string> }> {
  const sessions = new Set<string>()
  const users = new Set<string>()
  for (const ids of chunks(input.sessionIds, 500)) {
    const living = await db
      .selectFrom('sessions')
      .select('id')
      .where('id', 'in', ids)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', input.now)
      .execute()
    const alive = new Set(living.map((row) => row.id))
    for (const id of ids) if (!alive.has(id)) sessions.add(id)
  }
  for (const ids of chunks(input.userIds, 500)) {
    const living = await db
      .selectFrom('users')
      .select('id')
      .where('id', 'in', ids)
      .where('disabled_at', 'is', null)
      .execute()
    const alive = new Set(living.map((row) => row.id))
    for (const id of ids) if (!alive.has(id)) users.add(id)
  }
  return { sessions, users }
}

function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}
