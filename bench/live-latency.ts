/**
 * From a webhook leaving for the hub to its frame at a subscribed socket, at 50 deliveries a second: the whole way
 * through signature, disk, queue, mirror, change log, feed and socket of a running hub.
 * Prints JSON: milliseconds, medians over several runs.
 */
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { startBenchHub } from './support/bench-hub.ts'
import { describeMachine, percentile, round, summarise } from './support/measure.ts'
import { issueOpened } from './support/payloads.ts'

const perSecond = 50
const seconds = 20
const runs = 3
const sockets = 100

await using hub = await startBenchHub()

/** Sockets of signed-in people; the first one's frames are timed. */
async function openSocket(): Promise<WebSocket> {
  const answer = await hub.api('POST', '/api/v1/live/ticket')
  const { ticket } = (await answer.json()) as { ticket: string }
  const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/api/v1/live?ticket=${ticket}`)
  const subscribed = new Promise<void>((resolve) => {
    socket.on('message', (raw) => {
      if (raw.toString().startsWith('{"type":"subscribed"')) resolve()
    })
  })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'subscribe', topics: ['repo:*'] }))
  await subscribed
  return socket
}

const open = await Promise.all(Array.from({ length: sockets }, openSocket))
const sentAt = new Map<string, number>()
let latencies: number[] = []
open[0]!.on('message', (raw) => {
  const frame = JSON.parse(raw.toString())
  const at = frame.type === 'change' ? sentAt.get(frame.delivery_id) : undefined
  if (at === undefined) return
  sentAt.delete(frame.delivery_id)
  latencies.push(performance.now() - at)
})

async function send(number: number): Promise<void> {
  const body = issueOpened({ repositoryId: hub.repositoryId, number })
  const id = randomUUID()
  sentAt.set(id, performance.now())
  const answer = await fetch(`${hub.url}/webhooks/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': id,
      'x-hub-signature-256': `sha256=${createHmac('sha256', hub.secret).update(body).digest('hex')}`,
    },
  })
  if (answer.status !== 202) throw new Error(`the hub answered ${answer.status}: ${await answer.text()}`)
  await answer.body?.cancel()
}

const results: { p50: number; p95: number; p99: number }[] = []
let number = 1
for (let run = 0; run < runs; run++) {
  latencies = []
  const pending: Promise<void>[] = []
  const began = performance.now()
  for (let i = 0; i < perSecond * seconds; i++) {
    pending.push(send(number++))
    await wait(Math.max(0, began + ((i + 1) * 1000) / perSecond - performance.now()))
  }
  await Promise.all(pending)
  const deadline = performance.now() + 5000
  while (sentAt.size > 0 && performance.now() < deadline) await wait(10)
  if (sentAt.size > 0) throw new Error(`${sentAt.size} frames never came`)
  const sorted = latencies.sort((a, b) => a - b)
  results.push({ p50: percentile(sorted, 0.5), p95: percentile(sorted, 0.95), p99: percentile(sorted, 0.99) })
}
for (const socket of open) socket.terminate()

console.log(
  JSON.stringify(
    {
      bench: 'live-latency',
      ...describeMachine(),
      per_second: perSecond,
      deliveries_per_run: perSecond * seconds,
      sockets,
      p50_ms: summarise(results.map(({ p50 }) => round(p50))),
      p95_ms: summarise(results.map(({ p95 }) => round(p95))),
      p99_ms: summarise(results.map(({ p99 }) => round(p99))),
    },
    null,
    2,
  ),
)
