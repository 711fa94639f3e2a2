/** A process with an engine that starts and executes runs until it is killed, or until it has no more to do. */
import { appendFileSync } from 'node:fs'
import { basename } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createEngine } from '../../src/engine/create-engine.ts'
import type { Perform } from '../../src/engine/step.ts'
import { createEvents } from '../../src/events.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { everyStep } from '../support/every-step.ts'

export interface Instructions {
  dataDir: string
  /** Each performed step appends a line here at once. */
  effects: string
  workflowId: string
  /** Runs to keep going at a time; 0: only finish what there is, then end. */
  keepGoing: number
  /** Acknowledges writes before they are on disk: a build that must not pass. */
  lies: boolean
}

const { dataDir, effects, workflowId, keepGoing, lies } = JSON.parse(process.argv[2] ?? '') as Instructions
const store = await openStore({ dataDir })

const perform: Perform = async ({ github, job, step, attempt }) => {
  appendFileSync(effects, `${github.run_id} ${job} ${step} ${attempt}\n`)
  await wait(Math.random() * 12)
  return { outputs: { at: `${job}/${step}` } }
}

const events = createEvents()
const engine = createEngine({
  store: lies ? lyingStore(store) : store,
  events,
  node: { id: basename(dataDir), incarnation: String(process.pid) },
  log: { warn: console.error, error: console.error },
  maxParallelSteps: 16,
  github: () => Promise.reject(new Error('this test has no GitHub')),
  steps: everyStep(perform),
})
await engine.start()
process.stdout.write('ready\n')

if (keepGoing === 0) {
  const unfinished = () =>
    store.read.selectFrom('runs').select('id').where('status', 'in', ['queued', 'in_progress']).execute()
  while ((await unfinished()).length > 0) await wait(20)
  await engine.close()
  await store.close()
} else {
  events.on('run.finished', start)
  for (let n = 0; n < keepGoing; n++) start()
}

function start(): void {
  const idempotencyKey = `kill:${process.pid}:${performance.now()}:${Math.random()}`
  const about = {
    event: 'push',
    payload: { ref: 'refs/heads/main' },
    deliveryId: null,
    repository: null,
    actor: null,
    startedBy: null,
    causeDepth: 0,
  }
  void store.write((tx) => engine.startRun(tx, { workflowId, idempotencyKey, ...about }))
}

function lyingStore(honest: Store): Store {
  return {
    ...honest,
    write(work) {
      return new Promise((resolve, reject) => {
        honest
          .write(async (tx) => {
            resolve(await work(tx))
            await wait(25)
          })
          .catch(reject)
      })
    },
  }
}
