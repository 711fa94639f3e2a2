import { useSyncExternalStore } from 'react'

/** Webhook-to-screen times of this page: from the moment GitHub's delivery reached the hub to the paint after it. */
const KEEP = 200
let samples: readonly number[] = []
const listeners = new Set<() => void>()

/**
 * Notes one change's way once it is painted. `receivedAt` is the hub's clock, `hubNow` reads that same clock here.
 * A hidden page paints nothing, so it measures nothing.
 */
export function measurePaint(receivedAt: string, hubNow: () => number): void {
  if (document.visibilityState !== 'visible') return
  const start = Date.parse(receivedAt)
  requestAnimationFrame(() => {
    // A task queued in a frame runs after the paint of that frame.
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      samples = [...samples.slice(1 - KEEP), Math.max(0, hubNow() - start)]
      for (const listener of listeners) listener()
    }
    port2.postMessage(null)
  })
}

/** The newest samples in milliseconds, oldest first. */
export function useLatency(): readonly number[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => samples,
  )
}

/** The value below which `share` (0 to 1) of the samples lie; null without samples. */
export function percentile(values: readonly number[], share: number): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? null
}
