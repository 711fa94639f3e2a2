import { isRepeat, repeatWindowMs } from '../domain/repeated-delivery.ts'
import type { DueDelivery } from '../store/deliveries.ts'
import { digestBody, findSameBodies, loadBodies, type SameBody } from '../store/delivery-bodies.ts'
import type { Db } from '../store/store.ts'

/** A delivery that is to be applied now, with all that is asked for many of them at once. */
export interface Arrival {
  delivery: DueDelivery
  body: Uint8Array
  digest: Uint8Array
  /** The latest one before it that was applied and had the same body. */
  earlier: SameBody | undefined
}

/** Bytes of bodies that are read at a time, or one body. */
const mostBytes = 4 * 1024 * 1024

/** Reads the first of these deliveries, as many as memory is given to. */
export async function readArrivals(tx: Db, deliveries: readonly DueDelivery[]): Promise<Arrival[]> {
  if (deliveries.length === 0) return []
  let bytes = 0
  const fitting = deliveries.filter(({ size }, index) => {
    bytes += size
    return index === 0 || bytes <= mostBytes
  })
  const bodies = await loadBodies(
    tx,
    fitting.map(({ seq }) => seq),
  )
  const arrivals: Arrival[] = fitting.map((delivery) => {
    const body = bodies.get(delivery.seq) ?? new Uint8Array()
    return { delivery, body, digest: digestBody(body), earlier: undefined }
  })
  const wanted = arrivals.map(({ delivery: { id, received_at }, digest }) => ({
    ...{ id, digest, received_at },
    since: received_at - repeatWindowMs,
  }))
  for (const [index, found] of await findSameBodies(tx, wanted)) arrivals[index]!.earlier = found
  return arrivals
}

/** Tells those that came with it that this one is applied now. */
export function noteApplied(arrivals: readonly Arrival[], { delivery, digest }: Arrival): void {
  for (const other of arrivals) {
    if (other.delivery === delivery || other.delivery.received_at < delivery.received_at) continue
    if (Buffer.compare(other.digest, digest) === 0) other.earlier = delivery
  }
}

/** The GUID of the delivery that this one repeats, if any: it starts no run. */
export function repeatedBy({ delivery, earlier }: Arrival): string | null {
  return earlier && isRepeat(delivery, earlier) ? earlier.id : null
}
