import { sql } from 'kysely'
import type { Store } from './store.ts'

/** Sends a change of nothing through a whole commit; throws when it does not reach the disk. */
export async function ping(write: Store['write']): Promise<void> {
  await write(async (tx) => {
    await tx.updateTable('change_head').set({ seq: sql`seq` }).where('id', '=', 1).execute()
  })
}
