/** A process with an engine that runs commands, until it is killed or has no more to do. */
import { setTimeout as wait } from 'node:timers/promises'
import { createEngine } from '../../src/engine/create-engine.ts'
import { createSteps } from '../../src/engine/steps/create-steps.ts'
import { createEvents } from '../../src/events.ts'
import { createRunner } from '../../src/runner/create-runner.ts'
import { findStepUser } from '../../src/runner/step-user.ts'
import { openStore } from '../../src/store/open-store.ts'
import { findRun } from '../../src/store/runs.ts'

export interface Instructions {
  dataDir: string
  /** Where the workspaces are. */
  root: string
  /** Starts a run of it; null: only finishes what there is, then ends. */
  workflowId: string | null
}

const { dataDir, root, workflowId } = JSON.parse(process.argv[2] ?? '') as Instructions
const store = await openStore({ dataDir })
const events = createEvents()
const runner = createRunner({ root, user: findStepUser(null), env: process.env })
const engine = createEngine({
  ...{ store, events },
  node: { id: 'hub', incarnation: String(process.pid) },
  log: { warn: console.error, error: console.error },
  github: () => Promise.reject(new Error('this test has no GitHub')),
  steps: createSteps({ commands: { store, events, runner, clock: Date.now, policy: 'owner' } }),
})
events.on('job.finished', (job) => void runner.endJob(job))
await runner.tidy(async (id) => (await findRun(store.read, id))?.status !== 'in_progress')
await engine.start()
if (workflowId !== null) {
  const about = { event: 'workflow_dispatch', payload: {}, deliveryId: null, repository: null, actor: null }
  const request = { workflowId, idempotencyKey: 'one', ...about, startedBy: null, causeDepth: 0 }
  await store.write((tx) => engine.startRun(tx, request))
} else {
  const unfinished = () =>
    store.read.selectFrom('runs').select('id').where('status', 'in', ['queued', 'in_progress']).execute()
  while ((await unfinished()).length > 0) await wait(20)
  await engine.close()
  await runner.close()
  await store.close()
}
