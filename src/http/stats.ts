import type { Stats } from '../../contract/live.ts'
import type { Events } from '../events.ts'
import type { QueueStats } from '../queue/queue.ts'
import type { Figures } from '../store/figures.ts'

const minute = 60_000
const hour = 60 * minute
/** So long after a minute its count may still grow: what was received then may be committed a little later. */
const settling = 5_000
const latencyWindow = 5 * minute
/** More measurements than this in five minutes say nothing new. */
const latencyCapacity = 4096

/**
 * The figures of the dashboard. What is stored is counted there, so that a restart forgets nothing and several hubs on
 * one database agree; what is not stored (latencies, the queue's depth, the rate of now) is measured by this process,
 * and absent for as long as it has not been. `tick` is called once a second.
 */
export function createStats(input: {
  events: Events
  clock: () => number
  read: {
    queue: () => Promise<QueueStats>
    figures: (since: number) => Promise<Figures>
    sockets: () => number
  }
}): { stats: () => Stats; tick: () => Promise<void>; close: () => void } {
  const { events, clock, read } = input
  const deliveriesPerSecond = countBySecond(10)
  const deliveriesPerMinute = hourOfMinutes<number>()
  const runsPerMinute = hourOfMinutes<number>()
  const queuePerMinute = hourOfMinutes<number>()
  const toBrowser = latencies()
  const toDisk = latencies()
  const quotas = new Map<string, NonNullable<Stats['quota']>>()
  let queue: QueueStats = { ready: 0, running: 0, delayed: 0, failed: 0 }
  let figures: Figures | null = null
  let countedAt = 0

  const off = [
    events.on('delivery.received', ({ result, ms }) => {
      if (result !== 'stored') return
      const now = clock()
      deliveriesPerSecond.add(now)
      toDisk.add(now, ms)
    }),
    events.on('change.sent', ({ receivedAt, sentAt }) =>
      toBrowser.add(sentAt, Math.max(0, sentAt - receivedAt)),
    ),
    events.on('github.quota', ({ userId, limit, remaining, resetAt }) => {
      quotas.set(userId, { limit, remaining, reset_at: new Date(resetAt).toISOString() })
    }),
  ]

  return {
    async tick() {
      const now = clock()
      // The hour once, then only what came since and what may still grow.
      const first = Math.floor(Math.max(now - hour, countedAt - settling) / minute)
      const [depth, stored] = await Promise.all([read.queue(), read.figures(first * minute)])
      queue = depth
      figures = stored
      countedAt = now
      for (let at = first; at <= Math.floor(now / minute); at++) {
        deliveriesPerMinute.set(at, stored.deliveries.get(at) ?? 0)
        runsPerMinute.set(at, stored.runs.get(at) ?? 0)
      }
      const current = Math.floor(now / minute)
      queuePerMinute.set(current, Math.max(queuePerMinute.get(current) ?? 0, queue.ready + queue.running))
    },
    stats() {
      const now = clock()
      const scarcest = [...quotas.values()].sort((a, b) => a.remaining - b.remaining)[0]
      const judged = figures ? figures.succeeded + figures.failed : 0
      return {
        at: new Date(now).toISOString(),
        deliveries_per_second: deliveriesPerSecond.read(now) / 10,
        deliveries_last_hour: deliveriesPerMinute.read(now),
        webhook_to_browser_ms: toBrowser.read(now),
        webhook_stored_ms: toDisk.read(now),
        runs_in_progress: figures?.runsInProgress ?? 0,
        runs_last_hour: runsPerMinute.read(now),
        success_rate: figures && judged > 0 ? figures.succeeded / judged : null,
        queue,
        queue_last_hour: queuePerMinute.read(now),
        sockets: read.sockets(),
        quota: scarcest ?? null,
      }
    },
    close() {
      for (const unsubscribe of off) unsubscribe()
    },
  }
}

/** How many came in each of the last `length` seconds. */
function countBySecond(length: number) {
  const counts = new Map<number, number>()
  return {
    add(now: number) {
      const second = Math.floor(now / 1000)
      counts.set(second, (counts.get(second) ?? 0) + 1)
    },
    read(now: number): number {
      const oldest = Math.floor(now / 1000) - length
      let sum = 0
      for (const [second, count] of counts) {
        if (second <= oldest) counts.delete(second)
        else sum += count
      }
      return sum
    },
  }
}

/** A value for each of the last sixty minutes, the one that runs included; null where there is none. */
function hourOfMinutes<V>() {
  const values = new Map<number, V>()
  return {
    get: (at: number) => values.get(at),
    set(at: number, value: V) {
      values.set(at, value)
      values.delete(at - 2 * 60)
    },
    read(now: number): (V | null)[] {
      const newest = Math.floor(now / minute)
      return Array.from({ length: 60 }, (_, i) => values.get(newest - 59 + i) ?? null)
    },
  }
}

/** Latencies of the last five minutes, bounded; percentiles in milliseconds. */
function latencies() {
  const values: { at: number; ms: number }[] = []
  return {
    add(at: number, ms: number) {
      values.push({ at, ms })
      if (values.length > 2 * latencyCapacity) values.splice(0, values.length - latencyCapacity)
    },
    read(now: number) {
      while (values.length > 0 && values[0]!.at < now - latencyWindow) values.shift()
      const sorted = values.map(({ ms }) => ms).sort((a, b) => a - b)
      const at = (share: number) =>
        sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
      return { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
    },
  }
}
