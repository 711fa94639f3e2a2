import { syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import { isOnlyListed } from '../mirror/kind.ts'
import type { Delivered, Rows } from '../mirror/read-delivery.ts'
import { forgetPagesAfter } from '../store/listed-pages.ts'
import type { Db } from '../store/store.ts'
import { requestComparison } from '../store/sync-progress.ts'
import type { MirrorTaskDeps } from './deps.ts'

/**
 * Has GitHub asked for what a delivery says is otherwise now, but does not tell itself. Of one that a sync has
 * overtaken, also for what has no time by which old news and new could be told apart: its list is read in full.
 */
export async function lookAgain(
  tx: Db,
  {
    repositoryId,
    delivered,
    isOvertaken,
  }: { repositoryId: number; delivered: Delivered; isOvertaken: boolean },
  { enqueue }: Pick<MirrorTaskDeps, 'enqueue'>,
): Promise<void> {
  const { mayDiffer, subject, rows } = delivered
  const item = subject && rows[subject.kind.name as keyof Rows]
  const list =
    isOvertaken && item && isOnlyListed(subject.kind, item) ? subject.kind.listed?.resource : undefined
  if (list) await forgetPagesAfter(tx, { repository_id: repositoryId, list }, 0)
  if (mayDiffer === 'everything') await requestComparison(tx, repositoryId)
  if (list || mayDiffer) await enqueue(tx, syncRepositoryTask(repositoryId))
}
