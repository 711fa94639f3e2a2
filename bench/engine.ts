/**
 * What the engine costs: steps each second of many durable runs, each with an effect of its own that does nothing (a
 * durable beginning and a durable end), the same for steps without an effect, and the time of one run when nothing
 * else goes on. Beside it, in the same process and by turns, the bare group commit of `peers/probe.ts`.
 * SQLite, each commit on disk.
 *
 *   node bench/engine.ts [--rounds 5] [--runs 1000] [--parallel 100] [--idle 100]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { parseWorkflow } from '../src/domain/workflow/parse-workflow.ts'
import { createEngine } from '../src/engine/create-engine.ts'
import { createSteps } from '../src/engine/steps/create-steps.ts'
import { createEvents } from '../src/events.ts'
import { openStore } from '../src/store/open-store.ts'
import { createWorkflow } from '../src/store/workflows.ts'
import { open as openProbe } from './peers/probe.ts'
import { stepsOfRun as steps } from './support/engine-load.ts'
import { describeMachine, summarise } from './support/measure.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    runs: { type: 'string', default: '1000' },
    parallel: { type: 'string', default: '100' },
    idle: { type: 'string', default: '100' },
  },
})
const [rounds, runs, parallel, idle] = [values.rounds, values.runs, values.parallel, values.idle].map(
  Number,
) as [number, number, number, number]

const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
const store = await openStore({ dataDir })
const maker = { userId: 'u1', login: 'mona' }
await store.write((tx) =>
  tx
    .insertInto('users')
    .values({
      id: maker.userId,
      host: 'github.com',
      github_id: 1,
      login: 'mona',
      role: 'owner',
      created_at: 0,
    })
    .execute(),
)

const events = createEvents()
const engine = createEngine({
  store,
  events,
  log: console,
  maxParallelSteps: 1_000,
  github: () => Promise.reject(new Error('not part of this bench')),
  steps: {
    ...createSteps(),
    'http/request': async () => ({ outputs: { status: '204' } }),
  },
})
const waiting = new Map<string, () => void>()
events.on('run.finished', ({ runId }) => waiting.get(runId)?.())

async function addWorkflow(step: string): Promise<string> {
  const source = `on: workflow_dispatch\njobs: {a: {steps: [${Array(steps).fill(step).join(', ')}]}}`
  const { definition } = parseWorkflow(source)
  if (!definition) throw new Error('the bench workflow is broken')
  return await store.write((tx) => createWorkflow(tx, { source, definition, by: maker, now: Date.now() }))
}

const runOf = (workflowId: string) => async (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  await store.write(async (tx) => {
    const id = await engine.startByHand(tx, { workflowId, inputs: {}, repository: null, by: maker })
    waiting.set(id, () => {
      waiting.delete(id)
      resolve()
    })
  })
  await promise
}

/** Keeps `parallel` runs going until `count` are over; answers steps each second. */
async function runMany(run: () => Promise<void>, count: number): Promise<number> {
  const began = performance.now()
  let left = count
  const lane = async () => {
    while (left-- > 0) await run()
  }
  await Promise.all(Array.from({ length: parallel }, lane))
  return (count * steps * 1_000) / (performance.now() - began)
}

/** Milliseconds of each of `idle` runs, one after the other. */
async function runAlone(run: () => Promise<void>): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < idle; n++) {
    const began = performance.now()
    await run()
    times.push(performance.now() - began)
  }
  return times.sort((a, b) => a - b)
}

const probe = await openProbe(dataDir)
const contenders = {
  probe: async () => void (await probe.runOne(1)),
  effectful: runOf(await addWorkflow('{uses: http/request, with: {url: x}}')),
  pure: runOf(await addWorkflow("{uses: hub/set-output, with: {by: '${{ github.actor }}'}}")),
}
type Contender = keyof typeof contenders
const names = Object.keys(contenders) as Contender[]
const perSecond: Record<Contender, number[]> = { probe: [], effectful: [], pure: [] }
const alone: Record<Contender, { p50: number[]; p99: number[] }> = {
  probe: { p50: [], p99: [] },
  effectful: { p50: [], p99: [] },
  pure: { p50: [], p99: [] },
}
const lag = monitorEventLoopDelay({ resolution: 1 })

for (const name of names) await runMany(contenders[name], 200)
for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    if (name !== 'probe') lag.enable()
    perSecond[name].push(await runMany(contenders[name], runs))
    lag.disable()
  }
}
const peak = process.resourceUsage().maxRSS / 1024
for (let round = 0; round < rounds; round++) {
  for (const name of names) {
    const times = await runAlone(contenders[name])
    alone[name].p50.push(times[Math.floor(times.length * 0.5)]!)
    alone[name].p99.push(times[Math.floor(times.length * 0.99)]!)
  }
}
await engine.close()
await store.close()
await probe.close()
rmSync(dataDir, { recursive: true })

const ratio = (a: number[], b: number[]) => summarise(a.map((value, round) => value / b[round]!))
const results = {
  ...describeMachine(),
  ...{ runs, steps, parallel },
  steps_per_second: Object.fromEntries(names.map((name) => [name, summarise(perSecond[name])])),
  effectful_to_probe: ratio(perSecond.effectful, perSecond.probe),
  run_alone_p50_ms: Object.fromEntries(names.map((name) => [name, summarise(alone[name].p50)])),
  run_alone_p99_ms: Object.fromEntries(names.map((name) => [name, summarise(alone[name].p99)])),
  run_alone_to_probe: ratio(alone.effectful.p50, alone.probe.p50),
  event_loop_lag_p99_ms: Math.round(lag.percentile(99) / 1e4) / 100,
  peak_rss_mib: Math.round(peak),
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
