import { type EngineUnderLoad, stepResult, stepsOfRun } from '../support/engine-load.ts'

/** What is used of the package, which is installed only when the comparison runs. */
interface Dbos {
  setConfig(config: object): void
  registerWorkflow(work: (n: number) => Promise<unknown>, options: { name: string }): unknown
  runStep(work: () => Promise<unknown>, options: { name: string }): Promise<unknown>
  launch(): Promise<void>
  shutdown(): Promise<void>
  startWorkflow(workflow: unknown): (n: number) => Promise<{ getResult(): Promise<unknown> }>
}

/** DBOS Transact on Postgres. https://docs.dbos.dev/typescript */
export async function open(_folder: string, databaseUrl: string): Promise<EngineUnderLoad> {
  const name = '@dbos-inc/dbos-sdk'
  const { DBOS } = (await import(name)) as { DBOS: Dbos }
  DBOS.setConfig({ name: 'bench', systemDatabaseUrl: databaseUrl, logLevel: 'error' })
  const workflow = DBOS.registerWorkflow(
    async (n) => {
      for (let at = 0; at < stepsOfRun; at++)
        await DBOS.runStep(async () => stepResult(at, n), { name: `s${at}` })
    },
    { name: 'ten' },
  )
  await DBOS.launch()
  return {
    runOne: async (n) => (await DBOS.startWorkflow(workflow)(n)).getResult(),
    close: () => DBOS.shutdown(),
  }
}
