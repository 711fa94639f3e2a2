/**
 * Measures one engine in a process of its own and prints JSON.
 *
 *   node bench/peers/measure-peer.ts NAME FOLDER [DATABASE_URL]
 */
import { type EngineUnderLoad, measureEngine } from '../support/engine-load.ts'

const [name = '', folder = '', databaseUrl = ''] = process.argv.slice(2)
const peer = (await import(`./${name}.ts`)) as {
  open(folder: string, databaseUrl: string): Promise<EngineUnderLoad>
}
const engine = await peer.open(folder, databaseUrl)
const figures = await measureEngine(engine)
await engine.close()
process.stdout.write(`${JSON.stringify(figures)}\n`)
process.exit(0)
