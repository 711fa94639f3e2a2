/**
 * What a hub on Postgres accepts and applies of GitHub's webhooks, beside one on SQLite in the same run: 64 connections
 * as fast as answered, then until nothing waits. Both wait for the disk. Prints JSON: webhooks per second, medians over
 * several rounds that alternate, and the ratio.
 */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ownPostgres } from '../tests/support/postgres-server.ts'
import { type BenchHub, startBenchHub } from './support/bench-hub.ts'
import { describeMachine, round, summarise } from './support/measure.ts'
import type { LoadResult } from './webhook-load.ts'

const rounds = 3
const storm = { connections: 64, duration: 6_000, rate: null }

async function load(hub: BenchHub, duration: number): Promise<LoadResult> {
  const target = { port: Number(new URL(hub.url).port), secret: hub.secret, repositoryId: hub.repositoryId }
  const { stdout } = await promisify(execFile)(process.execPath, [
    resolve(import.meta.dirname, 'webhook-load.ts'),
    JSON.stringify({ ...target, ...storm, duration }),
  ])
  return JSON.parse(stdout) as LoadResult
}

async function untilApplied(hub: BenchHub): Promise<void> {
  for (;;) {
    const waiting = await hub.api('GET', '/api/v1/deliveries?state=pending&limit=1')
    if (((await waiting.json()) as unknown[]).length === 0) return
    await wait(50)
  }
}

/** A storm on an idle hub, and how long it takes until all of it is applied. */
async function measure(hub: BenchHub): Promise<{ accepted: number; applied: number }> {
  const began = performance.now()
  const { answers, perSecond } = await load(hub, storm.duration)
  if (Object.keys(answers).join() !== '202') throw new Error(`unexpected answers: ${JSON.stringify(answers)}`)
  await untilApplied(hub)
  return { accepted: perSecond, applied: (answers[202]! / (performance.now() - began)) * 1_000 }
}

await using server = await ownPostgres(['fsync=on'])
await using sqlite = await startBenchHub()
await using postgres = await startBenchHub({ DATABASE_URL: server.url })
const hubs = { sqlite, postgres }
const results = {
  sqlite: { accepted: [] as number[], applied: [] as number[] },
  postgres: { accepted: [] as number[], applied: [] as number[] },
}
for (const hub of Object.values(hubs)) {
  await load(hub, 1_000)
  await untilApplied(hub)
}
for (let n = 0; n < rounds; n++) {
  for (const name of ['sqlite', 'postgres'] as const) {
    const { accepted, applied } = await measure(hubs[name])
    results[name].accepted.push(accepted)
    results[name].applied.push(applied)
  }
}
const of = (name: keyof typeof results) => ({
  accepted_per_second: summarise(results[name].accepted),
  applied_per_second: summarise(results[name].applied),
})
const [a, b] = [of('sqlite'), of('postgres')]
console.log(
  JSON.stringify(
    {
      bench: 'postgres',
      ...describeMachine(),
      connections: storm.connections,
      sqlite: a,
      postgres: b,
      ratio: {
        accepted: round(b.accepted_per_second.median / a.accepted_per_second.median),
        applied: round(b.applied_per_second.median / a.applied_per_second.median),
      },
    },
    null,
    2,
  ),
)
