import { describe, expect, it } from 'vitest'
import type { Retention } from '../../src/domain/retention.ts'
import { createEvents } from '../../src/events.ts'
import { enqueue } from '../../src/queue/enqueue.ts'
import { appendAudit } from '../../src/store/audit.ts'
import { appendChanges, firstSeq, readChanges } from '../../src/store/changes.ts'
import { acceptDelivery, loadDelivery, markDelivery } from '../../src/store/deliveries.ts'
import { listRemovals } from '../../src/store/removals.ts'
import { startSession } from '../../src/store/sessions.ts'
import type { Store } from '../../src/store/store.ts'
import { removeOldRows } from '../../src/tasks/index.ts'
import { addWorkflow, deliver, openEngine, seed, startByHand } from '../engine/engine-fixture.ts'
import { defaultRetention } from '../support/default-retention.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'

const day = 86_400_000
const now = Date.parse('2026-06-01T00:00:00Z')

/** Looks once for what is old, as the task does. */
async function look(store: Store, retention: Partial<Retention> = {}) {
  const events = createEvents()
  const counted: Record<string, number> = {}
  events.on('rows.removed', ({ what, rows }) => {
    counted[what] = (counted[what] ?? 0) + rows
  })
  const kept = { ...defaultRetention, ...retention }
  const deps = { store, enqueue, events, clock: () => now, retention: kept }
  const { signal } = new AbortController()
  await removeOldRows(deps)({}, { signal } as never)
  return counted
}

async function plantDelivery(
  store: Store,
  id: string,
  age: number,
  state: 'applied' | 'pending' = 'applied',
) {
  await store.write(async (tx) => {
    const body = Buffer.from('{"a":1}')
    await acceptDelivery(tx, { id, event: 'push', body, received_at: now - age * day })
    if (state === 'applied') await markDelivery(tx, id, { state, applied_at: now - age * day })
  })
}

const ids = async (store: Store, table: 'deliveries' | 'runs' | 'sessions') =>
  (await store.read.selectFrom(table).select('id').orderBy('id').execute()).map(({ id }) => id)

