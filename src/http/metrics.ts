import { monitorEventLoopDelay } from 'node:perf_hooks'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Events } from '../events.ts'
import type { QueueStats } from '../queue/queue.ts'

const seconds = (ms: number) => ms / 1000
/** From a fraction of a millisecond to ten seconds: GitHub gives up on a webhook after ten. */
const latencyBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Listens to the hub's events and serves them in Prometheus' text format.
 * `read` gives what is asked at the moment of the scrape rather than counted.
 */
export function createMetrics(input: {
  events: Events
  read: {
    queue: () => Promise<QueueStats>
    store: () => { database: number; wal: number }
    /** The file system that holds the data folder, as `statfs` tells. */
    disk: () => Promise<{ bsize: number; blocks: number; bavail: number }>
    runsInProgress: () => Promise<number>
    sockets: () => number
  }
}): { metrics: () => Promise<{ contentType: string; body: string }>; close: () => void } {
  const { events, read } = input
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const loopDelay = monitorEventLoopDelay({ resolution: 20 })
  loopDelay.enable()

  const counter = <T extends string>(name: string, help: string, labelNames: T[]) =>
    new Counter<T>({ name, help, labelNames, registers })
  const histogram = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Histogram<T>({ name, help, labelNames, buckets: latencyBuckets, registers })
  const gauge = (
    name: string,
    help: string,
    collect: (gauge: Gauge) => Promise<void> | void,
    labelNames: string[] = [],
  ) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      async collect() {
        await collect(this)
      },
    })

  const requests = counter('cldcde_http_requests_total', 'HTTP requests answered.', [
    'method',
    'route',
    'status',
  ])
  const requestSeconds = histogram('cldcde_http_request_seconds', 'From request to answer.', ['route'])
  const deliveries = counter('cldcde_deliveries_total', 'Webhooks received.', ['event', 'result'])
  const stored = histogram('cldcde_webhook_stored_seconds', 'From webhook received to on disk.')
  const appliedTotal = counter('cldcde_deliveries_applied_total', 'Webhooks applied to the mirror.', [
    'event',
    'result',
  ])
  const applied = histogram('cldcde_webhook_applied_seconds', 'From webhook received to applied.')
  const healed = counter('cldcde_healed_total', 'Mirrored items that differed from GitHub and were mended.', [
    'kind',
    'what',
  ])
  const recovered = counter(
    'cldcde_deliveries_recovered_total',
    'Webhooks that did not come, by their end.',
    ['result'],
  )
  const sent = histogram('cldcde_webhook_sent_seconds', 'From webhook received to the frame at a socket.')
  const setAside = counter('cldcde_set_aside_total', 'Items from GitHub that did not fit.', [
    'kind',
    'source',
  ])
  const tasks = counter('cldcde_tasks_total', 'Tasks that the queue ran.', ['kind', 'result'])
  const taskSeconds = histogram('cldcde_task_seconds', 'Time a task ran.', ['kind'])
  const runs = counter('cldcde_runs_total', 'Workflow runs finished.', ['conclusion'])
  const runSeconds = histogram('cldcde_run_seconds', 'From a run created to finished.')
  const steps = counter('cldcde_steps_total', 'Steps finished.', ['uses', 'conclusion'])
  const stepSeconds = histogram('cldcde_step_seconds', 'Time a step ran.', ['uses'])
  const github = counter('cldcde_github_requests_total', "Answers of GitHub's API.", ['status'])
  const githubSeconds = histogram('cldcde_github_request_seconds', "Time GitHub's API took.")
  const quota = new Gauge({
    name: 'cldcde_github_quota_remaining',
    help: 'Lowest number of API calls left of any connected person.',
    registers,
  })
  const removed = counter('cldcde_rows_removed_total', 'Rows removed because they were old.', ['what'])
  const commits = histogram('cldcde_store_commit_seconds', 'Time a group commit took.')
  const writes = counter('cldcde_store_writes_total', 'Transactions written.', [])

  gauge(
    'cldcde_queue_tasks',
    'Tasks by state.',
    async (g) => {
      for (const [state, count] of Object.entries(await read.queue())) g.set({ state }, count)
    },
    ['state'],
  )
  gauge(
    'cldcde_sqlite_bytes',
    'Size of the SQLite files.',
    (g) => {
      const { database, wal } = read.store()
      g.set({ file: 'database' }, database)
      g.set({ file: 'wal' }, wal)
    },
    ['file'],
  )
  gauge(
    'cldcde_disk_bytes',
    'The file system that holds the data folder.',
    async (g) => {
      const { bsize, blocks, bavail } = await read.disk()
      g.set({ what: 'size' }, blocks * bsize)
      g.set({ what: 'free' }, bavail * bsize)
    },
    ['what'],
  )
  gauge('cldcde_runs_in_progress', 'Workflow runs not yet finished.', async (g) =>
    g.set(await read.runsInProgress()),
  )
  gauge('cldcde_sockets_open', 'Open WebSockets.', (g) => g.set(read.sockets()))
  gauge(
    'cldcde_event_loop_lag_p99_seconds',
    'Event loop delay since the last scrape, 99th percentile.',
    (g) => {
      g.set(loopDelay.percentile(99) / 1e9)
      loopDelay.reset()
    },
  )

  const quotas = new Map<string, number>()
  const off = [
    events.on('request.finished', ({ method, route, status, ms }) => {
      requests.inc({ method, route, status: String(status) })
      requestSeconds.observe({ route }, seconds(ms))
    }),
    events.on('delivery.received', ({ event, result, ms }) => {
      deliveries.inc({ event, result })
      if (result === 'stored') stored.observe(seconds(ms))
    }),
    events.on('delivery.applied', ({ event, result, receivedAt, appliedAt }) => {
      appliedTotal.inc({ event, result })
      applied.observe(seconds(Math.max(0, appliedAt - receivedAt)))
    }),
    events.on('mirror.healed', ({ kind, changed, gone }) => {
      healed.inc({ kind, what: 'changed' }, changed)
      healed.inc({ kind, what: 'gone' }, gone)
    }),
    events.on('deliveries.recovered', ({ result, count }) => recovered.inc({ result }, count)),
    events.on('item.set-aside', ({ kind, source }) => setAside.inc({ kind, source })),
    events.on('change.sent', ({ receivedAt, sentAt }) =>
      sent.observe(seconds(Math.max(0, sentAt - receivedAt))),
    ),
    events.on('task.finished', ({ kind, result, ms }) => {
      tasks.inc({ kind, result })
      taskSeconds.observe({ kind }, seconds(ms))
    }),
    events.on('run.finished', ({ conclusion, ms }) => {
      runs.inc({ conclusion })
      runSeconds.observe(seconds(ms))
    }),
    events.on('step.finished', ({ uses, conclusion, ms }) => {
      steps.inc({ uses, conclusion })
      stepSeconds.observe({ uses }, seconds(ms))
    }),
    events.on('github.answered', ({ status, ms }) => {
      github.inc({ status: String(status) })
      githubSeconds.observe(seconds(ms))
    }),
    events.on('github.quota', ({ userId, remaining }) => {
      quotas.set(userId, remaining)
      quota.set(Math.min(...quotas.values()))
    }),
    events.on('rows.removed', ({ what, rows }) => removed.inc({ what }, rows)),
    events.on('store.committed', ({ writes: count, ms }) => {
      writes.inc(count)
      commits.observe(seconds(ms))
    }),
  ]

  return {
    metrics: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
    close() {
      for (const unsubscribe of off) unsubscribe()
      loopDelay.disable()
      registry.clear()
    },
  }
}
