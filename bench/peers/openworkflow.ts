import { join } from 'node:path'
import { type EngineUnderLoad, standardLoad, stepResult, stepsOfRun } from '../support/engine-load.ts'

/** What is used of the package, which is installed only when the comparison runs. */
interface Backend {
  completeWorkflowRun(input: { workflowRunId: string }): Promise<unknown>
  stop(): Promise<void>
}
interface Step {
  run(options: { name: string }, work: () => Promise<unknown>): Promise<unknown>
}
interface OpenWorkflow {
  defineWorkflow(
    options: { name: string },
    work: (context: { input: { n: number }; step: Step }) => Promise<unknown>,
  ): { run(input: { n: number }): Promise<{ workflowRun: { id: string } }> }
  newWorker(options: { concurrency: number }): { start(): Promise<void>; stop(): Promise<void> }
}

/** openworkflow on SQLite. https://github.com/openworkflowdev/openworkflow */
export async function open(folder: string): Promise<EngineUnderLoad> {
  const [core, sqlite] = ['openworkflow', 'openworkflow/sqlite']
  const { OpenWorkflow } = (await import(core!)) as {
    OpenWorkflow: new (options: { backend: Backend }) => OpenWorkflow
  }
  const { BackendSqlite } = (await import(sqlite!)) as {
    BackendSqlite: { connect(path: string): Backend }
  }
  const backend = BackendSqlite.connect(join(folder, 'openworkflow.db'))
  // Its own `result()` looks once a second; a run is over when the backend has stored its end.
  const complete = backend.completeWorkflowRun.bind(backend)
  const over = new Set<string>()
  const waiting = new Map<string, () => void>()
  backend.completeWorkflowRun = async (input) => {
    const answer = await complete(input)
    over.add(input.workflowRunId)
    waiting.get(input.workflowRunId)?.()
    return answer
  }
  const engine = new OpenWorkflow({ backend })
  const workflow = engine.defineWorkflow({ name: 'ten' }, async ({ input, step }) => {
    for (let at = 0; at < stepsOfRun; at++)
      await step.run({ name: `s${at}` }, async () => stepResult(at, input.n))
  })
  const worker = engine.newWorker({ concurrency: standardLoad.parallel })
  await worker.start()
  return {
    async runOne(n) {
      const { id } = (await workflow.run({ n })).workflowRun
      if (!over.has(id)) await new Promise<void>((resolve) => waiting.set(id, resolve))
      over.delete(id)
      waiting.delete(id)
    },
    async close() {
      await worker.stop()
      await backend.stop()
    },
  }
}
