import {
  fillSearchTask,
  lookForGapsTask,
  lookForNewsTask,
  recheckAccessTask,
  tidyMirrorTask,
} from '../domain/mirror/sync-tasks.ts'
import type { Handler } from '../queue/queue.ts'
import type { Db } from '../store/store.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { downloadLog } from './download-log.ts'
import { fillSearch } from './fill-search.ts'
import { lookForNews } from './look-for-news.ts'
import { lookForGaps, recoverDeliveries } from './recover-deliveries.ts'
import { registerWebhook } from './register-webhook.ts'
import { removeOldTask } from './remove-old.ts'
import { recheckAccess, syncAccount } from './sync-account.ts'
import { syncRepository } from './sync-repository.ts'
import { tidyMirror } from './tidy-mirror.ts'

export { createDrain, type Drain } from './apply-deliveries.ts'
export type { DeliveredEvent, MirrorTaskDeps, StartRuns } from './deps.ts'
export { removeOldRows } from './remove-old.ts'

/** What the queue runs for the mirror, by kind of task. */
export function createTaskHandlers(deps: MirrorTaskDeps): Record<string, Handler> {
  return {
    'sync-account': syncAccount(deps),
    'sync-repository': syncRepository(deps),
    'register-webhook': registerWebhook(deps),
    'recheck-access': recheckAccess(deps),
    'tidy-mirror': tidyMirror(deps),
    'look-for-gaps': lookForGaps(deps),
    'look-for-news': lookForNews(deps),
    'recover-deliveries': recoverDeliveries(deps),
    'fill-search': fillSearch(deps),
    'download-log': downloadLog(deps),
  }
}

/** Enqueues what comes again by itself from then on: call it at every start, nothing is doubled. */
export async function enqueueRepeatedTasks(
  tx: Db,
  { enqueue }: Pick<MirrorTaskDeps, 'enqueue'>,
): Promise<void> {
  // Now: what came while no hub was there.
  await enqueue(tx, lookForGapsTask())
  await enqueue(tx, { ...lookForNewsTask(), jobKeyMode: 'preserve_run_at' })
  await enqueue(tx, { ...recheckAccessTask(), jobKeyMode: 'preserve_run_at' })
  await enqueue(tx, { ...removeOldTask(), jobKeyMode: 'preserve_run_at' })
  // Now: this may be another version than the one that set things aside.
  await enqueue(tx, tidyMirrorTask())
  await enqueue(tx, fillSearchTask())
}
