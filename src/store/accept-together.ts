import { acceptDeliveries, type Incoming } from './deliveries.ts'
import type { Store } from './store.ts'

/** Deliveries of one write at most, and bytes of their bodies after which it takes no more: the event loop is held for them. */
const mostDeliveries = 64
const enoughBytes = 1024 * 1024

interface Batch {
  deliveries: Incoming[]
  bytes: number
  /** Of each of them whether it was new. */
  written: Promise<boolean[]>
}

/**
 * Makes what stores webhooks as `acceptDelivery` does: all that come before a write's turn share it. A statement for
 * many rows costs less than one, and a savepoint, for each. Resolves once the delivery is on disk.
 */
export function acceptTogether(store: Store): (delivery: Incoming) => Promise<boolean> {
  let open: Batch | undefined

  function begin(): Batch {
    const deliveries: Incoming[] = []
    const written = store.write((tx) => {
      if (open === batch) open = undefined
      return acceptDeliveries(tx, deliveries)
    })
    const batch: Batch = { deliveries, bytes: 0, written }
    return batch
  }

  return async (delivery) => {
    open ??= begin()
    const batch = open
    const index = batch.deliveries.push(delivery) - 1
    batch.bytes += delivery.body.byteLength
    if (batch.deliveries.length >= mostDeliveries || batch.bytes >= enoughBytes) open = undefined
    const isNew = await batch.written
    return isNew[index] === true
  }
}
