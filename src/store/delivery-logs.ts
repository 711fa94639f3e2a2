import type { DeliveryLogRow } from './rows/sync.ts'
import type { Db } from './store.ts'

type Place = Pick<DeliveryLogRow, 'repository_id' | 'hook_id'>

/** How far the log of a webhook's deliveries was read; nothing of a webhook that was never looked at. */
export async function findDeliveryLog(
  db: Db,
  { repository_id, hook_id }: Place,
): Promise<DeliveryLogRow | undefined> {
  return await db
    .selectFrom('delivery_logs')
    .selectAll()
    .where('repository_id', '=', repository_id)
    .where('hook_id', '=', hook_id)
    .executeTakeFirst()
}

/** Writes down how far a log was read, and how many deliveries that brought. */
export async function saveDeliveryLog(
  tx: Db,
  {
    recovered,
    now,
    ...place
  }: Place & Pick<DeliveryLogRow, 'read_until' | 'etag' | 'recovered'> & { now: number },
): Promise<void> {
  const recovered_at = recovered > 0 ? now : null
  await tx
    .insertInto('delivery_logs')
    .values({ ...place, recovered, recovered_at })
    .onConflict((conflict) =>
      conflict.column('repository_id').doUpdateSet((eb) => ({
        hook_id: eb.ref('excluded.hook_id'),
        read_until: eb.ref('excluded.read_until'),
        etag: eb.ref('excluded.etag'),
        recovered: eb('delivery_logs.recovered', '+', recovered),
        recovered_at: eb.fn('coalesce', [
          eb.ref('excluded.recovered_at'),
          eb.ref('delivery_logs.recovered_at'),
        ]),
      })),
    )
    .execute()
}

/** The repositories with a webhook of the hub's, in pages by their id. */
export async function listHooked(
  db: Db,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('repositories')
    .select('id')
    .where('hook_id', 'is not', null)
    .where('deleted_at', 'is', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}
