import type { Kind } from '../../mirror/kind.ts'
import { findProgress } from '../../store/sync-progress.ts'
import { countToldItems } from '../../store/told-items.ts'
import type { AskingRepository } from './served.ts'

/** A first sync reads so many rows on each of the pages that it reads of a list. */
const rowsPerPage = 100

/**
 * Whether the mirror holds all of a list of this repository: it was read to its end once, nothing of it was set aside,
 * and it is not one of which only the newest pages are read.
 */
export async function isComplete(
  { db, repository }: Pick<AskingRepository, 'db' | 'repository'>,
  kind: Pick<Kind<object>, 'listed' | 'table'>,
): Promise<boolean> {
  const { resource, mostPages } = kind.listed!
  const progress = await findProgress(db, { scope: `repo:${repository.id}`, resource })
  const wasRead = progress && (progress.state === 'done' || progress.since !== null)
  if (!wasRead || progress.set_aside > 0) return false
  if (mostPages === undefined) return true
  const stored = await countToldItems(db, kind as Kind<object>, { repositoryId: repository.id })
  return stored < mostPages * rowsPerPage
}
