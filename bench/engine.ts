/**
 * What the engine costs: durable runs of two steps each second, and the time that one step adds to a run.
 * SQLite with `synchronous=FULL`, every entry of every journal on disk before the next step begins.
 *
 *   node bench/engine.ts [--rounds 5] [--runs 2000]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { parseWorkflow } from '../src/domain/workflow/parse-workflow.ts'
import { createEngine } from '../src/engine/create-engine.ts'
import type { Perform } from '../src/engine/step.ts'
import { setOutput } from '../src/engine/steps/set-output.ts'
import { createEvents } from '../src/events.ts'
import { openStore } from '../src/store/open-store.ts'
import { createWorkflow } from '../src/store/workflows.ts'
import { describeMachine, summarise } from './support/measure.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, runs: { type: 'string', default: '2000' } },
})
const rounds = Number(values.rounds)
const runs = Number(values.runs)

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
const absent: Perform = () => Promise.reject(new Error('not part of this bench'))
const engine = createEngine({
  store,
  events,
  log: console,
  maxParallelSteps: 1_000,
  github: () => Promise.reject(new Error('not part of this bench')),
  steps: {
    'hub/set-output': setOutput,
    'http/request': absent,
    'github/comment': absent,
    'github/add-labels': absent,
  },
})
const waiting = new Map<string, () => void>()
events.on('run.finished', ({ runId }) => waiting.get(runId)?.())

async function addWorkflow(steps: number): Promise<string> {
  const step = "{uses: hub/set-output, with: {by: '${{ github.actor }}'}}"
  const source = `on: workflow_dispatch\njobs: {a: {steps: [${Array(steps).fill(step).join(', ')}]}}`
  const { definition } = parseWorkflow(source)
  if (!definition) throw new Error('the bench workflow is broken')
  return await store.write((tx) => createWorkflow(tx, { source, definition, by: maker, now: Date.now() }))
}

async function runOnce(workflowId: string): Promise<void> {
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

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1_000
}

/** Keeps `parallel` runs going until `count` are over. */
async function runMany(workflowId: string, count: number, parallel: number): Promise<void> {
  let left = count
  const lane = async () => {
    while (left-- > 0) await runOnce(workflowId)
  }
  await Promise.all(Array.from({ length: parallel }, lane))
}

const two = await addWorkflow(2)
const long = await addWorkflow(200)
await runMany(two, 500, 100)

const perSecond: number[] = []
const alone: number[] = []
const perStep: number[] = []
for (let n = 0; n < rounds; n++) {
  perSecond.push(runs / (await seconds(() => runMany(two, runs, 200))))
  alone.push((await seconds(() => runMany(two, 50, 1))) * (1_000 / 50))
  perStep.push((await seconds(() => runOnce(long))) * (1_000 / 200))
}
await engine.close()
await store.close()
rmSync(dataDir, { recursive: true })

const results = {
  ...describeMachine(),
  two_step_runs_per_second: summarise(perSecond),
  two_step_run_alone_ms: summarise(alone),
  step_overhead_ms: summarise(perStep),
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
