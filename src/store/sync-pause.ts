import { putSetting, readSetting } from './settings.ts'
import type { Db } from './store.ts'

const key = 'sync_paused'

/** Whether somebody has paused reading GitHub; webhooks are applied nevertheless. */
export async function isSyncPaused(db: Db): Promise<boolean> {
  return (await readSetting(db, key)) === 'yes'
}

/** Pauses it, or lets it go on. */
export async function saveSyncPaused(
  tx: Db,
  { paused, now }: { paused: boolean; now: number },
): Promise<void> {
  await putSetting(tx, { key, value: paused ? 'yes' : 'no', now })
}
