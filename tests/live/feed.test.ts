import pino from 'pino'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type Feed, startFeed } from '../../src/live/feed.ts'
import { createSlices } from '../../src/live/slices.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { append } from '../support/append.ts'
import { breakTable } from '../support/break-store.ts'
import { dialects, openTempStore, type TempStore } from '../support/temp-store.ts'
import { until } from '../support/until.ts'

const closers: (() => unknown)[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const close of closers.splice(0).reverse()) await close()
})

const some = (count: number) =>
  Array.from({ length: count }, () => ({ topic: 'system', kind: 'k', data: {} }))
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)

/** A feed that notes what it hands on; `deliver` may refuse, by throwing. */
async function follow(store: TempStore, deliver: (seq: number) => void = () => {}) {
  const delivered: number[] = []
  const lost: number[] = []
  const logged: string[] = []
  const feed: Feed = await startFeed({
    store,
    log: pino({}, { write: (line: string) => logged.push(line) }),
    turn: createSlices(),
    deliver({ seq }) {
      deliver(seq)
      delivered.push(seq)
    },
    lose: (seq) => lost.push(seq),
  })
  closers.push(() => feed.close())
  return { feed, delivered, lost, logged }
}

async function open(dialect: Store['dialect'], onQuery?: (sql: string) => void): Promise<TempStore> {
  const store = await openTempStore(dialect, onQuery && { onQuery })
  closers.push(() => store.close())
  return store
}

/** The same database once more, as another process has it. */
async function openElsewhere(store: TempStore): Promise<Store> {
  const other = await openStore(store.place)
  closers.push(() => other.close())
  return other
}

describe.each(dialects)('the feed on %s', (dialect) => {
  it('hands on what this process commits without reading it back', async () => {
    const read: string[] = []
    const store = await open(dialect, (sql) => read.push(sql))
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    // Not even a signal of the database that comes before its answer makes it look there.
    const { feed, delivered } = await follow({ ...store, onChanges: () => () => {} })
    for (let round = 0; round < 5; round++) await append(store, some(3))
    await until(() => feed.seq === 15)
    expect(delivered).toEqual(upTo(15))
    expect(read.filter((sql) => /from "changes"/.test(sql))).toEqual([])
  })

  it('reads what other processes commit, all of it and in order with its own', async () => {
    const store = await open(dialect)
    const other = await openElsewhere(store)
    const { feed, delivered } = await follow(store)
    await append(store, some(2))
    await append(other, some(1_201))
    await append(store, some(2))
    await append(other, some(3))
    await append(store, some(1))
    await feed.settled()
    expect(delivered).toEqual(upTo(1_209))
  })

  it('reads back a commit that is too large to keep', async () => {
    const read: string[] = []
    const store = await open(dialect, (sql) => read.push(sql))
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { feed, delivered } = await follow({ ...store, onChanges: () => () => {} })
    await append(store, some(2))
    await append(store, some(5_100))
    await append(store, some(2))
    await until(() => feed.seq === 5_104)
    expect(delivered).toEqual(upTo(5_104))
    expect(read.filter((sql) => /from "changes"/.test(sql))).not.toEqual([])
  })

  it('goes on after a full read although nobody told that there is more', async () => {
    const store = await open(dialect)
    const other = await openElsewhere(store)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    // Nothing is heard of the others here: the look now and then must find all that they did.
    const { feed, delivered } = await follow({ ...store, onChanges: () => () => {} })
    await append(other, some(1_201))
    vi.advanceTimersByTime(1_000)
    await until(() => feed.seq === 1_201)
    expect(delivered).toEqual(upTo(1_201))
  })

  it('does not count as delivered what was not, and tries again', async () => {
    const store = await open(dialect)
    let failures = 2
    const seen: number[] = []
    const { feed, delivered, lost } = await follow(store, (seq) => {
      if (seq === 3 && failures-- > 0) {
        seen.push(feed.seq)
        throw new Error('planted')
      }
    })
    await append(store, some(5))
    await feed.settled()
    expect(seen).toEqual([2, 2])
    expect(delivered).toEqual(upTo(5))
    expect(lost).toEqual([])
  })

  it('says what is lost when it cannot be delivered, and goes on with the rest', async () => {
    const store = await open(dialect)
    const { feed, delivered, lost } = await follow(store, (seq) => {
      if (seq === 3) throw new Error('planted')
    })
    await append(store, some(5))
    await feed.settled()
    expect([delivered, lost]).toEqual([[1, 2, 4, 5], [3]])
  })

  it('says that it lost what was gone from the log before it was read', async () => {
    const store = await open(dialect)
    const other = await openElsewhere(store)
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const { feed, delivered, lost } = await follow({ ...store, onChanges: () => () => {} })
    await append(other, some(5))
    await other.write((tx) => tx.deleteFrom('changes').where('seq', '<=', 3).execute())
    vi.advanceTimersByTime(1_000)
    await until(() => feed.seq === 5)
    expect([delivered, lost]).toEqual([[4, 5], [3]])
  })

  it('reads again what it could not read', async () => {
    const store = await open(dialect)
    const other = await openElsewhere(store)
    const { feed, delivered, logged } = await follow(store)
    const mend = await breakTable(store, 'changes')
    // Of another process: a number that was taken, and whose row cannot be read for now.
    await other.write((tx) => tx.updateTable('change_head').set({ seq: 2 }).execute())
    const settled = feed.settled()
    await until(() => /live feed/.test(logged.join()))
    await mend(
      (table) =>
        `insert into ${table} (seq, at, topic, kind, data) values (1, 0, 't', 'k', '{}'), (2, 0, 't', 'k', '{}')`,
    )
    await settled
    expect(delivered).toEqual([1, 2])
  })
})
