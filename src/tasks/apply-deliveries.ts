import { isCoded, messageOf } from '../errors.ts'
import { type Backoff, pauseAfter } from '../queue/backoff.ts'
import { createWorkLoop, type Rest, type WorkLoop } from '../queue/work-loop.ts'
import {
  type DueDelivery,
  listDueDeliveries,
  nextDueDelivery,
  postponeDelivery,
} from '../store/deliveries.ts'
import { inSavepoint } from '../store/savepoint.ts'
import type { Db } from '../store/store.ts'
import { applyDelivery, failDelivery, type Outcome } from './apply-delivery.ts'
import { createAttempts, mostAttempts } from './count-attempts.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { type Arrival, noteApplied, readArrivals } from './read-arrivals.ts'

/** Applies deliveries as they come, many in one transaction while many wait. */
export type Drain = WorkLoop

interface DrainOptions extends MirrorTaskDeps {
  /** While true, only a few are applied at a time and most of the process is left to others. */
  busy?: () => boolean
  random?: () => number
  /** How often to look for deliveries of other processes without being woken. */
  pollMs?: number
  backoff?: Backoff
}

/** Deliveries of one transaction at most, and how long it may hold the event loop before it takes no further one. */
const batch = { sqlite: 20, postgres: 50 }
const batchMs = { sqlite: 8, postgres: 50 } // a server elsewhere is waited for, the event loop runs on

/**
 * The state of a delivery is its place in this queue: it costs no task, and is applied in the transaction that marks
 * it, so that it happens exactly once however often the process dies. One that fails is undone alone and waits for
 * its next try, with growing pauses, while the others go on.
 */
export function createDrain(options: DrainOptions): Drain {
  const { store, events, log, clock, busy = () => false, random = Math.random, pollMs = 1_000 } = options
  const { backoff = { firstMs: 1_000, mostMs: 15 * 60_000 } } = options
  const attempts = createAttempts()
  /** As many as one transaction had time for of late: what is read for more would be read again. */
  let fitting = batch[store.dialect]
  const loop = createWorkLoop({
    work: applySome,
    onError(error) {
      log.error({ err: error }, `deliveries: could not be applied: ${messageOf(error)}`)
    },
    most: batch[store.dialect],
    busy,
    clock,
    pollMs,
  })
  const unsubscribe = events.on('delivery.received', ({ result }) => {
    if (result === 'stored') loop.wake()
  })

  async function applySome(most: number): Promise<Rest | undefined> {
    const { applied, rest } = await applyNext(most)
    attempts.settled(applied.map(({ delivery }) => delivery))
    const appliedAt = clock()
    for (const { delivery, outcome } of applied) {
      if (outcome === 'postponed') continue
      const { event, received_at } = delivery
      events.emit('delivery.applied', { event, result: outcome, receivedAt: received_at, appliedAt })
    }
    return rest
  }

  /** All at once, and where one of them fails again, each by itself: a savepoint is only paid for when it is needed. */
  async function applyNext(limit: number): Promise<Batch> {
    try {
      return await applyBatch(limit, (tx, arrival, now) => applyDelivery(tx, { arrival, now }, options))
    } catch {
      return await applyBatch(limit, applyAlone)
    }
  }

  async function applyBatch(limit: number, apply: Apply): Promise<Batch> {
    return await store.write(async (tx) => {
      // One process at a time, so that deliveries are applied in the order in which they came.
      await store.lock(tx, 'apply-deliveries')
      const began = performance.now()
      const due = await listDueDeliveries(tx, { now: clock(), limit: Math.min(limit, fitting) })
      if (due.length === 0) return { applied: [], rest: { idle: true, next: await nextDueDelivery(tx) } }
      const { ready, hopeless } = await attempts.take(tx, due)
      if (hopeless) {
        const { delivery, error } = hopeless
        const outcome = await failDelivery(tx, delivery, { error, now: clock() })
        return { applied: [{ delivery, outcome }], rest: undefined }
      }
      const applied: Applied[] = []
      const arrivals = await readArrivals(tx, ready)
      for (const arrival of arrivals) {
        const outcome = await apply(tx, arrival, clock())
        if (outcome === 'applied' || outcome === 'stored') noteApplied(arrivals, arrival)
        applied.push({ delivery: arrival.delivery, outcome })
        if (performance.now() - began > batchMs[store.dialect]) break
      }
      fitting =
        applied.length < arrivals.length ? applied.length : Math.min(batch[store.dialect], 2 * fitting)
      return { applied, rest: undefined }
    })
  }

  async function applyAlone(tx: Db, arrival: Arrival, now: number): Promise<Applied['outcome']> {
    const { delivery } = arrival
    try {
      return await inSavepoint(tx, () => applyDelivery(tx, { arrival, now }, options))
    } catch (error) {
      const tries = attempts.of(delivery)
      const hopeless = isCoded(error) && !error.retryable
      log.warn({ err: error, delivery: delivery.id, attempt: tries }, 'a delivery could not be applied')
      if (hopeless || tries >= mostAttempts) return await failDelivery(tx, delivery, { error, now })
      const notBefore = isCoded(error) ? (error.retryAfterMs ?? 0) : 0
      const due_at = now + Math.max(notBefore, pauseAfter(tries, backoff, random))
      await postponeDelivery(tx, { id: delivery.id, attempts: tries, due_at, error: messageOf(error) })
      return 'postponed'
    }
  }

  return {
    ...loop,
    async stop() {
      unsubscribe()
      await loop.stop()
    },
  }
}

type Apply = (tx: Db, arrival: Arrival, now: number) => Promise<Applied['outcome']>

interface Batch {
  applied: Applied[]
  /** Why there was none. */
  rest: Rest | undefined
}

interface Applied {
  delivery: DueDelivery
  outcome: Outcome | 'postponed'
}
