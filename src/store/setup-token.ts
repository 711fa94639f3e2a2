import { hashToken, randomToken } from './secrets.ts'
import { putSetting, readSetting } from './settings.ts'
import type { Db, Store } from './store.ts'
import { hasOwner } from './users.ts'

const key = 'setup_token'

/**
 * While nobody owns the hub: makes the one-time token whose holder will, in place of an earlier one (only hashes are
 * kept, so none can be shown again). null once there is an owner.
 */
export async function ensureSetupToken(store: Store, clock: () => number = Date.now): Promise<string | null> {
  return store.write(async (tx) => {
    if (await hasOwner(tx)) return null
    const token = randomToken()
    await putSetting(tx, { key, value: hashToken(token), now: clock() })
    return token
  })
}

/** Whether this is the token that `ensureSetupToken` made last, not spent yet, and nobody came to own the hub otherwise. */
export async function isSetupToken(db: Db, token: string): Promise<boolean> {
  return (await readSetting(db, key)) === hashToken(token) && !(await hasOwner(db))
}

/** Spends the set-up token. true for exactly one of any number of callers: who gets it becomes the owner. */
export async function spendSetupToken(tx: Db): Promise<boolean> {
  const { numDeletedRows } = await tx.deleteFrom('settings').where('key', '=', key).executeTakeFirst()
  return numDeletedRows > 0n && !(await hasOwner(tx))
}
