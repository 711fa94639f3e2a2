import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import { createEvents, type HubEvents } from '../../src/events.ts'
import { pauseAfter } from '../../src/queue/backoff.ts'
import type { Handler, Task } from '../../src/queue/queue.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import { createStormGauge } from '../../src/queue/storm-gauge.ts'
import { appendChanges, readChanges } from '../../src/store/changes.ts'
import type { Store } from '../../src/store/store.ts'
import { dialects, openTempStore, type TempStore } from '../support/temp-store.ts'

type Options = Partial<Parameters<typeof createSqlQueue>[0]>

describe.each(dialects)('the queue on %s', (dialect) => {
  it('does a task that was committed, once, and forgets it', async () => {
    await using setup = await openQueue(dialect)
    await setup.enqueue({ kind: 'note', payload: { n: 1 } })
    await setup.queue.idle()
    expect(setup.notes).toEqual([{ n: 1 }])
    expect(await setup.queue.stats()).toEqual({ ready: 0, delayed: 0, running: 0, failed: 0 })
    expect(setup.finished).toEqual([{ kind: 'note', result: 'done', ms: expect.any(Number) }])
  })

  it('never does a task whose transaction was rolled back', async () => {
    await using setup = await openQueue(dialect)
    const write = setup.store.write(async (tx) => {
      await setup.queue.enqueue(tx, { kind: 'note', payload: 'ghost' })
      throw new Error('no')
    })
    await expect(write).rejects.toThrow('no')
    await setup.enqueue({ kind: 'note', payload: 'real' })
    await setup.queue.idle()
    expect(setup.notes).toEqual(['real'])
  })

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

  it('does the urgent first, then the older', async () => {
    await using setup = await openQueue(dialect, { concurrency: 1, started: false })
    await setup.enqueue({ kind: 'note', payload: 'late', priority: 5 })
    await setup.enqueue({ kind: 'note', payload: 'second', runAt: Date.now() - 1_000 })
    await setup.enqueue({ kind: 'note', payload: 'first', runAt: Date.now() - 2_000 })
    await setup.enqueue({ kind: 'note', payload: 'urgent', priority: -1 })
    await setup.queue.start()
    await setup.queue.idle()
    expect(setup.notes).toEqual(['urgent', 'first', 'second', 'late'])
  })

  it('tries again with growing pauses what fails, and gives up after the last try', async () => {
    const attempts: { attempt: number; lastAttempt: boolean; at: number }[] = []
    const givenUp: unknown[] = []
    await using setup = await openQueue(dialect, {
      backoff: { firstMs: 40, mostMs: 10_000 },
      handlers: {
        fails: async (_, { attempt, lastAttempt }) => {
          attempts.push({ attempt, lastAttempt, at: Date.now() })
          throw new Error(`failure ${attempt}`)
        },
      },
      giveUp: {
        fails: async (tx, payload, error) => {
          givenUp.push([payload, (error as Error).message])
          appendChanges(tx, 0, [{ topic: 'effects', kind: 'given-up', data: payload }])
        },
      },
    })
    await setup.enqueue({ kind: 'fails', payload: 'p', maxAttempts: 4 })
    await settled(setup, { result: 'failed' })
    expect(attempts.map(({ attempt, lastAttempt }) => [attempt, lastAttempt])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [4, true],
    ])
    const pauses = attempts.slice(1).map(({ at }, index) => at - attempts[index]!.at)
    expect(pauses[0]).toBeGreaterThanOrEqual(30)
    expect(pauses[1]).toBeGreaterThanOrEqual(60)
    expect(pauses[2]).toBeGreaterThanOrEqual(120)
    expect(givenUp).toEqual([['p', 'failure 4']])
    expect(await effects(setup.store)).toHaveLength(1)
    expect(await setup.queue.stats()).toMatchObject({ ready: 0, delayed: 0, failed: 1 })
    expect(setup.finished.map(({ result }) => result)).toEqual(['retried', 'retried', 'retried', 'failed'])
  })

  it('gives up at once what is hopeless, and what nothing handles', async () => {
    let tries = 0
    await using setup = await openQueue(dialect, {
      handlers: {
        hopeless: async () => {
          tries++
          throw coded('github_not_found', 'That repository is gone.')
        },
      },
    })
    await setup.enqueue({ kind: 'hopeless', payload: null })
    await setup.enqueue({ kind: 'unheard-of', payload: null })
    await setup.queue.idle()
    expect(tries).toBe(1)
    const rows = await setup.store.read.selectFrom('tasks').select(['kind', 'state', 'error']).execute()
    expect(rows.toSorted((a, b) => (a.kind < b.kind ? -1 : 1))).toEqual([
      { kind: 'hopeless', state: 'failed', error: 'github_not_found: That repository is gone.' },
      { kind: 'unheard-of', state: 'failed', error: expect.stringContaining('unheard-of') },
    ])
  })

  it('waits as long as an error asks', async () => {
    await using setup = await openQueue(dialect, {
      handlers: {
        limited: async () => {
          throw coded('github_rate_limited', 'Slow down.', { retryAfterMs: 3_600_000 })
        },
      },
    })
    const before = Date.now()
    await setup.enqueue({ kind: 'limited', payload: null })
    await setup.queue.idle()
    const { run_at } = await setup.store.read.selectFrom('tasks').select('run_at').executeTakeFirstOrThrow()
    expect(run_at).toBeGreaterThanOrEqual(before + 3_600_000)
    expect(await setup.queue.stats()).toEqual({ ready: 0, delayed: 1, running: 0, failed: 0 })
  })

  it('does not double a waiting task of the same dedupe key, and may bring it forward', async () => {
    await using setup = await openQueue(dialect)
    const later = Date.now() + 3_600_000
    const task = { kind: 'note', payload: 'once', dedupeKey: 'k' }
    expect(await setup.enqueue({ ...task, runAt: later })).toBe(true)
    expect(await setup.enqueue(task)).toBe(false)
    await setup.queue.idle()
    expect(setup.notes).toEqual([])
    expect(await setup.enqueue({ ...task, bringForward: true })).toBe(false)
    await setup.queue.idle()
    expect(setup.notes).toEqual(['once'])
    expect(await setup.enqueue(task)).toBe(true)
    await setup.queue.idle()
    expect(setup.notes).toEqual(['once', 'once'])
  })

  it('keeps one waiting task per key also when one fails while another waits', async () => {
    const running = Promise.withResolvers<void>()
    const mayFail = Promise.withResolvers<void>()
    let tries = 0
    await using setup = await openQueue(dialect, {
      concurrency: 1,
      handlers: {
        twice: async () => {
          if (++tries > 1) return
          running.resolve()
          await mayFail.promise
          throw new Error('first one fails')
        },
      },
    })
    await setup.enqueue({ kind: 'twice', payload: null, dedupeKey: 'k' })
    await running.promise
    expect(await setup.enqueue({ kind: 'twice', payload: null, dedupeKey: 'k' })).toBe(true)
    mayFail.resolve()
    await setup.queue.idle()
    expect(tries).toBe(2)
    expect(await setup.queue.stats()).toEqual({ ready: 0, delayed: 0, running: 0, failed: 0 })
  })

  it('waits for the time of a delayed task', async () => {
    const done = Promise.withResolvers<number>()
    await using setup = await openQueue(dialect, {
      pollMs: 60_000,
      handlers: { later: async () => done.resolve(Date.now()) },
    })
    const runAt = Date.now() + 150
    await setup.enqueue({ kind: 'later', payload: null, runAt })
    expect(await done.promise).toBeGreaterThanOrEqual(runAt)
  })

  it('repeats a task, one occurrence at a time, through failures and restarts', async () => {
    let done = 0
    const third = Promise.withResolvers<void>()
    const repeats: Handler = async () => {
      if (++done === 3) third.resolve()
      if (done === 2) throw coded('github_not_found', 'even this does not end it')
    }
    await using setup = await openQueue(dialect, { handlers: { repeats } })
    const task = { kind: 'repeats', payload: null, dedupeKey: 'repeats', repeatMs: 30 }
    await setup.enqueue(task)
    await setup.enqueue(task)
    await third.promise
    await setup.queue.stop()
    const rows = await setup.store.read.selectFrom('tasks').selectAll().execute()
    expect(rows).toMatchObject([{ kind: 'repeats', state: 'ready', attempts: 0, repeat_ms: 30 }])

    const fourth = Promise.withResolvers<void>()
    const next = createSqlQueue({ ...setup.options, handlers: { repeats: async () => fourth.resolve() } })
    await setup.store.write((tx) => next.enqueue(tx, task))
    await next.start()
    await fourth.promise
    await next.stop()
    expect(await setup.store.read.selectFrom('tasks').selectAll().execute()).toHaveLength(1)
  })

  it('runs at most as many of a concurrency key as its limit says, also over two queues', async () => {
    let running = 0
    let most = 0
    let others = 0
    const limited: Handler = async () => {
      most = Math.max(most, ++running)
      await wait(3)
      running--
    }
    const free: Handler = async () => {
      others++
    }
    await using setup = await openQueue(dialect, { handlers: { limited, free }, started: false, pollMs: 20 })
    const second = createSqlQueue(setup.options)
    await setup.store.write(async (tx) => {
      for (let n = 0; n < 30; n++) {
        await setup.queue.enqueue(tx, {
          kind: 'limited',
          payload: n,
          concurrencyKey: 'k',
          concurrencyLimit: 2,
        })
      }
      for (let n = 0; n < 10; n++) await setup.queue.enqueue(tx, { kind: 'free', payload: n, priority: 9 })
    })
    await Promise.all([setup.queue.start(), second.start()])
    await expect.poll(async () => (await setup.queue.stats()).ready, { timeout: 10_000 }).toBe(0)
    await Promise.all([setup.queue.idle(), second.idle()])
    expect(most).toBe(2)
    expect(others).toBe(10)
    await second.stop()
  })

  it('lets several queues share the work without doing any of it twice', async () => {
    const seen: unknown[] = []
    const count: Handler = async (payload) => {
      seen.push(payload)
    }
    await using setup = await openQueue(dialect, { handlers: { count }, started: false })
    const second = createSqlQueue(setup.options)
    await setup.store.write(async (tx) => {
      for (let n = 0; n < 300; n++) await setup.queue.enqueue(tx, { kind: 'count', payload: n })
    })
    await Promise.all([setup.queue.start(), second.start()])
    await Promise.all([setup.queue.idle(), second.idle()])
    expect(seen.toSorted((a, b) => Number(a) - Number(b))).toEqual(Array.from({ length: 300 }, (_, n) => n))
    await second.stop()
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
    const [began] = await Promise.all([
      output(victim, 'began'),
      setup.enqueue({ kind: 'hang', payload: null }),
    ])
    expect(began).toBe(true)
    await kill(victim)
    expect(await setup.queue.stats()).toMatchObject({ running: 1 })
    await setup.queue.start()
    expect(await taken.promise).toBe(2)
    await setup.queue.idle()
  })

  it('gives up what kills its process every time', async () => {
    const givenUp = Promise.withResolvers<unknown>()
    await using setup = await openQueue(dialect, {
      started: false,
      leaseMs: 600,
      giveUp: { hang: async (_, payload) => givenUp.resolve(payload) },
    })
    const victim = await startProcess(setup.store, { leaseMs: 600, node: 'a' })
    await Promise.all([
      output(victim, 'began'),
      setup.enqueue({ kind: 'hang', payload: 'poison', maxAttempts: 1 }),
    ])
    await kill(victim)
    await setup.queue.start()
    expect(await givenUp.promise).toBe('poison')
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
      await kill(victim)
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
    await kill(last)
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

/** A queue on a store of its own, which notes what it does. */
async function openQueue(
  dialect: Store['dialect'],
  { started = true, ...more }: Options & { started?: boolean } = {},
) {
  const store = await openTempStore(dialect)
  const notes: unknown[] = []
  const finished: HubEvents['task.finished'][] = []
  const events = createEvents()
  events.on('task.finished', (event) => finished.push(event))
  const note: Handler = async (payload) => {
    notes.push(payload)
  }
  const options = {
    store,
    events,
    log: { warn: () => {}, error: (fields: object, message: string) => console.error(message, fields) },
    backoff: { firstMs: 5, mostMs: 1_000 },
    graceMs: 2_000,
    ...more,
    handlers: { note, ...more.handlers },
  }
  const queue = createSqlQueue(options)
  if (started) await queue.start()
  return {
    store,
    queue,
    options,
    notes,
    finished,
    enqueue: (task: Task) => store.write((tx) => queue.enqueue(tx, task)),
    async [Symbol.asyncDispose]() {
      await queue.stop()
      await store.close()
    },
  }
}

/** Resolves when a task has come to the given result. */
async function settled(
  { finished }: { finished: HubEvents['task.finished'][] },
  { result }: { result: string },
) {
  await expect
    .poll(() => finished.map((event) => event.result), { timeout: 10_000, interval: 10 })
    .toContain(result)
}

async function effects(store: Store) {
  const changes = await readChanges(store.read, { after: 0, limit: 10_000 })
  return changes.filter(({ topic }) => topic === 'effects')
}

async function startProcess(
  { place }: TempStore,
  { leaseMs, node }: { leaseMs: number; node: string },
): Promise<ChildProcess> {
  const script = fileURLToPath(new URL('../support/queue-process.ts', import.meta.url))
  const { dataDir, databaseUrl } = place
  const child = spawn(
    process.execPath,
    [script, JSON.stringify({ place: { dataDir, databaseUrl }, leaseMs, node })],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  await output(child, 'ready')
  return child
}

/** Resolves true when the process says a word, false when it ends without. */
async function output(child: ChildProcess, word: string): Promise<boolean> {
  return await new Promise((resolve) => {
    let text = ''
    child.stdout?.on('data', (chunk) => {
      text += String(chunk)
      if (text.includes(word)) resolve(true)
    })
    child.once('exit', () => resolve(false))
  })
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
