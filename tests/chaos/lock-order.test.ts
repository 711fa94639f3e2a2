import { createHmac, randomUUID } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { type BenchHub, startBenchHub } from '../../bench/support/bench-hub.ts'
import { openStore } from '../../src/store/open-store.ts'
import { openEveryRoute } from '../support/every-route.ts'
import { examples } from '../support/github-server.ts'
import { findCycle, locksOf } from '../support/lock-order.ts'
import { type OwnPostgres, ownPostgres } from '../support/postgres-server.ts'
import { logsStatements, readWrites } from '../support/statement-log.ts'

describe('the writes of a hub on Postgres', () => {
  it('take their locks in one order, the head of the log last', async () => {
    await using server = await ownPostgres(logsStatements)
    await callEveryRoute(server)
    await live(await createDatabase(server, 'life'))
    const writes = readWrites(server.folder).map(locksOf)

    // Enough of each to mean something: what is compared are the writes that there were.
    const seen = new Set(writes.flat())
    for (const table of [
      'repositories',
      'deliveries',
      'workflows',
      'workflow_schedules',
      'runs',
      'run_owners',
    ])
      expect(seen).toContain(table)
    for (const table of ['users', 'sessions', 'sync_progress', 'tasks', 'change_head'])
      expect(seen).toContain(table)

    expect(findCycle(writes)).toBeUndefined()
    const early = writes.filter((locks) => locks.includes('change_head') && locks.at(-1) !== 'change_head')
    expect(early).toEqual([])
  })
})

/** Every route that writes, by who may and by who may not. */
async function callEveryRoute({ url }: OwnPostgres): Promise<void> {
  const place = { dataDir: '', databaseUrl: url }
  const store = await openStore(place)
  await using hub = await openEveryRoute({
    store: { ...store, place, dataDir: '', [Symbol.asyncDispose]: store.close },
  })
  for (const route of hub.routes) {
    if (route.startsWith('GET') || route.endsWith('*')) continue
    for (const person of ['member', 'owner'] as const) await hub.call(route, person)
  }
}

/** A hub reads a GitHub, hears of everything that GitHub tells, and runs workflows by event, by hand and by time. */
async function live(databaseUrl: string): Promise<void> {
  await using hub = await startBenchHub({ DATABASE_URL: databaseUrl })
  const [byHand] = await Promise.all(
    ['workflow_dispatch', '[issues, push, pull_request]', '{schedule: [{cron: "* * * * *"}]}'].map((on) =>
      createWorkflow(hub, on),
    ),
  )
  expect((await hub.api('POST', `/api/v1/workflows/${byHand}/runs`, {})).status).toBe(201)
  for (const { name, examples: payloads } of examples) {
    for (const payload of payloads) await deliver(hub, name, payload)
  }
  const list = async (path: string) => (await (await hub.api('GET', path)).json()) as { event?: string }[]
  await expect.poll(() => list('/api/v1/deliveries?state=pending&limit=1')).toEqual([])
  await expect
    .poll(() => list('/api/v1/runs?status=completed&limit=100'), { timeout: 100_000 })
    .toEqual(
      expect.arrayContaining(
        ['workflow_dispatch', 'issues', 'schedule'].map((event) => expect.objectContaining({ event })),
      ),
    )
}

async function createWorkflow(hub: BenchHub, on: string): Promise<string> {
  const source = `name: W\non: ${on}\njobs: {a: {steps: [{uses: hub/sleep, with: {seconds: 0.1}}]}}\n`
  const answer = await hub.api('POST', '/api/v1/workflows', { source })
  expect(answer.status).toBe(201)
  return ((await answer.json()) as { id: string }).id
}

async function deliver(
  { url, secret, repositoryId }: BenchHub,
  event: string,
  example: object,
): Promise<void> {
  const payload = structuredClone(example) as { repository?: { id: number } }
  if (payload.repository) payload.repository.id = repositoryId
  const body = JSON.stringify(payload)
  const { status } = await fetch(`${url}/webhooks/github`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
    },
    body,
  })
  expect(status).toBe(202)
}

async function createDatabase({ url }: OwnPostgres, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  return url.replace('/postgres?', `/${name}?`)
}
