import { hash } from 'node:crypto'
import { compiled, compiledSending } from './compiled.ts'
import type { DeliveryBodyRow } from './rows/log.ts'
import type { Db } from './store.ts'

/** Half of a SHA-256: what a body is recognised by. */
export function digestBody(body: Uint8Array): Uint8Array {
  return hash('sha256', body, 'buffer').subarray(0, 16)
}

/** Remembers the body of a delivery that is being applied, once. */
export async function saveDeliveryBody(tx: Db, row: DeliveryBodyRow): Promise<void> {
  save(tx, row)
}

const save = compiledSending<DeliveryBodyRow>((db, value) =>
  db
    .insertInto('delivery_bodies')
    .values({
      delivery_id: value('delivery_id'),
      hash: value('hash'),
      event: value('event'),
      received_at: value('received_at'),
      repeat_of: value('repeat_of'),
    })
    .onConflict((conflict) => conflict.column('delivery_id').doNothing()),
)

type Wanted = Pick<DeliveryBodyRow, 'delivery_id' | 'hash' | 'received_at'> & { since: number }
type Found = Pick<DeliveryBodyRow, 'delivery_id' | 'event' | 'received_at'>

/** The latest applied delivery with the body of this one, received before it and since a time. */
export async function findSameBody(db: Db, wanted: Wanted): Promise<Found | undefined> {
  const { rows } = await sameBody(db, wanted)
  return rows[0]
}

const sameBody = compiled<Wanted, Found>((db, value) =>
  db
    .selectFrom('delivery_bodies')
    .select(['delivery_id', 'event', 'received_at'])
    .where('hash', '=', value('hash'))
    .where('received_at', '>=', value('since'))
    .where('received_at', '<=', value('received_at'))
    .where('delivery_id', '<>', value('delivery_id'))
    .orderBy('received_at', 'desc')
    .limit(1),
)
