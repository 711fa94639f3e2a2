import { sql } from 'kysely'
import { compiled } from './compiled.ts'
import type { RunOwnerRow, RunRow } from './rows/run.ts'
import type { Db } from './store.ts'

/**
 * Holds the lease of an owner until `until`, first of all that a transaction does in its name: whoever takes its runs
 * over waits for this transaction, or was before it. False when its row is gone: it owns nothing any more.
 */
export async function holdLease(tx: Db, lease: { id: string; until: number }): Promise<boolean> {
  const { affected } = await hold(tx, lease)
  return affected > 0
}

const hold = compiled<{ id: string; until: number }, unknown>((db, value) =>
  db
    .updateTable('run_owners')
    .set({ lease_until: value('until') })
    .where('id', '=', value('id')),
)

/** Enters a new owner; an id that is there already stays as it is. */
export async function enterOwner(tx: Db, { id, until }: { id: string; until: number }): Promise<void> {
  await tx
    .insertInto('run_owners')
    .values({ id, lease_until: until })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** Every process that owns runs, or did when it died. */
export async function listOwners(db: Db): Promise<RunOwnerRow[]> {
  return await db.selectFrom('run_owners').selectAll().execute()
}

/**
 * Ends an owner: it can write no more, and its runs are due for whoever takes them. With `expiredAt` only if its lease
 * had ended by then. Answers whether this was the one to end it.
 */
export async function endOwner(
  tx: Db,
  { id, now, expiredAt }: { id: string; now: number; expiredAt?: number },
): Promise<boolean> {
  let ending = tx.deleteFrom('run_owners').where('id', '=', id)
  if (expiredAt !== undefined) ending = ending.where('lease_until', '<', expiredAt)
  const { numDeletedRows } = await ending.executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) return false
  await tx
    .updateTable('runs')
    .set({ owner: null, wake_at: now })
    .where('status', 'in', ['queued', 'in_progress'])
    .where('completed_at', 'is', null)
    .where('owner', '=', id)
    .execute()
  return true
}

interface Claim {
  id: string
  owner: string
  epoch: number
  /** When the run starts with this claim; null: it has started already, or will later. */
  startedAt: number | null
}

/**
 * Makes an owner the one that writes a run's journal; false when the run has another or has moved on since `epoch`.
 * Asking again for what is granted already changes nothing.
 */
export async function claimRun(tx: Db, claim: Claim): Promise<boolean> {
  const { affected } = await take(tx, { ...claim, next: claim.epoch + 1 })
  return affected > 0
}

const take = compiled<Claim & { next: number }, unknown>((db, value) =>
  db
    .updateTable('runs')
    .set({
      owner: value('owner'),
      epoch: value('next'),
      wake_at: null,
      status: sql`case when cast(${value('startedAt')} as bigint) is null then status else 'in_progress' end`,
      started_at: sql`coalesce(cast(${value('startedAt')} as bigint), started_at)`,
    })
    .where('id', '=', value('id'))
    .where(({ or, and, eb }) =>
      or([
        and([eb('owner', 'is', null), eb('epoch', '=', value('epoch'))]),
        and([eb('owner', '=', value('owner')), eb('epoch', '=', value('next'))]),
      ]),
    ),
)

/** Leaves a run to whoever takes it at `wakeAt`; null: to whoever says that there is more to do. */
export async function parkRun(tx: Db, parked: { id: string; wakeAt: number | null }): Promise<void> {
  await park(tx, parked)
}

const park = compiled<{ id: string; wakeAt: number | null }, unknown>((db, value) =>
  db
    .updateTable('runs')
    .set({ owner: null, wake_at: value('wakeAt') })
    .where('id', '=', value('id')),
)

/** Puts off a run that nobody owns. */
export async function postponeRun(tx: Db, postponed: { id: string; wakeAt: number }): Promise<void> {
  await tx
    .updateTable('runs')
    .set({ wake_at: postponed.wakeAt })
    .where('id', '=', postponed.id)
    .where('owner', 'is', null)
    .execute()
}

/** Runs that wait for somebody to go on with them, the longest due first. */
export async function listDueRuns(db: Db, page: { now: number; limit: number }): Promise<RunRow[]> {
  return (await due(db, page)).rows
}

const due = compiled<{ now: number; limit: number }, RunRow>((db, value) =>
  db
    .selectFrom('runs')
    .selectAll()
    .where('wake_at', '<=', value('now'))
    .orderBy('wake_at')
    .orderBy('id')
    .limit(value('limit')),
)

/** When the next waiting run is due; null when none waits. */
export async function nextDueRun(db: Db): Promise<number | null> {
  const row = await db
    .selectFrom('runs')
    .select('wake_at')
    .where('wake_at', 'is not', null)
    .orderBy('wake_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  return row?.wake_at ?? null
}

/** Writes down that a run shall stop, for its owner to see; a run without one is due at once. */
export async function askCancel(
  tx: Db,
  asked: { id: string; by: string | null; now: number },
): Promise<void> {
  await tx
    .updateTable('runs')
    .set({
      cancel_asked_at: asked.now,
      cancel_asked_by: asked.by,
      wake_at: sql<number>`case when owner is null then ${asked.now} else wake_at end`,
    })
    .where('id', '=', asked.id)
    .where('status', '<>', 'completed')
    .execute()
}

/** Runs that shall stop and whose owner has not seen it, the longest waiting first. */
export async function listAskedCancels(
  db: Db,
  { limit }: { limit: number },
): Promise<Pick<RunRow, 'id' | 'owner' | 'cancel_asked_by'>[]> {
  return await db
    .selectFrom('runs')
    .select(['id', 'owner', 'cancel_asked_by'])
    .where('cancel_asked_at', 'is not', null)
    .orderBy('cancel_asked_at')
    .orderBy('id')
    .limit(limit)
    .execute()
}
