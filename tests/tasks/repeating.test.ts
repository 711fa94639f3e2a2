import { describe, expect, it } from 'vitest'
import { coded } from '../../src/errors.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import { appendChanges, readChanges } from '../../src/store/changes.ts'
import type { Store } from '../../src/store/store.ts'
import { repeating } from '../../src/tasks/repeating.ts'
import { openQueue } from '../support/open-queue.ts'
import { dialects } from '../support/temp-store.ts'

const task = { kind: 'repeats', payload: null, jobKey: 'repeats' }

describe.each(dialects)('a task that repeats, on %s', (dialect) => {
  it('comes again after each end, one at a time, though it is enqueued at every start', async () => {
    let done = 0
    const third = Promise.withResolvers<void>()
    await using setup = await openRepeating(dialect, async (again) => {
      if (++done === 3) third.resolve()
      await setup.store.write(again)
    })
    for (let start = 0; start < 3; start++) await setup.enqueue({ ...task, jobKeyMode: 'preserve_run_at' })
    await third.promise
    await setup.queue.stop()
    expect(await setup.waiting()).toEqual([{ kind: 'repeats', state: 'ready', attempts: 0 }])

    await using next = createNext(setup)
    await next.start()
    await expect.poll(() => done, { interval: 10 }).toBeGreaterThan(4)
  })

  it('comes again though it was given up', async () => {
    let tries = 0
    const second = Promise.withResolvers<void>()
    await using setup = await openRepeating(dialect, async (again) => {
      if (++tries === 1) throw coded('github_not_found', 'even this does not end it')
      await setup.store.write(again)
      second.resolve()
    })
    await setup.enqueue(task)
    await second.promise
    expect(setup.finished.map(({ result }) => result)).toContain('failed')
  })

  it('is tried again, and not doubled, where it only fails', async () => {
    let tries = 0
    const second = Promise.withResolvers<void>()
    await using setup = await openRepeating(dialect, async (again) => {
      if (++tries === 1) throw new Error('once')
      await setup.store.write(again)
      second.resolve()
    })
    await setup.enqueue(task)
    await second.promise
    await setup.queue.stop()
    expect(await setup.waiting()).toEqual([{ kind: 'repeats', state: 'ready', attempts: 0 }])
  })

  it('has its next one if and only if what it wrote with it was committed', async () => {
    let tries = 0
    const second = Promise.withResolvers<void>()
    await using setup = await openRepeating(dialect, async (again) => {
      await setup.store.write(async (tx) => {
        appendChanges(tx, 1, [{ topic: 't', kind: 'repeats', data: ++tries }])
        await again(tx)
        if (tries === 1) throw new Error('not written')
      })
      second.resolve()
    })
    await setup.enqueue(task)
    await second.promise
    await setup.queue.stop()
    const written = await readChanges(setup.store.read, { after: 0, limit: 10 })
    expect(written.map(({ data }) => data)).toContain(2)
    expect(written.map(({ data }) => data)).not.toContain(1)
    expect(await setup.waiting()).toEqual([{ kind: 'repeats', state: 'ready', attempts: 0 }])
  })
})

type Again = Parameters<Parameters<typeof repeating>[2]>[1]

async function openRepeating(dialect: Store['dialect'], work: (again: Again) => Promise<void>) {
  const handlers: Parameters<typeof createSqlQueue>[0]['handlers'] = {}
  const { store, options, finished, ...opened } = await openQueue(dialect, { started: false })
  const deps = { ...options, handlers }
  const queue = createSqlQueue(deps)
  handlers.repeats = repeating(
    { store, enqueue: queue.enqueue, clock: Date.now },
    { task, everyMs: 20 },
    (_, again) => work(again),
  )
  await queue.start()
  return {
    store,
    queue,
    deps,
    finished,
    enqueue: (wanted: Parameters<typeof queue.enqueue>[1]) => store.write((tx) => queue.enqueue(tx, wanted)),
    waiting: () =>
      store.read
        .selectFrom('tasks')
        .select(['kind', 'state', 'attempts'])
        .where('state', '<>', 'failed')
        .execute(),
    async [Symbol.asyncDispose]() {
      await queue.stop()
      await opened[Symbol.asyncDispose]()
    },
  }
}

function createNext({ deps }: { deps: Parameters<typeof createSqlQueue>[0] }) {
  const queue = createSqlQueue(deps)
  return { ...queue, [Symbol.asyncDispose]: () => queue.stop() }
}
