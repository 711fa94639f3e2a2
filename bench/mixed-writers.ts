/**
 * Six writers that want the same rows at the same moment, on two hubs that share one Postgres: a delivery that starts a
 * workflow, a person who edits it and a person who starts it, on each hub. How long until all six are on disk, the same
 * on one SQLite, and what one of them takes alone. Both wait for the disk. Prints JSON, medians over many rounds.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseWorkflow } from '../src/domain/workflow/parse-workflow.ts'
import type { Engine } from '../src/engine/create-engine.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Store } from '../src/store/store.ts'
import { updateWorkflow } from '../src/store/workflows.ts'
import { addWorkflow, deliver, mona, openEngine, seed, startByHand } from '../tests/engine/engine-fixture.ts'
import { ownPostgres } from '../tests/support/postgres-server.ts'
import { describeMachine, summarise } from './support/measure.ts'

const rounds = 200
const source = `on: {issues: {}, workflow_dispatch: {}, schedule: [{cron: '0 0 1 1 *'}]}
jobs: {a: {steps: [{uses: hub/set-output, with: {a: 1}}]}}`
const { definition } = parseWorkflow(source)
if (!definition) throw new Error('the workflow of this bench is wrong')

interface Hub {
  store: Store
  engine: Engine
}

async function measure(hubs: readonly Hub[]) {
  const [first] = hubs
  await seed(first!.store)
  const id = await addWorkflow(first!.store, source)
  let deliveries = 0
  const writers = hubs.flatMap((hub) => [
    () =>
      deliver(hub, {
        id: `d${++deliveries}`,
        event: 'issues',
        action: 'opened',
        payload: { action: 'opened' },
      }),
    () =>
      hub.store.write((tx) => updateWorkflow(tx, { id, source, definition: definition!, by: mona, now: 1 })),
    () => startByHand(hub, id),
  ])
  const together: number[] = []
  const alone: number[] = []
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    await Promise.all(writers.map((write) => write()))
    together.push(performance.now() - began)
    await Promise.all(hubs.map(({ engine }) => engine.idle()))
    const beganAlone = performance.now()
    await writers[round % writers.length]!()
    alone.push(performance.now() - beganAlone)
    await Promise.all(hubs.map(({ engine }) => engine.idle()))
  }
  return { six_ms: summarise(together), one_ms: summarise(alone) }
}

const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
await using server = await ownPostgres(['fsync=on', 'deadlock_timeout=1s'])
const postgres = await Promise.all([1, 2].map(() => openStore({ dataDir: '', databaseUrl: server.url })))
const sqlite = await openStore({ dataDir })
const hubsOf = (stores: readonly Store[]) => stores.map((store) => ({ store, engine: openEngine(store) }))
const [two, one] = [hubsOf(postgres), hubsOf([sqlite, sqlite])]
console.log(
  JSON.stringify(
    {
      bench: 'mixed-writers',
      ...describeMachine(),
      rounds,
      postgres: await measure(two),
      sqlite: await measure(one),
    },
    null,
    2,
  ),
)
for (const { engine } of [...two, ...one]) await engine.close()
for (const store of [...postgres, sqlite]) await store.close()
rmSync(dataDir, { recursive: true, force: true })
