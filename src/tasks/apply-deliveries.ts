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
import type { MirrorTaskDeps } from './deps.ts'

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
const batch = 50
const batchMs = { sqlite: 8, postgres: 50 } // a server elsewhere is waited for, the event loop runs on
/** How often a delivery is tried before it is given up. */
const mostAttempts = 10

/**
 * The state of a delivery is its place in this queue: it costs no task, and is applied in the transaction that marks
 * it, so that it happens exactly once however often the process dies. One that fails is undone alone and waits for
 * its next try, with growing pauses, while the others go on.
 */
export function createDrain(options: DrainOptions): Drain {
  const { store, events, log, clock, busy = () => false, random = Math.random, pollMs = 1_000 } = options
  const { backoff = { firstMs: 1_000, mostMs: 15 * 60_000 } } = options
  const loop = createWorkLoop({
    work: applySome,
    onError(error) {
      log.error({ err: error }, `deliveries: could not be applied: ${messageOf(error)}`)
    },
    most: batch,
    busy,
    clock,
    pollMs,
  })
  const unsubscribe = events.on('delivery.received', ({ result }) => {
    if (result === 'stored') loop.wake()
  })

  async function applySome(most: number): Promise<Rest | undefined> {
    const { applied, next } = await applyNext(most)
    const appliedAt = clock()
    for (const { delivery, outcome } of applied) {
      if (outcome === 'postponed') continue
      const { event, received_at } = delivery
      events.emit('delivery.applied', { event, result: outcome, receivedAt: received_at, appliedAt })
    }
    return applied.length === 0 ? { idle: true, next } : undefined
  }

  /** All at once, and where one of them fails again, each by itself: a savepoint is only paid for when it is needed. */
  async function applyNext(limit: number): Promise<Batch> {
    try {
      return await applyBatch(limit, (tx, delivery, now) => applyDelivery(tx, { delivery, now }, options))
    } catch {
      return await applyBatch(limit, applyAlone)
    }
  }

  async function applyBatch(limit: number, apply: Apply): Promise<Batch> {
    return await store.write(async (tx) => {
      // One process at a time, so that deliveries are applied in the order in which they came.
      await store.lock(tx, 'apply-deliveries')
      const began = performance.now()
      const due = await listDueDeliveries(tx, { now: clock(), limit })
      const applied: Applied[] = []
      for (const delivery of due) {
        applied.push({ delivery, outcome: await apply(tx, delivery, clock()) })
        if (performance.now() - began > batchMs[store.dialect]) break
      }
      return { applied, next: due.length === 0 ? await nextDueDelivery(tx) : undefined }
    })
  }

  async function applyAlone(tx: Db, delivery: DueDelivery, now: number): Promise<Applied['outcome']> {
    try {
      return await inSavepoint(tx, () => applyDelivery(tx, { delivery, now }, options))
    } catch (error) {
      const attempts = delivery.attempts + 1
      const hopeless = isCoded(error) && !error.retryable
      log.warn({ err: error, delivery: delivery.id, attempt: attempts }, 'a delivery could not be applied')
      if (hopeless || attempts >= mostAttempts) return await failDelivery(tx, delivery, { error, now })
      const notBefore = isCoded(error) ? (error.retryAfterMs ?? 0) : 0
      const due_at = now + Math.max(notBefore, pauseAfter(attempts, backoff, random))
      await postponeDelivery(tx, { id: delivery.id, attempts, due_at, error: messageOf(error) })
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

type Apply = (tx: Db, delivery: DueDelivery, now: number) => Promise<Applied['outcome']>

interface Batch {
  applied: Applied[]
  /** When the next one is due, if none is now. */
  next: number | undefined
}

interface Applied {
  delivery: DueDelivery
  outcome: Outcome | 'postponed'
}
