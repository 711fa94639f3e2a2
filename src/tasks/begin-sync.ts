import type { SyncProgressRow } from '../store/rows/mirror.ts'
import type { Store } from '../store/store.ts'
import { findProgress, saveProgress } from '../store/sync-progress.ts'

/** GitHub's clock and ours may differ: a later sync asks for a little that it has already. */
const clockSkew = 5 * 60_000

/** Goes on with a sync that was interrupted, or begins one. */
export async function beginSync(
  { store, clock }: { store: Store; clock: () => number },
  { scope, resource }: Pick<SyncProgressRow, 'scope' | 'resource'>,
): Promise<SyncProgressRow> {
  const before = await findProgress(store.read, { scope, resource })
  if (before && (before.state === 'running' || before.state === 'waiting')) {
    return { ...before, state: 'running', error: null }
  }
  const now = clock()
  const begun: SyncProgressRow = {
    scope,
    resource,
    state: 'running',
    next_page: 1,
    done: 0,
    total: null,
    error: null,
    set_aside: 0,
    healed: 0,
    // After a complete one only what is newer than its beginning; after a failed one what that one was after.
    since: before?.state === 'done' ? before.started_at - clockSkew : (before?.since ?? null),
    started_at: now,
    updated_at: now,
  }
  await store.write((tx) => saveProgress(tx, begun))
  return begun
}
