/**
 * What runs cost that only wait: memory while so many of them sleep, how long the next start of the hub's engine takes
 * until it works, and how late a sleeper wakes beside all the others. SQLite, each commit on disk.
 *
 *   node --expose-gc bench/sleeping-runs.ts [--runs 100000]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseWorkflow } from '../src/domain/workflow/parse-workflow.ts'
import { createEngine } from '../src/engine/create-engine.ts'
import { createSteps } from '../src/engine/steps/create-steps.ts'
import { createEvents } from '../src/events.ts'
import { openStore } from '../src/store/open-store.ts'
import { createWorkflow } from '../src/store/workflows.ts'
import { describeMachine, round } from './support/measure.ts'

const { values } = parseArgs({ options: { runs: { type: 'string', default: '100000' } } })
const runs = Number(values.runs)
const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
const maker = { userId: 'u1', login: 'mona' }
const absent = () => Promise.reject(new Error('not part of this bench'))

async function open() {
  const store = await openStore({ dataDir })
  const events = createEvents()
  const engine = createEngine({
    ...{ store, events, log: console, github: absent },
    steps: createSteps(),
  })
  const close = async () => {
    await engine.close()
    await store.close()
  }
  return { store, events, engine, close }
}

const first = await open()
const { store, engine } = first
await store.write((tx) => {
  const { userId: id, login } = maker
  const user = { id, host: 'github.com', github_id: 1, login, role: 'owner', created_at: 0 } as const
  return tx.insertInto('users').values(user).execute()
})

async function addWorkflow(seconds: number): Promise<string> {
  const source = `on: workflow_dispatch\njobs: {a: {steps: [{uses: hub/sleep, with: {seconds: ${seconds}}}]}}`
  const { definition } = parseWorkflow(source)
  if (!definition) throw new Error('the workflow of the bench is broken')
  return await store.write((tx) => createWorkflow(tx, { source, definition, by: maker, now: Date.now() }))
}

const start = (workflowId: string) =>
  store.write((tx) => engine.startByHand(tx, { workflowId, inputs: {}, repository: null, by: maker }))

/** Memory of the process's own, without the pages of the database that the system's cache lends it. */
function ownMiB(): number {
  globalThis.gc?.()
  const [, kibibytes] = /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kibibytes) / 1024
}

const [long, short] = [await addWorkflow(24 * 3_600), await addWorkflow(5)]
/** Caches and heap grow to their size under any load: what more runs add shows afterwards. */
const warmUp = 5_000
const sleep = async (count: number) => {
  for (let left = count; left > 0; left -= 500) {
    await Promise.all(Array.from({ length: Math.min(500, left) }, () => start(long)))
    await engine.idle()
  }
}
await sleep(warmUp)
const before = ownMiB()
const began = performance.now()
await sleep(runs - warmUp)
const starting = (performance.now() - began) / 1_000
const extra = ownMiB() - before

// One of them wakes while all others sleep, after a restart.
const waker = await start(short)
const wakesAt = Date.now() + 5_000
await engine.idle()
await first.close()

const opening = performance.now()
const second = await open()
const woken = new Promise<number>((resolve) => {
  second.events.on('run.finished', ({ runId }) => runId === waker && resolve(Date.now()))
})
await second.engine.start()
const ready = (performance.now() - opening) / 1_000
const late = (await woken) - wakesAt
await second.close()
rmSync(dataDir, { recursive: true })

const results = {
  ...describeMachine(),
  sleeping_runs: runs,
  started_per_second: Math.round((runs - warmUp) / starting),
  extra_memory_mib: round(extra),
  ready_after_restart_s: round(ready),
  woken_late_ms: Math.max(0, late),
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
