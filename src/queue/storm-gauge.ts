import type { Events } from '../events.ts'

/** Deliveries in one window from which on accepting them is all that the process should do. */
const stormWindowMs = 250
const stormDeliveries = 250

/**
 * Tells whether webhooks come so fast that background work should stand back: GitHub gives up on an answer after
 * ten seconds, work that is on disk can wait. Made for the `busy` of a queue.
 */
export function createStormGauge(events: Events, clock: () => number = Date.now): () => boolean {
  let windowStart = 0
  let count = 0
  let before = 0

  function roll(now: number): void {
    if (now - windowStart < stormWindowMs) return
    before = now - windowStart < 2 * stormWindowMs ? count : 0
    count = 0
    windowStart = now
  }

  events.on('delivery.received', ({ result }) => {
    // What is refused costs no more than its signature: strangers must not be able to hold up the work.
    if (result !== 'stored') return
    roll(clock())
    count++
  })
  return () => {
    roll(clock())
    return Math.max(count, before) >= stormDeliveries
  }
}
