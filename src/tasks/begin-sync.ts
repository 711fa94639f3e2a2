import type { SyncProgressRow } from '../store/rows/sync.ts'
import type { Db, Store } from '../store/store.ts'
import { findProgress, saveProgress } from '../store/sync-progress.ts'

/** GitHub's clock and ours may differ: a later sync asks for a little that it has already. */
const clockSkew = 5 * 60_000

type Place = Pick<SyncProgressRow, 'scope' | 'resource'>

/** Goes on with a sync that was interrupted, or begins one. */
export async function beginSync(
  { store, clock }: { store: Store; clock: () => number },
  { scope, resource }: Place,
): Promise<SyncProgressRow> {
  const before = await findProgress(store.read, { scope, resource })
  const progress = progressAfter(before, { scope, resource, now: clock() })
  if (!isUnderWay(before)) await store.write((tx) => saveProgress(tx, progress))
  return progress
}

/** How far a resource of a sync is, which goes on or begins; what this same sync has ended already stays as it is. */
export async function goOn(
  db: Db,
  { clock }: { clock: () => number },
  { resource, whole: { scope, started_at } }: { resource: string; whole: SyncProgressRow },
): Promise<SyncProgressRow> {
  const before = await findProgress(db, { scope, resource })
  const isEnded = before?.state === 'done' || before?.state === 'failed'
  if (before && isEnded && before.started_at >= started_at) return { ...before, next_page: null }
  return progressAfter(before, { scope, resource, now: clock() })
}

const isUnderWay = (progress: SyncProgressRow | undefined) =>
  progress?.state === 'running' || progress?.state === 'waiting'

function progressAfter(
  before: SyncProgressRow | undefined,
  { scope, resource, now }: Place & { now: number },
): SyncProgressRow {
  if (before && isUnderWay(before)) return { ...before, state: 'running', error: null }
  return {
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
}
