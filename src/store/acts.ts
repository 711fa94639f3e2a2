import type { ActRow } from './rows/log.ts'
import type { Db } from './store.ts'

/** An act by the person who asks for it and the key that they made. */
export interface ActKey {
  userId: string
  key: string
}

export type Claim =
  /** It is ours to ask GitHub; `again`: somebody asked before, and nobody knows what came of it. */
  | { state: 'claimed'; again: boolean; begunAt: number }
  /** Somebody waits for GitHub's answer to it. */
  | { state: 'held' }
  /** The key stands for something else. */
  | { state: 'other' }
  | { state: 'done' | 'refused'; outcome: unknown }

/** Takes an act in hand before GitHub is asked, unless it has an outcome or is in somebody else's hands. */
export async function claimAct(
  tx: Db,
  act: ActKey & Pick<ActRow, 'name' | 'repository_id' | 'digest'> & { now: number; heldUntil: number },
): Promise<Claim> {
  const { userId: user_id, key, name, repository_id, digest, now, heldUntil: held_until } = act
  const { numInsertedOrUpdatedRows } = await tx
    .insertInto('acts')
    .values({
      ...{ user_id, key, name, repository_id, digest, state: 'asked', outcome: null },
      ...{ begun_at: now, held_until },
    })
    .onConflict((conflict) => conflict.columns(['user_id', 'key']).doNothing())
    .executeTakeFirst()
  if (numInsertedOrUpdatedRows === 1n) return { state: 'claimed', again: false, begunAt: now }
  // A row that was there before is locked by the update, so that two hubs never claim it both.
  const { numUpdatedRows } = await tx
    .updateTable('acts')
    .set({ held_until })
    .where('user_id', '=', user_id)
    .where('key', '=', key)
    .where('digest', '=', digest)
    .where('state', '=', 'asked')
    .where('held_until', '<=', now)
    .executeTakeFirst()
  const stored = await tx
    .selectFrom('acts')
    .selectAll()
    .where('user_id', '=', user_id)
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  if (stored.digest !== digest) return { state: 'other' }
  if (stored.state !== 'asked') return { state: stored.state, outcome: JSON.parse(stored.outcome ?? 'null') }
  return numUpdatedRows === 1n
    ? { state: 'claimed', again: true, begunAt: stored.begun_at }
    : { state: 'held' }
}

/** Writes down what came of an act. */
export async function settleAct(
  tx: Db,
  { userId, key, state, outcome }: ActKey & { state: 'done' | 'refused'; outcome: unknown },
): Promise<void> {
  await tx
    .updateTable('acts')
    .set({ state, outcome: JSON.stringify(outcome), held_until: 0 })
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .execute()
}

/** Lets go of an act of which nobody knows whether GitHub did it: the next try finds out. */
export async function releaseAct(tx: Db, { userId, key }: ActKey): Promise<void> {
  await tx
    .updateTable('acts')
    .set({ held_until: 0 })
    .where('user_id', '=', userId)
    .where('key', '=', key)
    .execute()
}

/** Forgets an act that GitHub was not asked for after all. */
export async function forgetAct(tx: Db, { userId, key }: ActKey): Promise<void> {
  await tx.deleteFrom('acts').where('user_id', '=', userId).where('key', '=', key).execute()
}

/** What the acts of a person are known to have come to since a time, by name. */
export async function listOutcomes(
  db: Db,
  { userId, name, since }: { userId: string; name: string; since: number },
): Promise<unknown[]> {
  const rows = await db
    .selectFrom('acts')
    .select('outcome')
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .where('state', '=', 'done')
    .where('begun_at', '>=', since)
    .execute()
  return rows.map(({ outcome }) => JSON.parse(outcome ?? 'null') as unknown)
}
