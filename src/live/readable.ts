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
