import type { Stats } from '../../contract/live.ts'
import type { Events } from '../events.ts'
import type { QueueStats } from '../queue/queue.ts'

const minute = 60_000
const latencyWindow = 5 * minute
/** More measurements than this in five minutes say nothing new. */
const latencyCapacity = 4096

/**
 * The figures of the dashboard: counted from the hub's own events, nothing sampled or invented. `tick` is called
 * once a second and reads what cannot be counted.
 */
export function createStats(input: {
  events: Events
  clock: () => number
  read: { queue: () => Promise<QueueStats>; runsInProgress: () => Promise<number>; sockets: () => number }
}): { stats: () => Stats; tick: () => Promise<void>; close: () => void } {
  const { events, clock, read } = input
  const deliveriesPerSecond = countBy(1000, 10)
  const deliveriesPerMinute = countBy(minute, 60)
  const runsPerMinute = countBy(minute, 60)
  const queuePerMinute = countBy(minute, 60)
  const toBrowser = latencies()
  const toDisk = latencies()
  const conclusions: boolean[] = []
  const quotas = new Map<string, NonNullable<Stats['quota']>>()
  let queue: QueueStats = { ready: 0, running: 0, delayed: 0, failed: 0 }
  let runsInProgress = 0

  const off = [
    events.on('delivery.received', ({ result, ms }) => {
      if (result !== 'stored') return
      const now = clock()
      deliveriesPerSecond.add(now)
      deliveriesPerMinute.add(now)
      toDisk.add(now, ms)
    }),
    events.on('change.sent', ({ receivedAt, sentAt }) =>
      toBrowser.add(sentAt, Math.max(0, sentAt - receivedAt)),
    ),
    events.on('run.finished', ({ conclusion }) => {
      runsPerMinute.add(clock())
      if (conclusion !== 'success' && conclusion !== 'failure') return
      conclusions.push(conclusion === 'success')
      if (conclusions.length > 100) conclusions.shift()
    }),
    events.on('github.quota', ({ userId, limit, remaining, resetAt }) => {
      quotas.set(userId, { limit, remaining, reset_at: new Date(resetAt).toISOString() })
    }),
  ]

  return {
    async tick() {
      queue = await read.queue()
      runsInProgress = await read.runsInProgress()
      queuePerMinute.max(clock(), queue.ready + queue.running)
    },
    stats() {
      const now = clock()
      const scarcest = [...quotas.values()].sort((a, b) => a.remaining - b.remaining)[0]
      return {
        at: new Date(now).toISOString(),
        deliveries_per_second: sum(deliveriesPerSecond.read(now)) / 10,
        deliveries_last_hour: deliveriesPerMinute.read(now),
        webhook_to_browser_ms: toBrowser.read(now),
        webhook_stored_ms: toDisk.read(now),
        runs_in_progress: runsInProgress,
        runs_last_hour: runsPerMinute.read(now),
        success_rate:
          conclusions.length === 0 ? null : conclusions.filter(Boolean).length / conclusions.length,
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

const sum = (numbers: number[]) => numbers.reduce((total, n) => total + n, 0)

/** A ring of counts, one a period; reading gives the last `length` periods, oldest first. */
function countBy(period: number, length: number) {
  const counts = new Array<number>(length).fill(0)
  let current = 0
  const turnTo = (now: number) => {
    const index = Math.floor(now / period)
    const steps = current === 0 ? length : Math.min(length, index - current)
    for (let step = 1; step <= steps; step++) counts[(current + step) % length] = 0
    if (index > current) current = index
    return current % length
  }
  return {
    add(now: number) {
      counts[turnTo(now)]! += 1
    },
    max(now: number, value: number) {
      const at = turnTo(now)
      counts[at] = Math.max(counts[at]!, value)
    },
    read(now: number): number[] {
      const newest = turnTo(now)
      return Array.from({ length }, (_, i) => counts[(newest + 1 + i) % length]!)
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
