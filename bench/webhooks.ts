/**
 * How many of GitHub's webhooks a running hub accepts a second (signature checked, on disk, 202), and how soon it
 * answers at 500 a second. The load comes from another process, in the best case on the other core.
 * Prints JSON: deliveries per second and milliseconds, medians over several runs. With PROBOT set to a folder where
 * `npm install probot@14.3.2` was run, Probot (which stores nothing) takes turns with the hub, and the ratio is told.
 */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { startBenchHub } from './support/bench-hub.ts'
import { describeMachine, freePort, round, summarise } from './support/measure.ts'
import type { LoadOptions, LoadResult } from './webhook-load.ts'

const runs = 3
const steadyRate = 500
const steady = { connections: 64, duration: 15_000, rate: steadyRate }
const storm = { connections: 64, duration: 10_000, rate: null }

await using hub = await startBenchHub()
const target = { port: Number(new URL(hub.url).port), secret: hub.secret, repositoryId: hub.repositoryId }
using probot = process.env.PROBOT === undefined ? undefined : await startProbot()

/** One run of the load; anything but 202 is a failure of the bench. */
async function run(
  options: Pick<LoadOptions, 'connections' | 'duration' | 'rate'>,
  { to = target, expected = '202' }: { to?: Partial<LoadOptions>; expected?: string } = {},
): Promise<LoadResult> {
  const program = resolve(import.meta.dirname, 'webhook-load.ts')
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    JSON.stringify({ ...target, ...to, ...options }),
  ])
  const result = JSON.parse(stdout) as LoadResult
  if (Object.keys(result.answers).join() !== expected) throw new Error(`unexpected answers: ${stdout}`)
  return result
}

await run({ ...steady, duration: 3_000 })
const steadyRuns: LoadResult[] = []
for (let i = 0; i < runs; i++) steadyRuns.push(await run(steady))
const storms: LoadResult[] = []
const beside: LoadResult[] = []
for (let i = 0; i < runs; i++) {
  storms.push(await run(storm))
  if (probot) beside.push(await run(storm, { to: probot.target, expected: '200' }))
}

/** Probot in a process of its own. */
async function startProbot(): Promise<Disposable & { target: Partial<LoadOptions> }> {
  const port = await freePort()
  const program = resolve(import.meta.dirname, 'support/probot-server.mjs')
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: String(port), SECRET: hub.secret, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return { target: { port, path: '/api/github/webhooks' }, [Symbol.dispose]: () => void child.kill() }
}

const median = (results: LoadResult[]) => summarise(results.map(({ perSecond }) => perSecond)).median

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
      ...(probot && {
        probot: {
          accepted_per_second: summarise(beside.map(({ perSecond }) => perSecond)),
          p99_ms: summarise(beside.map(({ p99 }) => p99)),
        },
        ratio: round(median(storms) / median(beside)),
      }),
    },
    null,
    2,
  ),
)
