import { lastPriority, lookForNewsTask, syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import type { Handler } from '../queue/queue.ts'
import { listUnhooked } from '../store/currency.ts'
import { isSyncPaused } from '../store/sync-pause.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { repeating } from './repeating.ts'

const minuteMs = 60_000
/** Of one minute: GitHub takes 900 calls, and people want to make some. Of more, each has its turn. */
const mostLooks = 200
/** Of these, the ones that come before repositories that were never read. */
const urgentLooks = 20

/**
 * Has the repositories looked at, every minute, of which no webhook tells: those of others, and all where GitHub cannot
 * reach the hub. A look costs no quota where nothing changed.
 */
export function lookForNews(deps: MirrorTaskDeps): Handler {
  const { store, enqueue, clock } = deps
  return repeating(deps, { task: lookForNewsTask(), everyMs: minuteMs }, async (_, again) => {
    const isPaused = await isSyncPaused(store.read)
    const before = clock() - minuteMs / 2
    const ids = isPaused ? [] : await listUnhooked(store.read, { syncedBefore: before, limit: mostLooks })
    await store.write(async (tx) => {
      for (const [place, id] of ids.entries()) {
        const priority = place < urgentLooks ? 30 : lastPriority
        // One that waits for GitHub's quota keeps its time.
        await enqueue(tx, { ...syncRepositoryTask(id, { priority }), jobKeyMode: 'preserve_run_at' })
      }
      await again(tx)
    })
  })
}
