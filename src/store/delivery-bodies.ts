import { hash } from 'node:crypto'
import { compiled, compiledSending } from './compiled.ts'
import type { DeliveryBodyRow, DeliveryRow } from './rows/log.ts'
import type { Db } from './store.ts'

/** Keeps the body of a delivery, in the transaction that stores the delivery. */
export const saveBody = compiledSending<DeliveryBodyRow>((db, value) =>
  db.insertInto('delivery_bodies').values({ delivery_seq: value('delivery_seq'), body: value('body') }),
)

/** The body of a delivery; nothing once it is not kept any more. */
export async function loadBody(db: Db, deliverySeq: number): Promise<Uint8Array | undefined> {
  const { rows } = await load(db, { deliverySeq })
  return rows[0]?.body
}

const load = compiled<{ deliverySeq: number }, Pick<DeliveryBodyRow, 'body'>>((db, value) =>
  db.selectFrom('delivery_bodies').select('body').where('delivery_seq', '=', value('deliverySeq')),
)

/** Half of a SHA-256: what a body is recognised by. */
export function digestBody(body: Uint8Array): Uint8Array {
  return hash('sha256', body, 'buffer').subarray(0, 16)
}

type Wanted = { digest: Uint8Array; received_at: number; id: string; since: number }
type Found = Pick<DeliveryRow, 'id' | 'event' | 'received_at'>

/** The latest applied delivery with the body of this one, received before it and since a time. */
export async function findSameBody(db: Db, wanted: Wanted): Promise<Found | undefined> {
  const { rows } = await sameBody(db, wanted)
  return rows[0]
}

const sameBody = compiled<Wanted, Found>((db, value) =>
  db
    .selectFrom('deliveries')
    .select(['id', 'event', 'received_at'])
    .where('digest', '=', value('digest'))
    .where('received_at', '>=', value('since'))
    .where('received_at', '<=', value('received_at'))
    .where('id', '<>', value('id'))
    .orderBy('received_at', 'desc')
    .limit(1),
)