describe.each(dialects)('what is old, on %s', (dialect) => {
  it('goes: bodies of deliveries first, then their rows, but nothing that waits', async () => {
    await using store = await openTempStore(dialect)
    for (let n = 0; n < 120; n++) await plantDelivery(store, `old-${n}`, 100)
    await plantDelivery(store, 'middle', 20)
    await plantDelivery(store, 'young', 1)
    await plantDelivery(store, 'waits', 200, 'pending')
    expect(await look(store)).toMatchObject({ delivery_bodies: 121, deliveries: 120 })
    expect(await ids(store, 'deliveries')).toEqual(['middle', 'waits', 'young'])
    const [middle, young, waits] = [
      await loadDelivery(store.read, 'middle'),
      await loadDelivery(store.read, 'young'),
      await loadDelivery(store.read, 'waits'),
    ]
    expect([middle!.body, middle!.size]).toEqual([null, 7])
    expect([young!.body!.length, young!.size]).toEqual([7, 7])
    expect(waits!.body!.length).toBe(7)
    // The next look finds nothing, and the figures add up.
    expect(await look(store)).toEqual({})
    const removals = Object.fromEntries((await listRemovals(store.read)).map((row) => [row.what, row]))
    expect(removals.deliveries).toEqual({ what: 'deliveries', removed: 120, last_removed: 0, last_at: now })
    expect(Object.keys(removals).sort()).toEqual(Object.keys(defaultRetention).sort())
  })

  it('stays where a setting says so', async () => {
    await using store = await openTempStore(dialect)
    await plantDelivery(store, 'old', 5_000)
    expect(await look(store, { delivery_bodies: 0, deliveries: 0 })).toEqual({})
    expect((await loadDelivery(store.read, 'old'))!.body!.length).toBe(7)
    // So long a delivery is needed to know who sends it once more.
    await plantDelivery(store, 'young', 2)
    expect(await look(store, { delivery_bodies: 1, deliveries: 1 })).toEqual({
      delivery_bodies: 2,
      deliveries: 1,
    })
    expect(await ids(store, 'deliveries')).toEqual(['young'])
  })

  it('goes from the beginning of the log, which then begins later and has no gap', async () => {
    await using store = await openTempStore(dialect)
    const append = (count: number, at: number) =>
      store.write(async (tx) =>
        appendChanges(
          tx,
          at,
          Array.from({ length: count }, () => ({ topic: 'system', kind: 'k', data: 1 })),
        ),
      )
    await append(1_203, now - 100 * day)
    await append(3, now - day)
    expect(await look(store)).toMatchObject({ changes: 1_203 })
    expect(await firstSeq(store.read)).toBe(1_204)
    expect((await readChanges(store.read, { after: 0, limit: 10 })).map(({ seq }) => seq)).toEqual([
      1_204, 1_205, 1_206,
    ])
  })

  it('goes with the journal of a run that is over; one that goes on keeps all that it needs', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const clock = () => now - 100 * day
    const listens = 'on: issues\njobs: {a: {steps: [{uses: hub/sleep, with: {seconds: 9000000}}]}}'
    await addWorkflow(store, listens)
    const quick = await addWorkflow(
      store,
      'on: workflow_dispatch\njobs: {a: {steps: [{uses: hub/set-output, with: {a: 1}}]}}',
    )
    const engine = openEngine(store, { clock })
    const over = await startByHand({ store, engine }, quick)
    await engine.finished(over)
    const [sleeping = ''] = await deliver(
      { store, engine },
      { id: 'needed', event: 'issues', action: 'opened', payload: { issue: { number: 1 } } },
    )
    await engine.idle()
    await engine.close()
    await store.write((tx) =>
      tx
        .updateTable('deliveries')
        .set({ state: 'applied', due_at: null, received_at: now - 100 * day })
        .execute(),
    )
    expect(await look(store)).toMatchObject({ runs: 1 })
    expect(await ids(store, 'runs')).toEqual([sleeping])
    expect((await loadDelivery(store.read, 'needed'))!.body).not.toBeNull()
    const journals = await store.read
      .selectFrom('journal')
      .leftJoin('runs', 'runs.key', 'journal.run')
      .select('runs.id')
      .distinct()
      .execute()
    expect(journals).toEqual([{ id: sleeping }])
    const touched = await store.read.selectFrom('run_repositories').select('run_id').execute()
    expect(touched).toEqual([{ run_id: sleeping }])
  })

  it('goes from tasks that were given up, the audit log and sessions that ended', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const at = now - 400 * day
    await store.write(async (tx) => {
      for (const [id, state, age] of [
        ['a', 'failed', 400],
        ['b', 'failed', 1],
        ['c', 'ready', 400],
      ] as const) {
        await tx
          .insertInto('tasks')
          .values({
            ...{ id, kind: 'k', payload: '{}', state, run_at: now - age * day, priority: 0, attempts: 1 },
            ...{ max_attempts: 1, created_at: 0 },
          })
          .execute()
      }
      await appendAudit(tx, { at, actor: null, action: 'old' })
      await appendAudit(tx, { at: now - day, actor: null, action: 'young' })
      const session = { userId: 'u1', userAgent: null, ip: null }
      await startSession(tx, { ...session, refreshToken: 'young', now: now - day })
      await tx
        .insertInto('sessions')
        .values({ id: 'old', user_id: 'u1', created_at: at, last_seen_at: at, expires_at: at + 30 * day })
        .execute()
      for (const [id, end] of [
        ['expired', { expires_at: at }],
        ['revoked', { revoked_at: at }],
        ['good', { expires_at: now + day }],
      ] as const) {
        await tx
          .insertInto('api_tokens')
          .values({
            id,
            user_id: 'u1',
            name: id,
            hash: id,
            prefix: id,
            scopes: 'read',
            created_at: at,
            ...end,
          })
          .execute()
      }
      await tx
        .insertInto('effects')
        .values({
          ...{ id: 'e', run_id: 'r', workflow_id: 'w', depth: 0, repository_id: 1 },
          ...{ identity: 'label:a', recorded_at: at },
        })
        .execute()
    })
    await look(store)
    const tasks = await store.read
      .selectFrom('tasks')
      .select('id')
      .where('kind', '=', 'k')
      .orderBy('id')
      .execute()
    expect(tasks.map(({ id }) => id)).toEqual(['b', 'c'])
    const audit = await store.read.selectFrom('audit').select('action').execute()
    expect(audit).toEqual([{ action: 'young' }])
    expect(await ids(store, 'sessions')).toHaveLength(1)
    const tokens = await store.read.selectFrom('api_tokens').select('id').execute()
    expect(tokens).toEqual([{ id: 'good' }])
    expect(await store.read.selectFrom('effects').selectAll().execute()).toEqual([])
  })
})
