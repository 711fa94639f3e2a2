import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createEvents } from '../../src/events.ts'
import { pauseAfter } from '../../src/queue/backoff.ts'
import type { Handler } from '../../src/queue/queue.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import { createStormGauge } from '../../src/queue/storm-gauge.ts'
import { readChanges } from '../../src/store/changes.ts'
import type { Store } from '../../src/store/store.ts'
import { type Child, startChild } from '../support/child.ts'
import { openQueue } from '../support/open-queue.ts'
import { dialects, type TempStore } from '../support/temp-store.ts'

describe.each(dialects)('the queue in the store, on %s', (dialect) => {
  it('begins at once after the commit, without waiting for the next poll', async () => {
    const began = Promise.withResolvers<void>()
    await using setup = await openQueue(dialect, {
      pollMs: 60_000,
      handlers: { go: async () => began.resolve() },
    })
    await setup.queue.idle()
    const at = performance.now()
    await setup.enqueue({ kind: 'go', payload: null })
    await began.promise
    expect(performance.now() - at).toBeLessThan(30_000)
  })

  it('pauses longer before each further try', async () => {
    const attempts: number[] = []
    await using setup = await openQueue(dialect, {
      backoff: { firstMs: 40, mostMs: 10_000 },
      handlers: {
        fails: async (_, { attempt }) => {
          attempts.push(Date.now())
          throw new Error(`failure ${attempt}`)
        },
      },
    })
    await setup.enqueue({ kind: 'fails', payload: null, maxAttempts: 4 })
    await expect.poll(() => setup.finished.map(({ result }) => result), { interval: 10 }).toContain('failed')
    const pauses = attempts.slice(1).map((at, index) => at - attempts[index]!)
    expect(pauses[0]).toBeGreaterThanOrEqual(30)
    expect(pauses[1]).toBeGreaterThanOrEqual(60)
    expect(pauses[2]).toBeGreaterThanOrEqual(120)
    expect(setup.finished.map(({ result }) => result)).toEqual(['retried', 'retried', 'retried', 'failed'])
  })

  it('gives up what nothing handles, and keeps why', async () => {
    await using setup = await openQueue(dialect)
    await setup.enqueue({ kind: 'unheard-of', payload: null })
    await setup.queue.idle()
    const rows = await setup.store.read.selectFrom('tasks').select(['state', 'error']).execute()
    expect(rows).toEqual([{ state: 'failed', error: expect.stringContaining('unheard-of') }])
  })

  it.each([
    { left: 'an earlier start of the same node left, at once', node: 'a', leaseMs: 3_600_000 },
    { left: 'another node left, when its lease has ended', node: 'b', leaseMs: 600 },
  ])('takes over what $left, and counts that try', async ({ node, leaseMs }) => {
    const taken = Promise.withResolvers<number>()
    await using setup = await openQueue(dialect, {
      started: false,
      leaseMs,
      node: { id: node, incarnation: 'second' },
      handlers: { hang: async (_, { attempt }) => taken.resolve(attempt) },
    })
    const victim = await startProcess(setup.store, { leaseMs, node: 'a' })
    await Promise.all([victim.said(/began/), setup.enqueue({ kind: 'hang', payload: null })])
    await victim.end('SIGKILL')
    expect(await setup.queue.stats()).toMatchObject({ running: 1 })
    await setup.queue.start()
    expect(await taken.promise).toBe(2)
    await setup.queue.idle()
  })

  it('keeps a task that takes longer than its lease', async () => {
    const over = Promise.withResolvers<void>()
    const tries: number[] = []
    await using setup = await openQueue(dialect, {
      leaseMs: 600,
      handlers: {
        async long(_, { attempt }) {
          tries.push(attempt)
          await over.promise
        },
      },
    })
    await setup.enqueue({ kind: 'long', payload: null })
    const lease = async () => (await setup.store.read.selectFrom('tasks').select('lease_until').execute())[0]
    await expect.poll(() => tries).toEqual([1])
    const first = (await lease())!.lease_until!
    await expect.poll(async () => (await lease())!.lease_until, { interval: 10 }).toBeGreaterThan(first + 600)
    over.resolve()
    await setup.queue.idle()
    expect(tries).toEqual([1])
    expect(await setup.queue.stats()).toEqual({ ready: 0, delayed: 0, running: 0, failed: 0 })
  })

  it('gives up what kills its process every time', async () => {
    await using setup = await openQueue(dialect, { started: false, leaseMs: 600 })
    const victim = await startProcess(setup.store, { leaseMs: 600, node: 'a' })
    await Promise.all([
      victim.said(/began/),
      setup.enqueue({ kind: 'hang', payload: 'poison', maxAttempts: 1 }),
    ])
    await victim.end('SIGKILL')
    await setup.queue.start()
    await expect.poll(() => setup.queue.stats(), { interval: 10 }).toMatchObject({ running: 0, failed: 1 })
  })

  it('leaves no task undone however often its process is killed, and repeats one only where it was at work', async () => {
    await using setup = await openQueue(dialect, { started: false })
    const tasks = dialect === 'sqlite' ? 2_000 : 600
    await setup.store.write(async (tx) => {
      for (let n = 0; n < tasks; n++)
        await setup.queue.enqueue(tx, { kind: 'effect', payload: n, maxAttempts: 1_000 })
    })
    const kills = 6
    for (let round = 0; round < kills; round++) {
      const victim = await startProcess(setup.store, { leaseMs: 300, node: 'a' })
      await wait(Math.random() * 40)
      await victim.end('SIGKILL')
    }
    const last = await startProcess(setup.store, { leaseMs: 300, node: 'a' })
    const done = async () =>
      (await effects(setup.store)).map(({ data }) => data as { n: number; attempt: number })
    const doneOnce = async () => new Set((await done()).map(({ n }) => n)).size
    await expect.poll(doneOnce, { timeout: 60_000 }).toBe(tasks)
    const left = async () => {
      const { ready, delayed, running } = await setup.queue.stats()
      return ready + delayed + running
    }
    await expect.poll(left, { timeout: 60_000 }).toBe(0)
    await last.end('SIGKILL')
    const all = await done()
    expect(new Set(all.map(({ n, attempt }) => `${n}/${attempt}`)).size).toBe(all.length)
    expect(all.length - tasks).toBeLessThanOrEqual(kills * 32) // what was in flight when it was killed
    expect(all.some(({ attempt }) => attempt > 1)).toBe(true) // the kills did meet it at work
    expect((await setup.queue.stats()).failed).toBe(0)
  }, 120_000)

  it('leaves alone what a living owner holds, of the same start or of another node', async () => {
    const node = { id: 'a', incarnation: 'second' }
    let tries = 0
    const release = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const hang: Handler = async () => {
      tries++
      began.resolve()
      await release.promise
    }
    await using setup = await openQueue(dialect, { node, handlers: { hang } })
    await setup.enqueue({ kind: 'hang', payload: null })
    await began.promise
    for (const other of [node, { id: 'b', incarnation: 'first' }]) {
      const beside = createSqlQueue({ ...setup.options, node: other })
      await beside.start()
      await beside.stop()
    }
    expect(tries).toBe(1)
    expect(await setup.queue.stats()).toMatchObject({ running: 1, ready: 0 })
    release.resolve()
    await setup.queue.idle()
  })

  it('lets running tasks end when it stops, and hands back unpunished what it has to abort', async () => {
    const both = Promise.withResolvers<void>()
    let begun = 0
    await using setup = await openQueue(dialect, {
      handlers: {
        ends: async () => {
          if (++begun === 2) both.resolve()
          await wait(30)
        },
        listens: async (_, { signal }) => {
          if (++begun === 2) both.resolve()
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason)),
          )
        },
      },
    })
    await setup.enqueue({ kind: 'ends', payload: null })
    await setup.enqueue({ kind: 'listens', payload: null, maxAttempts: 1 })
    await both.promise
    await setup.queue.stop()
    const rows = await setup.store.read.selectFrom('tasks').select(['kind', 'state', 'attempts']).execute()
    expect(rows).toEqual([{ kind: 'listens', state: 'ready', attempts: 0 }])
  })

  it('forgets what failed while another task of its key waited', async () => {
    const began = Promise.withResolvers<void>()
    const mayFail = Promise.withResolvers<void>()
    let tries = 0
    await using setup = await openQueue(dialect, {
      handlers: {
        twice: async () => {
          if (++tries > 1) return
          began.resolve()
          await mayFail.promise
          throw new Error('first one fails')
        },
      },
    })
    await setup.enqueue({ kind: 'twice', payload: null, jobKey: 'k' })
    await began.promise
    await setup.enqueue({ kind: 'twice', payload: null, jobKey: 'k' })
    mayFail.resolve()
    await setup.queue.idle()
    expect(tries).toBe(2)
    expect(await setup.queue.stats()).toEqual({ ready: 0, delayed: 0, running: 0, failed: 0 })
  })
})

