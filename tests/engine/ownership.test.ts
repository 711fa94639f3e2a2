import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { RunChange } from '../../contract/run.ts'
import { appendJournals, readJournal } from '../../src/store/journal.ts'
import { openStore } from '../../src/store/open-store.ts'
import {
  claimRun,
  endOwner,
  enterOwner,
  holdLease,
  listAskedCancels,
  listDueRuns,
  listOwners,
  nextDueRun,
  parkRun,
  postponeRun,
} from '../../src/store/run-owners.ts'
import { findRun } from '../../src/store/runs.ts'
import type { Store } from '../../src/store/store.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { addWorkflow, gate, mona, openEngine, seed, silent, startByHand } from './engine-fixture.ts'

const steps = (count: number) =>
  `on: workflow_dispatch\njobs: {a: {steps: [${Array(count).fill('{uses: http/request, with: {url: x}}').join(', ')}]}}`
const quiet = { ...silent, warn: () => {} }

/** Resolves when something holds; what it waits for has no event in this process. */
async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await holds())) await wait(10)
}

const isOver = async (store: Store, id: string) => (await findRun(store.read, id))?.status === 'completed'

describe.each(dialects)('two engines on one %s', (dialect) => {
  it('perform every step once and write one end for each run', async () => {
    await using store = await openTempStore(dialect)
    await using other = await openBeside(store)
    await seed(store)
    const workflow = await addWorkflow(store, steps(5))
    const performed = new Map<string, number>()
    const perform = async ({
      github,
      step,
      attempt,
    }: {
      github: { run_id: string }
      step: string
      attempt: number
    }) => {
      const key = `${github.run_id} ${step} ${attempt}`
      performed.set(key, (performed.get(key) ?? 0) + 1)
      await wait(1)
      return {}
    }
    const options = { steps: { 'http/request': perform }, tickMs: 20, maxLiveRuns: 8, log: quiet }
    await using first = openEngine(store, options)
    await using second = openEngine(other, options)
    await first.start()
    await second.start()
    const ids = await Promise.all(
      Array.from({ length: 40 }, () => startByHand({ store, engine: first }, workflow)),
    )
    for (const id of ids) await until(() => isOver(store, id))
    expect(performed.size).toBe(200)
    expect(Math.max(...performed.values())).toBe(1)
    for (const id of ids) {
      const journal = await readJournal(store.read, id)
      expect(journal.filter(({ kind }) => kind === 'run.finished')).toHaveLength(1)
      expect(journal.map(({ n }) => n)).toEqual(journal.map((_, index) => index + 1))
    }
  })

  it('a stalled owner loses its runs to the other and can write no more', async () => {
    await using store = await openTempStore(dialect)
    await using other = await openBeside(store)
    await seed(store)
    const workflow = await addWorkflow(store, steps(2))
    const stuck = gate()
    const began = gate()
    // Its clock stands still: the lease that it writes down is over for everybody else.
    await using stalled = openEngine(store, {
      clock: () => 1_000_000,
      log: quiet,
      steps: {
        'http/request': async () => {
          began.resolve()
          await stuck.promise
          return { outputs: { by: 'stalled' } }
        },
      },
    })
    const runId = await startByHand({ store, engine: stalled }, workflow)
    await began.promise
    await using next = openEngine(other, {
      log: quiet,
      steps: { 'http/request': async ({ attempt }) => ({ outputs: { by: `next ${attempt}` } }) },
    })
    await next.start()
    expect(await next.finished(runId)).toMatchObject({ conclusion: 'success' })
    stuck.resolve()
    await stalled.idle()
    const journal = await readJournal(store.read, runId)
    const outputs = journal.flatMap((entry) =>
      entry.kind === 'step.finished' ? [entry.data.outputs.by] : [],
    )
    expect(outputs).toEqual(['next 2', 'next 1'])
    expect((await findRun(store.read, runId))?.epoch).toBe(2)
  })

  it('a wish to cancel reaches the owner wherever it was said', async () => {
    await using store = await openTempStore(dialect)
    await using other = await openBeside(store)
    await seed(store)
    const workflow = await addWorkflow(store, steps(1))
    const began = gate()
    await using owner = openEngine(store, {
      steps: {
        'http/request': () => {
          began.resolve()
          return new Promise(() => {})
        },
      },
    })
    await using elsewhere = openEngine(other)
    const runId = await startByHand({ store, engine: owner }, workflow)
    await began.promise
    await elsewhere.cancelRun(runId, mona)
    await owner.tick()
    expect((await owner.finished(runId)).conclusion).toBe('cancelled')
    expect(await listAskedCancels(store.read, { limit: 10 })).toEqual([])
  })

  it('a run sleeps outside of memory, wakes wherever somebody looks, and can be cancelled meanwhile', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(
      store,
      'on: workflow_dispatch\njobs: {a: {steps: [{uses: hub/sleep, with: {seconds: 3600}}]}}',
    )
    let now = 1_000_000_000
    await using engine = openEngine(store, { clock: () => now })
    const [sleeper, unwanted] = [
      await startByHand({ store, engine }, workflow),
      await startByHand({ store, engine }, workflow),
    ]
    await engine.idle()
    expect(await findRun(store.read, sleeper)).toMatchObject({ owner: null, wake_at: now + 3_600_000 })
    await engine.cancelRun(unwanted, mona)
    expect((await engine.finished(unwanted)).conclusion).toBe('cancelled')
    now += 3_600_000
    await engine.tick()
    expect((await engine.finished(sleeper)).conclusion).toBe('success')
    expect(await nextDueRun(store.read)).toBeNull()
  })
})

