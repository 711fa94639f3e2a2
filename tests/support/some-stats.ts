import type { Stats } from '../../contract/live.ts'

const unmeasured = { p50: null, p95: null, p99: null }

/** Figures of a hub that has just started. */
export const someStats: Stats = {
  at: '2026-01-02T03:04:05.000Z',
  deliveries_per_second: 0,
  deliveries_last_hour: Array.from({ length: 60 }, () => 0),
  webhook_to_browser_ms: unmeasured,
  webhook_stored_ms: unmeasured,
  runs_in_progress: 0,
  runs_last_hour: Array.from({ length: 60 }, () => 0),
  success_rate: null,
  queue: { ready: 0, running: 0, delayed: 0, failed: 0 },
  queue_last_hour: Array.from({ length: 60 }, () => 0),
  sockets: 0,
  quota: null,
}
