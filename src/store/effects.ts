import type { Effect } from '../domain/effects.ts'
import { compiled } from './compiled.ts'
import type { EffectRow } from './rows/run.ts'
import type { Db } from './store.ts'

type NewEffect = Omit<EffectRow, 'id' | 'identity' | 'delivery_id'>

/**
 * Writes down what a step is about to do on GitHub: before it asks, as the webhook can be here before the answer.
 * Doing it once more renews the note.
 */
export async function recordEffects(
  tx: Db,
  { effects, step, ...of }: NewEffect & { effects: readonly Effect[]; step: string },
): Promise<string[]> {
  const ids = effects.map((identity) => `${of.run_id}/${step}/${identity}`)
  for (const [index, identity] of effects.entries()) await record(tx, { ...of, id: ids[index]!, identity })
  return ids
}

const record = compiled<NewEffect & { id: string; identity: string }, unknown>((db, value) =>
  db
    .insertInto('effects')
    .values({
      id: value('id'),
      run_id: value('run_id'),
      workflow_id: value('workflow_id'),
      depth: value('depth'),
      repository_id: value('repository_id'),
      identity: value('identity'),
      recorded_at: value('recorded_at'),
    })
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ recorded_at: value('recorded_at'), delivery_id: null }),
    ),
)

/** Forgets what GitHub refused to do. */
export async function forgetEffects(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.deleteFrom('effects').where('id', 'in', ids).execute()
}

/** What steps did lately that a webhook could tell of, and no other webhook has told of; the latest first. */
export async function listEffects(
  db: Db,
  { repositoryId, identity, deliveryId }: { repositoryId: number; identity: Effect; deliveryId: string },
): Promise<EffectRow[]> {
  return await db
    .selectFrom('effects')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('identity', '=', identity)
    .where(({ or, eb }) => or([eb('delivery_id', 'is', null), eb('delivery_id', '=', deliveryId)]))
    .orderBy('recorded_at', 'desc')
    .limit(20)
    .execute()
}

/** Notes which webhook told of an effect, so that the next one like it is a person's. */
export async function claimEffect(
  tx: Db,
  { id, deliveryId }: { id: string; deliveryId: string },
): Promise<void> {
  await tx.updateTable('effects').set({ delivery_id: deliveryId }).where('id', '=', id).execute()
}
