/**
 * Claim: while strangers and members attack, and while a storm of webhooks goes to many sockets, the event loop answers
 * others: p99 of its lag is at most 50 ms.
 * A probe asks `/healthz` a hundred times a second, beside nothing (the reference) and beside each attack.
 * Prints JSON: milliseconds that the probe waited.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { startBenchHub } from './support/bench-hub.ts'
import { describeMachine, percentile, round } from './support/measure.ts'
import { issueOpened } from './support/payloads.ts'
import type { ClientOrder } from './support/reconnecting-clients.ts'

await using hub = await startBenchHub()

/** The probe has a thread of its own: making an attack keeps this one busy. */
async function beside(attack: () => Promise<unknown>) {
  const probe = new Worker(new URL('./support/probe.ts', import.meta.url), { workerData: { url: hub.url } })
  const [answers] = await Promise.all([attack(), wait(3_000)])
  probe.postMessage('stop')
  const [waits] = (await once(probe, 'message')) as [number[]]
  waits.sort((a, b) => a - b)
  const at = (share: number) => round(percentile(waits, share))
  return { p50: at(0.5), p99: at(0.99), max: at(1), probes: waits.length, answers }
}

/** Calls something again and again and counts what comes. */
async function repeat(times: number, call: () => Promise<Response>): Promise<Record<string, number>> {
  const answers: Record<string, number> = {}
  for (let n = 0; n < times; n++) {
    const answer = await call()
    await answer.arrayBuffer()
    answers[answer.status] = (answers[answer.status] ?? 0) + 1
  }
  return answers
}

const validate = (source: string) => () => hub.api('POST', '/api/v1/workflows/validate', { source })
const sign = (body: Buffer) => createHmac('sha256', hub.secret).update(body).digest('hex')
const webhook =
  (body: Buffer<ArrayBuffer>, signature = sign(body)) =>
  () =>
    fetch(`${hub.url}/webhooks/github`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'issues',
        'x-github-delivery': randomUUID(),
        'x-hub-signature-256': `sha256=${signature}`,
      },
    })
const text = (piece: string) =>
  `on: push\nenv: {A: "${piece.repeat(Math.floor(260_000 / piece.length))}"}\njobs: {}\n`
const manyKeys = Buffer.from(`{${Array.from({ length: 1_000_000 }, (_, key) => `"${key}":1`)}}`)
const wrong = '0'.repeat(64)

/** A person's sockets in a process of their own, all of which want whatever happens. */
async function openSockets(count: number): Promise<ChildProcess> {
  const clients = fork(new URL('./support/reconnecting-clients.ts', import.meta.url))
  // A few at a time: a ticket is good for thirty seconds.
  const few = 100
  for (let open = 0; open < count; open += few) {
    const tickets = await Promise.all(Array.from({ length: few }, askTicket))
    clients.send({ url: hub.url, sockets: few, tickets } satisfies ClientOrder)
    await once(clients, 'message')
  }
  return clients
}

async function askTicket(): Promise<string> {
  const answer = await hub.api('POST', '/api/v1/live/ticket')
  if (answer.ok) return ((await answer.json()) as { ticket: string }).ticket
  if (answer.status !== 429) throw new Error(`no ticket: ${answer.status}`)
  await wait(Number(answer.headers.get('retry-after')) * 1_000)
  return await askTicket()
}

/** As fast as they are taken, and until all are applied and sent. */
async function storm(webhooks: number): Promise<Record<string, number>> {
  let number = 0
  const lines = Array.from({ length: 32 }, () =>
    repeat(Math.floor(webhooks / 32), () =>
      webhook(Buffer.from(issueOpened({ repositoryId: hub.repositoryId, number: ++number })))(),
    ),
  )
  const answers: Record<string, number> = {}
  for (const line of await Promise.all(lines))
    for (const [status, count] of Object.entries(line)) answers[status] = (answers[status] ?? 0) + count
  for (;;) {
    const pending = await hub.api('GET', '/api/v1/deliveries?state=pending&limit=1')
    if (((await pending.json()) as unknown[]).length === 0) return answers
    await wait(250)
  }
}

const clients = await openSockets(1_100)
await wait(60_000) // so many tickets are a minute's worth of calls

const attacks = {
  nothing: await beside(async () => undefined),
  '600 webhooks to 1,100 sockets': await beside(() => storm(600)),
  'validate: ${{inputs.a}}': await beside(() => repeat(15, validate(text('${{inputs.a}}')))),
  'validate: [': await beside(() => repeat(15, validate('['.repeat(260_000)))),
  'validate: repeated keys': await beside(() => repeat(15, validate(`on: push\n${'a: b\n'.repeat(50_000)}`))),
  'validate: 1==1==…': await beside(() =>
    repeat(15, validate(`on: push\njobs: {a: {if: "1${'==1'.repeat(5_000)}"}}`)),
  ),
  'webhook: a million keys': await beside(() => repeat(5, webhook(manyKeys))),
  'webhook: a million keys, wrong signature': await beside(() => repeat(10, webhook(manyKeys, wrong))),
  'webhook: 2,000 wrong signatures': await beside(() => repeat(2_000, webhook(Buffer.from('{}'), wrong))),
  'api: 1,500 wrong tokens': await beside(() =>
    repeat(1_500, () => fetch(`${hub.url}/api/v1/me`, { headers: { authorization: 'Bearer cldcde_guess' } })),
  ),
}
clients.kill()
console.log(JSON.stringify({ bench: 'attack-lag', ...describeMachine(), limitMs: 50, attacks }, null, 2))
