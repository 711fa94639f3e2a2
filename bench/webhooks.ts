/**
 * How many of GitHub's webhooks a running hub accepts a second (signature checked, on disk, 202), and how soon it
 * answers at 500 a second. The load comes from another process, in the best case on the other core.
 * Prints JSON: deliveries per second and milliseconds, medians over several runs.
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { startBenchHub } from './support/bench-hub.ts'
import { describeMachine, summarise } from './support/measure.ts'
import type { LoadOptions, LoadResult } from './webhook-load.ts'

const runs = 3
const steadyRate = 500
const steady = { connections: 64, duration: 15_000, rate: steadyRate }
const storm = { connections: 64, duration: 10_000, rate: null }

await using hub = await startBenchHub()
const target = { port: Number(new URL(hub.url).port), secret: hub.secret, repositoryId: hub.repositoryId }

/** One run of the load; anything but 202 is a failure of the bench. */
async function run(options: Pick<LoadOptions, 'connections' | 'duration' | 'rate'>): Promise<LoadResult> {
  const program = resolve(import.meta.dirname, 'webhook-load.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    JSON.stringify({ ...target, ...options }),
  ])
  const result = JSON.parse(stdout) as LoadResult
  if (Object.keys(result.answers).join() !== '202') throw new Error(`unexpected answers: ${stdout}`)
  return result
}

await run({ ...steady, duration: 3_000 })
const steadyRuns: LoadResult[] = []
for (let i = 0; i < runs; i++) steadyRuns.push(await run(steady))
const storms: LoadResult[] = []
for (let i = 0; i < runs; i++) storms.push(await run(storm))

console.log(
  JSON.stringify(
    {
      bench: 'webhooks',
      ...describeMachine(),
      steady: {
        per_second: steadyRate,
        p50_ms: summarise(steadyRuns.map(({ p50 }) => p50)),
        p99_ms: summarise(steadyRuns.map(({ p99 }) => p99)),
      },
      storm: {
        connections: storm.connections,
        accepted_per_second: summarise(storms.map(({ perSecond }) => perSecond)),
        p99_ms: summarise(storms.map(({ p99 }) => p99)),
      },
    },
    null,
    2,
  ),
)