describe.each(dialects)('what an owner holds on %s', (dialect) => {
  it('is taken over only when its lease is over, and then it holds nothing', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(store, steps(1))
    await using engine = openEngine(store, { maxLiveRuns: 0 })
    const id = await startByHand({ store, engine }, workflow)
    const claim = (owner: string, epoch: number) =>
      store.write((tx) => claimRun(tx, { id, owner, epoch, startedAt: null }))

    await store.write((tx) => enterOwner(tx, { id: 'a', until: 100 }))
    expect(await claim('a', 0)).toBe(true)
    expect(await claim('a', 0)).toBe(true)
    expect(await claim('b', 0)).toBe(false)
    expect(await claim('b', 1)).toBe(false)
    expect(await store.write((tx) => endOwner(tx, { id: 'a', now: 90, expiredAt: 90 }))).toBe(false)
    expect(await store.write((tx) => holdLease(tx, { id: 'a', until: 200 }))).toBe(true)
    expect(await store.write((tx) => endOwner(tx, { id: 'a', now: 300, expiredAt: 300 }))).toBe(true)
    expect(await store.write((tx) => holdLease(tx, { id: 'a', until: 400 }))).toBe(false)
    expect(await listOwners(store.read)).toEqual([])
    expect((await listDueRuns(store.read, { now: 300, limit: 5 })).map((row) => row.id)).toEqual([id])
    expect(await claim('b', 1)).toBe(true)
    await store.write((tx) => parkRun(tx, { id, wakeAt: 500 }))
    await store.write((tx) => postponeRun(tx, { id, wakeAt: 600 }))
    expect(await nextDueRun(store.read)).toBe(600)
  })

  it('an end that was written without anybody hearing of it is not written again', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(store, steps(2))
    let losses = 0
    const deaf: Store = {
      ...store,
      async write(work) {
        const result = await store.write(work)
        if (losses-- > 0) throw Object.assign(new Error('the connection broke'), { code: 'ECONNRESET' })
        return result
      },
    }
    await using engine = openEngine(deaf, {
      steps: {
        'http/request': async () => {
          losses = 1
          return {}
        },
      },
    })
    const runId = await startByHand({ store, engine }, workflow)
    expect((await engine.finished(runId)).conclusion).toBe('success')
    const journal = await readJournal(store.read, runId)
    expect(journal.filter(({ kind }) => kind === 'step.finished')).toHaveLength(2)
  })

  it('one broken journal keeps no other run', async () => {
    await using store = await openTempStore(dialect)
    await seed(store)
    const workflow = await addWorkflow(store, steps(1))
    const both = gate()
    let began = 0
    const stopped: string[] = []
    await using engine = openEngine(store, {
      log: { ...quiet, error: (_, message) => void stopped.push(message) },
      steps: {
        'http/request': async () => {
          if (++began === 2) both.resolve()
          await released.promise
          return {}
        },
      },
    })
    const released = gate()
    const broken = await startByHand({ store, engine }, workflow)
    const sound = await startByHand({ store, engine }, workflow)
    await both.promise
    const row = await findRun(store.read, broken)
    const changes: RunChange[] = [{ kind: 'job.skipped', at: new Date(0).toISOString(), data: { job: 'a' } }]
    await store.write((tx) =>
      appendJournals(tx, [{ run: { ...row!, repositories: [] }, n: 5, changes, actor: null }], 0),
    )
    released.resolve()
    expect((await engine.finished(sound)).conclusion).toBe('success')
    await until(() => stopped.length > 0)
    expect(stopped).toEqual(['a run stopped: its journal could not be continued'])
  })
})

/** The same database, opened once more as another process would. */
async function openBeside({ place }: { place: Parameters<typeof openStore>[0] }) {
  const store = await openStore(place)
  return { ...store, [Symbol.asyncDispose]: () => store.close() }
}
