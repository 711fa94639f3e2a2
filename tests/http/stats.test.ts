import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createEvents } from '../../src/events.ts'
import { createStats } from '../../src/http/stats.ts'
import { acceptDelivery } from '../../src/store/deliveries.ts'
import { readFigures } from '../../src/store/figures.ts'
import type { RunRow } from '../../src/store/rows/run.ts'
import { insertRun } from '../../src/store/runs.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { upsertUser } from '../../src/store/users.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

const minute = 60_000
const now = Date.parse('2026-03-04T05:06:30Z')

describe.each(dialects)('figures on %s', (dialect) => {
  test('of the last hour are those of the store, also for a hub that has just started', async () => {
    await using store = await openTempStore(dialect)
    await store.write(async (tx) => {
      for (const age of [0, 1_000, 2 * minute, 2 * minute + 1, 59 * minute, 61 * minute]) {
        await acceptDelivery(tx, delivery(now - age))
      }
      await plantRuns(tx, [
        { at: now - 3 * minute, conclusion: 'success' },
        { at: now - 3 * minute, conclusion: 'success' },
        { at: now - 4 * minute, conclusion: 'failure' },
        { at: now - 4 * minute, conclusion: 'cancelled' },
        { at: now, conclusion: null },
        { at: now - 70 * minute, conclusion: 'success' },
      ])
    })
    const { stats, tick } = startStats(store, () => now)
    await tick()
    const told = stats()
    expect(byAge(told.deliveries_last_hour)).toEqual({ 0: 2, 2: 2, 59: 1 })
    expect(byAge(told.runs_last_hour)).toEqual({ 0: 1, 3: 2, 4: 2 })
    expect(told.runs_in_progress).toBe(1)
    expect(told.success_rate).toBe(0.75)
  })

  test('go on counting as minutes pass, what was committed late included', async () => {
    await using store = await openTempStore(dialect)
    let at = now
    const { stats, tick } = startStats(store, () => at)
    await tick()
    await store.write((tx) => acceptDelivery(tx, delivery(now)))
    await tick()
    expect(byAge(stats().deliveries_last_hour)).toEqual({ 0: 1 })
    // The minute is over; one more of its last second reaches the disk now.
    at = now + 32_000
    await store.write((tx) => acceptDelivery(tx, delivery(now + 29_999)))
    await tick()
    expect(byAge(stats().deliveries_last_hour)).toEqual({ 1: 2 })
    at = now + 61 * minute
    await tick()
    expect(byAge(stats().deliveries_last_hour)).toEqual({})
  })

  test('judge the newest hundred runs only', async () => {
    await using store = await openTempStore(dialect)
    await store.write((tx) =>
      plantRuns(
        tx,
        Array.from({ length: 130 }, (_, i) => ({
          at: now - i * 1000,
          conclusion: i < 100 ? ('failure' as const) : ('success' as const),
        })),
      ),
    )
    expect(await readFigures(store.read, { since: now })).toMatchObject({ succeeded: 0, failed: 100 })
  })
})

test('what nobody has measured is absent', async () => {
  await using store = await openTempStore()
  let depth = 7
  const { stats, tick } = startStats(
    store,
    () => now,
    () => depth,
  )
  expect(stats().deliveries_last_hour).toEqual(Array(60).fill(null))
  expect(stats().success_rate).toBeNull()
  await tick()
  depth = 3
  await tick()
  // Nothing was received, that is known; how long the queue was before this start is not.
  expect(stats().deliveries_last_hour).toEqual(Array(60).fill(0))
  expect(stats().queue_last_hour).toEqual([...Array(59).fill(null), 7])
  expect(stats()).toMatchObject({ success_rate: null, quota: null, webhook_to_browser_ms: { p95: null } })
})

function startStats(store: Store, clock: () => number, depth = () => 0) {
  return createStats({
    events: createEvents(),
    clock,
    read: {
      queue: async () => ({ ready: depth(), running: 0, delayed: 0, failed: 0 }),
      figures: (since) => readFigures(store.read, { since }),
      sockets: () => 0,
    },
  })
}

/** Counts other than none, by how many minutes ago. */
function byAge(counts: readonly (number | null)[]): Record<number, number> {
  expect(counts).toHaveLength(60)
  expect(counts).not.toContain(null)
  return Object.fromEntries(counts.map((count, i) => [59 - i, count]).filter(([, count]) => count !== 0))
}

function delivery(received_at: number) {
  return { id: randomUUID(), event: 'push', body: Buffer.from('{}'), received_at }
}

interface PlantedRun {
  at: number
  /** null: it is in progress. */
  conclusion: RunRow['conclusion']
}

/** Puts runs of one workflow into the store as they would be after they ended so. */
async function plantRuns(tx: Db, runs: readonly PlantedRun[]): Promise<void> {
  const person = { id: 1, login: 'mona', name: null, avatar_url: null, html_url: null }
  const { user } = await upsertUser(tx, { host: 'github.example', person, role: 'member', now: 0 })
  await tx
    .insertInto('workflows')
    .values({
      id: 'w',
      name: 'w',
      version: 1,
      enabled: 1,
      created_by: user.id,
      run_count: 0,
      visibility: 'shared',
      created_at: 0,
      updated_at: 0,
    })
    .execute()
  for (const [i, { at, conclusion }] of runs.entries()) {
    const id = `run-${i}`
    await insertRun(tx, {
      id,
      workflow_id: 'w',
      version: 1,
      number: i + 1,
      attempt: 1,
      rerun_of: null,
      idempotency_key: id,
      name: id,
      event: 'push',
      repository_id: null,
      delivery_id: null,
      actor: null,
      created_at: at,
      maker: user.id,
      started_by: null,
      cause_depth: 0,
    })
    await tx
      .updateTable('runs')
      .set({
        ...{ status: conclusion ? 'completed' : 'in_progress', conclusion },
        completed_at: conclusion ? at : null,
      })
      .where('id', '=', id)
      .execute()
  }
}
