import { describe, expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import type { Handler, Queue, Task } from '../../src/queue/queue.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import type { Store } from '../../src/store/store.ts'
import { openQueue } from '../support/open-queue.ts'
import { dialects } from '../support/temp-store.ts'

/** What the port promises, and what Graphile Worker keeps as well: https://worker.graphile.org/docs/job-key */
interface Implementation {
  name: string
  open(handlers: Record<string, Handler>): Promise<Opened>
}

interface Opened extends AsyncDisposable {
  store: Store
  /** Not started yet. */
  queue: Queue
  /** Another worker of the same tasks, as another process would be; not started. */
  beside(): Queue
}

const implementations: Implementation[] = dialects.map((dialect) => ({
  name: `a table on ${dialect}`,
  async open(handlers) {
    const { store, options, ...opened } = await openQueue(dialect, { started: false, pollMs: 50 })
    const worker = () => createSqlQueue({ ...options, handlers })
    return { ...opened, store, queue: worker(), beside: worker }
  },
}))

describe.each(implementations)('the queue as $name', (implementation) => {
  it('does a task that was committed, once, and forgets it', async () => {
    await using work = await open()
    await work.queue.start()
    expect(await work.enqueue({ kind: 'note', payload: { n: 1 } })).toBe(true)
    await work.settled()
    expect(work.notes).toEqual([{ n: 1 }])
    expect(await work.queue.stats()).toEqual({ ready: 0, delayed: 0, running: 0, failed: 0 })
  })

  it('never does a task whose transaction was rolled back', async () => {
    await using work = await open()
    await work.queue.start()
    const write = work.store.write(async (tx) => {
      await work.queue.enqueue(tx, { kind: 'note', payload: 'ghost' })
      throw new Error('no')
    })
    await expect(write).rejects.toThrow('no')
    await work.enqueue({ kind: 'note', payload: 'real' })
    await work.settled()
    expect(work.notes).toEqual(['real'])
  })

  it('does not begin before a task is due', async () => {
    await using work = await open()
    const at = Promise.withResolvers<number>()
    work.handlers.later = async () => at.resolve(Date.now())
    await work.queue.start()
    const runAt = Date.now() + 150
    await work.enqueue({ kind: 'later', payload: null, runAt })
    expect(await at.promise).toBeGreaterThanOrEqual(runAt)
  })

  describe('a task that fails', () => {
    it('is tried again, told which try it is, and given up after the last', async () => {
      await using work = await open()
      const tries: unknown[] = []
      work.handlers.fails = async (_, { attempt, lastAttempt }) => {
        tries.push([attempt, lastAttempt])
        throw new Error(`failure ${attempt}`)
      }
      await work.queue.start()
      await work.enqueue({ kind: 'fails', payload: null, maxAttempts: 3 })
      await work.counts({ failed: 1 })
      expect(tries).toEqual([
        [1, false],
        [2, false],
        [3, true],
      ])
      expect(await work.queue.stats()).toEqual({ ready: 0, delayed: 0, running: 0, failed: 1 })
    })

    it('is given up at once where no further try would help', async () => {
      await using work = await open()
      let tries = 0
      work.handlers.hopeless = async () => {
        tries++
        throw coded('github_not_found', 'That repository is gone.')
      }
      await work.queue.start()
      await work.enqueue({ kind: 'hopeless', payload: null })
      await work.counts({ failed: 1 })
      expect(tries).toBe(1)
    })

    it('waits as long as its error asks', async () => {
      await using work = await open()
      let tries = 0
      work.handlers.limited = async () => {
        tries++
        throw coded('github_rate_limited', 'Slow down.', { retryAfterMs: 3_600_000 })
      }
      await work.queue.start()
      await work.enqueue({ kind: 'limited', payload: null })
      await work.counts({ delayed: 1 })
      expect(tries).toBe(1)
    })
  })

  describe('of one serial key', () => {
    it('does the urgent first, then what is due longer, then what came first', async () => {
      await using work = await open()
      const serial = { kind: 'note', serialKey: 's' }
      const runAt = Date.now() - 1_000
      await work.enqueue({ ...serial, payload: 'late', priority: 5 })
      await work.enqueue({ ...serial, payload: 'second', runAt })
      await work.enqueue({ ...serial, payload: 'third', runAt })
      await work.enqueue({ ...serial, payload: 'first', runAt: runAt - 1_000 })
      await work.enqueue({ ...serial, payload: 'urgent', priority: -1 })
      await work.queue.start()
      await work.settled()
      expect(work.notes).toEqual(['urgent', 'first', 'second', 'third', 'late'])
    })

    it('does those of the same millisecond in the order in which they came', async () => {
      await using work = await open()
      const notes = Array.from({ length: 40 }, (_, n) => n)
      const runAt = Date.now() - 1_000
      for (const payload of notes) await work.enqueue({ kind: 'note', serialKey: 's', payload, runAt })
      await work.queue.start()
      await work.settled()
      expect(work.notes).toEqual(notes)
    })

    it('runs one at a time, whoever works, and the others beside it', async () => {
      await using work = await open()
      const running = new Map<unknown, number>()
      let most = 0
      let together = 0
      work.handlers.serial = async (payload) => {
        const key = (payload as { key: string }).key
        running.set(key, (running.get(key) ?? 0) + 1)
        const now = [...running.values()]
        most = Math.max(most, ...now)
        together = Math.max(together, now.filter((count) => count > 0).length)
        await work.queue.stats()
        running.set(key, running.get(key)! - 1)
      }
      await work.store.write(async (tx) => {
        for (let n = 0; n < 60; n++) {
          const serialKey = `s${n % 3}`
          await work.queue.enqueue(tx, { kind: 'serial', payload: { key: serialKey }, serialKey })
        }
      })
      await work.startTwo()
      await work.settled()
      expect(most).toBe(1)
      expect(together).toBeGreaterThan(1)
    })

    it('lets the next one go on while one waits for another try', async () => {
      await using work = await open()
      const began: unknown[] = []
      work.handlers.maybe = async (payload) => {
        began.push(payload)
        if (payload === 'fails') throw coded('github_rate_limited', 'Slow down.', { retryAfterMs: 3_600_000 })
      }
      await work.enqueue({ kind: 'maybe', payload: 'fails', serialKey: 's' })
      await work.enqueue({ kind: 'maybe', payload: 'next', serialKey: 's' })
      await work.queue.start()
      await work.counts({ ready: 0, delayed: 1, running: 0 })
      expect(began).toEqual(['fails', 'next'])
    })
  })

  describe('of one job key', () => {
    const later = () => Date.now() + 3_600_000
    const keyed = { kind: 'note', jobKey: 'k' }

    it('replaces the task that waits: its payload, and its time', async () => {
      await using work = await open()
      expect(await work.enqueue({ ...keyed, payload: 'now' })).toBe(true)
      expect(await work.enqueue({ ...keyed, payload: 'later', runAt: later() })).toBe(false)
      expect(await work.queue.stats()).toMatchObject({ ready: 0, delayed: 1 })
      expect(await work.enqueue({ ...keyed, payload: 'now again' })).toBe(false)
      await work.queue.start()
      await work.settled()
      expect(work.notes).toEqual(['now again'])
      expect(await work.enqueue({ ...keyed, payload: 'another' })).toBe(true)
      await work.settled()
      expect(work.notes).toEqual(['now again', 'another'])
    })

    it('lets the task that waits keep its time, with preserve_run_at', async () => {
      await using work = await open()
      const inPlace = { ...keyed, jobKeyMode: 'preserve_run_at' } as const
      expect(await work.enqueue({ ...inPlace, payload: 'first' })).toBe(true)
      expect(await work.enqueue({ ...inPlace, payload: 'second', runAt: later() })).toBe(false)
      expect(await work.queue.stats()).toMatchObject({ ready: 1, delayed: 0 })
      await work.queue.start()
      await work.settled()
      expect(work.notes).toEqual(['second'])
    })

    it('gives a task that waits for another try all its tries, and the new time in both modes', async () => {
      for (const jobKeyMode of ['replace', 'preserve_run_at'] as const) {
        await using work = await open()
        const tries: number[] = []
        work.handlers.once = async (payload, { attempt }) => {
          tries.push(attempt)
          if (payload === 'fails')
            throw coded('github_rate_limited', 'Slow down.', { retryAfterMs: 3_600_000 })
        }
        await work.queue.start()
        await work.enqueue({ kind: 'once', jobKey: 'k', payload: 'fails' })
        await work.counts({ delayed: 1 })
        expect(await work.enqueue({ kind: 'once', jobKey: 'k', jobKeyMode, payload: 'works' })).toBe(false)
        await work.counts({ ready: 0, delayed: 0, running: 0 })
        expect(tries).toEqual([1, 1])
      }
    })

    it.each(['replace', 'preserve_run_at'] as const)(
      'with %s waits beside the task that runs, which is not tried again',
      async (jobKeyMode) => {
        await using work = await open()
        const began = Promise.withResolvers<void>()
        const mayFail = Promise.withResolvers<void>()
        const seen: unknown[] = []
        work.handlers.hangs = async (payload) => {
          seen.push(payload)
          if (payload !== 'old') return
          began.resolve()
          await mayFail.promise
          throw new Error('of no interest any more')
        }
        await work.queue.start()
        await work.enqueue({ kind: 'hangs', jobKey: 'k', payload: 'old' })
        await began.promise
        const task = { kind: 'hangs', jobKey: 'k', jobKeyMode, payload: 'new' }
        expect(await work.enqueue(task)).toBe(true)
        mayFail.resolve()
        await work.settled()
        expect(seen).toEqual(['old', 'new'])
      },
    )

    it('does nothing where there is one already, with unsafe_dedupe', async () => {
      await using work = await open()
      const began = Promise.withResolvers<void>()
      const mayFail = Promise.withResolvers<void>()
      const seen: unknown[] = []
      work.handlers.hangs = async (payload) => {
        seen.push(payload)
        began.resolve()
        await mayFail.promise
        throw coded('github_not_found', 'Given up.')
      }
      const task = { kind: 'hangs', jobKey: 'k', jobKeyMode: 'unsafe_dedupe' } as const
      expect(await work.enqueue({ ...task, payload: 'first' })).toBe(true)
      expect(await work.enqueue({ ...task, payload: 'while it waits' })).toBe(false)
      await work.queue.start()
      await began.promise
      expect(await work.enqueue({ ...task, payload: 'while it runs' })).toBe(false)
      mayFail.resolve()
      await work.counts({ failed: 1 })
      expect(await work.enqueue({ ...task, payload: 'when it is given up' })).toBe(false)
      await work.settled()
      expect(seen).toEqual(['first'])
    })

    it.each(['replace', 'preserve_run_at'] as const)(
      'with %s does anew what was given up',
      async (jobKeyMode) => {
        await using work = await open()
        const seen: unknown[] = []
        work.handlers.maybe = async (payload) => {
          seen.push(payload)
          if (payload === 'bad') throw coded('github_not_found', 'Given up.')
        }
        await work.queue.start()
        await work.enqueue({ kind: 'maybe', jobKey: 'k', payload: 'bad' })
        await work.counts({ failed: 1 })
        await work.enqueue({ kind: 'maybe', jobKey: 'k', jobKeyMode, payload: 'good' })
        await work.settled()
        expect(seen).toEqual(['bad', 'good'])
      },
    )

    it('loses nothing that was enqueued while the one before it began', async () => {
      await using work = await open()
      await work.startTwo()
      for (let n = 0; n < 100; n++) await work.enqueue({ ...keyed, payload: n })
      await work.settled()
      expect(work.notes).toContain(99)
    })
  })

  it('lets several workers share the tasks without doing any of them twice', async () => {
    await using work = await open()
    await work.store.write(async (tx) => {
      for (let n = 0; n < 300; n++) await work.queue.enqueue(tx, { kind: 'note', payload: n })
    })
    await work.startTwo()
    await work.settled()
    const all = Array.from({ length: 300 }, (_, n) => n)
    expect(work.notes.toSorted((a, b) => Number(a) - Number(b))).toEqual(all)
  })

  it('lets what runs end when it stops, and has what it aborts done at the next start', async () => {
    await using work = await open()
    const ended: string[] = []
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
    work.handlers.ends = async (_, { signal }) => {
      both[0].resolve()
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      ended.push('ends')
    }
    work.handlers.listens = async (_, { signal }) => {
      if (ended.length > 0) return void ended.push('listens')
      both[1].resolve()
      await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    }
    await work.queue.start()
    await work.enqueue({ kind: 'ends', payload: null })
    await work.enqueue({ kind: 'listens', payload: null })
    await Promise.all(both.map(({ promise }) => promise))
    await work.queue.stop()
    expect(ended).toEqual(['ends'])
    await work.beside().start()
    await work.settled()
    expect(ended).toEqual(['ends', 'listens'])
  })

  /** The queue over a new store, whose handlers are added before it starts; `note` keeps its payloads in `notes`. */
  async function open() {
    const notes: unknown[] = []
    const handlers: Record<string, Handler> = {
      note: async (payload) => {
        notes.push(payload)
      },
    }
    const { store, queue, beside, ...opened } = await implementation.open(handlers)
    const others: Queue[] = []
    function another(): Queue {
      const other = beside()
      others.push(other)
      return other
    }

    /** Resolves once there are so many tasks of these. */
    async function counts(wanted: Partial<Awaited<ReturnType<Queue['stats']>>>): Promise<void> {
      await expect.poll(() => queue.stats(), { interval: 10 }).toMatchObject(wanted)
    }
    return {
      store,
      queue,
      notes,
      handlers,
      enqueue: (task: Task) => store.write((tx) => queue.enqueue(tx, task)),
      beside: another,
      startTwo: () => Promise.all([queue.start(), another().start()]),
      counts,
      /** Resolves once all that was enqueued is done or given up. */
      settled: () => counts({ ready: 0, delayed: 0, running: 0 }),
      async [Symbol.asyncDispose]() {
        for (const each of [queue, ...others]) await each.stop()
        await opened[Symbol.asyncDispose]()
      },
    }
  }
})
