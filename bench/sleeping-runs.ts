/**
 * What runs cost that only wait: memory while so many of them are put to sleep; then, in a process of its own beside one
 * that has none, memory while they sleep, how long it takes until the engine works, and how late a sleeper wakes beside
 * all the others. SQLite with `synchronous=FULL`.
 *
 *   node --expose-gc bench/sleeping-runs.ts [--runs 100000]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
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

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    /** A folder whose runs are taken up, in a process of its own; `waker`: the run that wakes soon. */
    folder: { type: 'string' },
    waker: { type: 'string' },
  },
})
const runs = Number(values.runs)
const maker = { userId: 'u1', login: 'mona' }
const absent = () => Promise.reject(new Error('not part of this bench'))

async function open(dataDir: string) {
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

/** Memory of the process's own, without the pages of the database that the system's cache lends it. */
function ownMiB(name: 'RssAnon' | 'VmHWM' = 'RssAnon'): number {
  globalThis.gc?.()
  const [, kibibytes] =
    new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync('/proc/self/status', 'utf8')) ?? []
  return Number(kibibytes) / 1024
}

const heapMiB = () => {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed / 2 ** 20
}

interface Restart {
  ready: number
  own: number
  wokenAt: number | null
}

/** What a process sends that takes up what sleeps in a folder. */
async function takeUp(folder: string, waker: string | undefined): Promise<Restart> {
  const opening = performance.now()
  const { events, engine, close } = await open(folder)
  const woken = new Promise<number>((resolve) => {
    events.on('run.finished', ({ runId }) => runId === waker && resolve(Date.now()))
  })
  await engine.start()
  const ready = (performance.now() - opening) / 1_000
  const wokenAt = waker === undefined ? null : await woken
  const own = ownMiB()
  await close()
  return { ready, own, wokenAt }
}

async function restart(folder: string, waker?: string): Promise<Restart> {
  const child = fork(import.meta.filename, ['--folder', folder, ...(waker ? ['--waker', waker] : [])], {
    execArgv: ['--expose-gc'],
  })
  const [answer] = (await once(child, 'message')) as [Restart]
  return answer
}

/** Puts runs to sleep and wakes one of them after a restart. */
async function measure(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
  const empty = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
  const { store, engine, close } = await open(dataDir)
  await store.write((tx) => {
    const { userId: id, login } = maker
    const user = { id, host: 'github.com', github_id: 1, login, role: 'owner', created_at: 0 } as const
    return tx.insertInto('users').values(user).execute()
  })
  const addWorkflow = async (seconds: number): Promise<string> => {
    const source = `on: workflow_dispatch\njobs: {a: {steps: [{uses: hub/sleep, with: {seconds: ${seconds}}}]}}`
    const { definition } = parseWorkflow(source)
    if (!definition) throw new Error('the workflow of the bench is broken')
    return await store.write((tx) => createWorkflow(tx, { source, definition, by: maker, now: Date.now() }))
  }
  const start = (workflowId: string) =>
    store.write((tx) => engine.startByHand(tx, { workflowId, inputs: {}, repository: null, by: maker }))
  const long = await addWorkflow(24 * 3_600)
  const seconds = 15
  const short = await addWorkflow(seconds)
  const sleep = async (count: number) => {
    for (let left = count; left > 0; left -= 500) {
      await Promise.all(Array.from({ length: Math.min(500, left) }, () => start(long)))
      await engine.idle()
    }
  }
  // Caches and compiled code grow under any load.
  const warmUp = 5_000
  await sleep(warmUp)
  const before = heapMiB()
  const began = performance.now()
  await sleep(runs - warmUp)
  const starting = (performance.now() - began) / 1_000
  const extraHeap = heapMiB() - before
  const waker = await start(short)
  const wakesAt = Date.now() + seconds * 1_000
  await engine.idle()
  await close()

  const none = await restart(empty)
  const all = await restart(dataDir, waker)
  rmSync(dataDir, { recursive: true })
  rmSync(empty, { recursive: true })
  const results = {
    ...describeMachine(),
    sleeping_runs: runs,
    started_per_second: Math.round((runs - warmUp) / starting),
    while_put_to_sleep: { extra_heap_mib: round(extraHeap), peak_rss_mib: round(ownMiB('VmHWM')) },
    after_restart: {
      own_memory_mib: round(all.own),
      without_any_mib: round(none.own),
      extra_memory_mib: round(all.own - none.own),
      ready_s: round(all.ready),
      woken_late_ms: Math.max(0, (all.wokenAt ?? 0) - wakesAt),
    },
  }
  process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
}

if (values.folder === undefined) await measure()
else {
  const answer = await takeUp(values.folder, values.waker)
  process.send!(answer, () => process.disconnect?.())
}
