import { listReadable } from '../store/access.ts'
import type { Db } from '../store/store.ts'

/** The ids of the repositories that a user may read. */
export async function readableRepositories(db: Db, userId: string): Promise<ReadonlySet<number>> {
  return new Set(await listReadable(db, userId))
}