describe('politeness', () => {
  it('works in small bites while the process is busy, and still gets on', async () => {
    let storm = true
    let done = 0
    await using setup = await openQueue('sqlite', {
      started: false,
      busy: () => storm,
      handlers: {
        count: async () => {
          done++
        },
      },
    })
    await setup.store.write(async (tx) => {
      for (let n = 0; n < 2_000; n++) await setup.queue.enqueue(tx, { kind: 'count', payload: n })
    })
    await setup.queue.start()
    await wait(200)
    const during = done
    storm = false
    await setup.queue.idle()
    expect(during).toBeGreaterThan(0)
    expect(during).toBeLessThan(1_000)
    expect(done).toBe(2_000)
  })

  it('knows a storm of webhooks from a breeze', () => {
    const events = createEvents()
    let now = 1_000_000
    const busy = createStormGauge(events, () => now)
    const receive = (count: number) => {
      for (let n = 0; n < count; n++)
        events.emit('delivery.received', { event: 'push', result: 'stored', ms: 1 })
    }
    receive(100)
    expect(busy()).toBe(false)
    receive(900)
    expect(busy()).toBe(true)
    now += 260
    expect(busy()).toBe(true)
    now += 260
    expect(busy()).toBe(false)
  })

  it('spreads pauses around a doubling one, up to a limit', () => {
    const backoff = { firstMs: 1_000, mostMs: 60_000 }
    expect(pauseAfter(1, backoff, () => 0)).toBe(750)
    expect(pauseAfter(1, backoff, () => 1)).toBe(1_250)
    expect(pauseAfter(4, backoff, () => 0.5)).toBe(8_000)
    expect(pauseAfter(60, backoff, () => 0.5)).toBe(60_000)
  })
})

async function effects(store: Store) {
  const changes = await readChanges(store.read, { after: 0, limit: 10_000 })
  return changes.filter(({ topic }) => topic === 'effects')
}

async function startProcess(
  { place }: TempStore,
  { leaseMs, node }: { leaseMs: number; node: string },
): Promise<Child> {
  const script = fileURLToPath(new URL('../support/queue-process.ts', import.meta.url))
  const { dataDir, databaseUrl } = place
  const child = startChild([script, JSON.stringify({ place: { dataDir, databaseUrl }, leaseMs, node })])
  await child.said(/ready/)
  return child
}
