import { parseWorkflow } from '../../src/domain/workflow/parse-workflow.ts'
import { createEngine } from '../../src/engine/create-engine.ts'
import type { Perform } from '../../src/engine/step.ts'
import { createSteps } from '../../src/engine/steps/create-steps.ts'
import { createEvents } from '../../src/events.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createWorkflow } from '../../src/store/workflows.ts'
import { type EngineUnderLoad, stepResult, stepsOfRun } from '../support/engine-load.ts'

/**
 * The hub's own engine on its own store. The steps are of a kind that has an effect, so that the start of each is on
 * disk before it is performed and its end before the next one starts; the effect itself does nothing.
 */
export async function open(folder: string): Promise<EngineUnderLoad> {
  const store = await openStore({ dataDir: folder })
  const maker = { userId: 'u1', login: 'mona' }
  await store.write(async (tx) => {
    const { userId: id, login } = maker
    const user = { id, host: 'github.com', github_id: 1, login, role: 'owner', created_at: 0 } as const
    await tx.insertInto('users').values(user).execute()
  })
  const events = createEvents()
  const effect: Perform = async () => ({ outputs: { body: JSON.stringify(stepResult(0, 0)) } })
  const engine = createEngine({
    store,
    events,
    log: console,
    maxParallelSteps: 1_000,
    github: () => Promise.reject(new Error('not part of this bench')),
    steps: {
      ...createSteps(),
      'http/request': effect,
    },
  })
  const step = '{uses: http/request, with: {url: "https://example.com/"}}'
  const source = `on: workflow_dispatch\njobs: {a: {steps: [${Array(stepsOfRun).fill(step).join(', ')}]}}`
  const { definition } = parseWorkflow(source)
  if (!definition) throw new Error('the workflow of the bench is broken')
  const workflowId = await store.write((tx) =>
    createWorkflow(tx, { source, definition, by: maker, now: Date.now() }),
  )
  await engine.start()
  const waiting = new Map<string, () => void>()
  events.on('run.finished', ({ runId }) => {
    waiting.get(runId)?.()
    waiting.delete(runId)
  })
  return {
    async runOne() {
      const { promise, resolve } = Promise.withResolvers<void>()
      await store.write(async (tx) => {
        const request = { workflowId, inputs: {}, repository: null, by: maker }
        waiting.set(await engine.startByHand(tx, request), resolve)
      })
      await promise
    },
    async close() {
      await engine.close()
      await store.close()
    },
  }
}
