/**
 * How many stored webhooks the hub applies a second: GitHub's recorded payloads of every kind that it applies, each
 * about an item of its own, on SQLite with every commit on disk, changes appended and triggers looked up. Beside it,
 * in the same run, the least that a database could do for them: the same bytes read, parsed, one row and one change
 * written and the delivery marked, with prepared statements and as many in a commit.
 * Prints JSON: deliveries per second, medians over several runs, and their ratio.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pino from 'pino'
import { createEvents } from '../src/events.ts'
import { createGithub } from '../src/github/create-github.ts'
import { isApplied } from '../src/mirror/read-delivery.ts'
import { acceptDelivery } from '../src/store/deliveries.ts'
import { createGithubTokens } from '../src/store/github-tokens.ts'
import { openStore } from '../src/store/open-store.ts'
import { createSealer, toMasterKey } from '../src/store/sealing.ts'
import { listListening } from '../src/store/workflow-triggers.ts'
import { createDrain, type MirrorTaskDeps } from '../src/tasks/index.ts'
import { describeMachine, summarise } from './support/measure.ts'

const count = Number(process.argv[2] ?? 5_000)
const rounds = Number(process.argv[3] ?? 3)

type Json = Record<string, unknown>
const examples: { name: string; examples: Json[] }[] = createRequire(import.meta.url)(
  '@octokit/webhooks-examples/api.github.com/index.json',
)
const payloads = examples.flatMap(({ name, examples: recorded }) =>
  isApplied(name) ? recorded.map((payload) => ({ event: name, payload })) : [],
)

/** The objects in a payload whose ids and numbers make it one about something of its own. */
const subjects = ['issue', 'comment', 'pull_request', 'review', 'workflow_run', 'workflow_job', 'milestone']

function webhook(index: number): { event: string; body: Buffer } {
  const { event, payload } = payloads[index % payloads.length]!
  const own = structuredClone(payload)
  const number = 1 + Math.floor(index / payloads.length)
  for (const name of subjects) {
    const subject = own[name] as Json | undefined
    if (!subject) continue
    // Eight events about each item, as it goes with issues and runs: the first brings it, the others change it.
    const item = 1_000_000 * (1 + (index % payloads.length)) + Math.floor(number / 8)
    if ('id' in subject) subject.id = item
    if ('number' in subject) subject.number = item
    if ('updated_at' in subject)
      subject.updated_at = new Date(1_767_225_600_000 + index * 1_000).toISOString()
  }
  return { event, body: Buffer.from(JSON.stringify(own)) }
}

async function applied(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
  const store = await openStore({ dataDir })
  const events = createEvents()
  const log = pino({ level: 'silent' })
  const clock = Date.now
  const deps: MirrorTaskDeps = {
    store,
    enqueue: async () => true,
    github: createGithub({ webUrl: 'http://127.0.0.1', apiUrl: 'http://127.0.0.1', events, log, clock }),
    tokens: createGithubTokens({
      store,
      sealer: createSealer({ keys: [toMasterKey(Buffer.alloc(32, 1))] }),
      clock,
    }),
    events,
    log,
    clock,
    async startRuns(tx, { event, repositoryId }) {
      if (repositoryId !== null) await listListening(tx, { event, repositoryId })
    },
    webhook: () => null,
  }
  await fill(async (index) => {
    const { event, body } = webhook(index)
    const id = `guid-${String(index).padStart(8, '0')}`
    await store.write((tx) => acceptDelivery(tx, { id, event, body, received_at: index }))
  })
  const drain = createDrain(deps)
  let done = 0
  const { promise, resolve } = Promise.withResolvers<void>()
  const results: Record<string, number> = {}
  events.on('delivery.applied', ({ result }) => {
    results[result] = (results[result] ?? 0) + 1
    if (++done === count) resolve()
  })
  const began = performance.now()
  const cpu = process.cpuUsage()
  drain.start()
  await promise
  const ms = performance.now() - began
  const used = process.cpuUsage(cpu)
  cpuEach.push((used.user + used.system) / count)
  await drain.stop()
  await store.close()
  rmSync(dataDir, { recursive: true, force: true })
  if (results.failed) throw new Error(`${results.failed} deliveries failed`)
  return (count * 1000) / ms
}

const cpuEach: number[] = []

async function fill(accept: (index: number) => Promise<void>): Promise<void> {
  for (let start = 0; start < count; start += 500) {
    const part = Array.from({ length: Math.min(500, count - start) }, (_, index) => start + index)
    await Promise.all(part.map(accept))
  }
}

/** Deliveries of one commit. */
const perCommit = 25

async function bare(): Promise<number> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
  const store = await openStore({ dataDir })
  await fill(async (index) => {
    const { event, body } = webhook(index)
    const id = `guid-${String(index).padStart(8, '0')}`
    await store.write((tx) => acceptDelivery(tx, { id, event, body, received_at: index }))
  })
  await store.close()
  const database = new DatabaseSync(join(dataDir, 'cldcde.db'))
  database.exec(
    'pragma synchronous = full; create table probe (id integer primary key, title text, body text)',
  )
  const read = database.prepare(
    'select body from delivery_bodies join deliveries on seq = delivery_seq where id = ?',
  )
  const row = database.prepare('insert into probe (title, body) values (?, ?)')
  const change = database.prepare(
    "insert into changes (seq, at, topic, kind, data) values (?, 1, 'repo:1', 'issue.updated', ?)",
  )
  const mark = database.prepare("update deliveries set state = 'applied', due_at = null where id = ?")
  const began = performance.now()
  for (let start = 0; start < count; start += perCommit) {
    database.exec('begin immediate')
    for (let index = start; index < Math.min(count, start + perCommit); index++) {
      const id = `guid-${String(index).padStart(8, '0')}`
      const { body } = read.get(id) as { body: Uint8Array }
      const payload = JSON.parse(Buffer.from(body).toString()) as Json
      const subject = payload[subjects.find((name) => payload[name]) ?? 'repository'] as Json
      row.run(String(subject?.title ?? ''), String(subject?.body ?? ''))
      change.run(index + 1, JSON.stringify({ subject: subject?.title, action: payload.action }))
      mark.run(id)
    }
    database.exec('commit')
  }
  const ms = performance.now() - began
  database.close()
  rmSync(dataDir, { recursive: true, force: true })
  return (count * 1000) / ms
}

const ours: number[] = []
const probes: number[] = []
for (let round = 0; round < rounds; round++) {
  probes.push(await bare())
  ours.push(await applied())
}
const [applying, probe] = [summarise(ours), summarise(probes)]
console.log(
  JSON.stringify(
    {
      bench: 'apply',
      ...describeMachine(),
      deliveries: count,
      kinds_of_payloads: payloads.length,
      applied_per_second: applying,
      cpu_us_each: summarise(cpuEach),
      probe_per_second: probe,
      ratio: Math.round((applying.median / probe.median) * 100) / 100,
    },
    null,
    2,
  ),
)
