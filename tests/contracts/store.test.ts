import { statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { appendChanges } from '../../src/store/changes.ts'
import type { Commit } from '../../src/store/group-commit.ts'
import { openStore } from '../../src/store/open-store.ts'
import { createReaders } from '../../src/store/sqlite-readers.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { dialects, openTempStore, tempFolder } from '../support/temp-store.ts'
import { changes, concatenate, setting, settings, watchLoop } from './some-rows.ts'

describe.each(dialects)('a store on %s', (dialect) => {
  it('shows a write to readers once it is acknowledged', async () => {
    await using store = await openTempStore(dialect)
    await store.write((tx) => setting(tx, 'a', '1'))
    expect(await settings(store)).toEqual({ a: '1' })
  })

  it('returns what the work returns, with numbers as numbers and bytes as bytes', async () => {
    await using store = await openTempStore(dialect)
    const digest = Uint8Array.from({ length: 256 }, (_, byte) => byte)
    const written = await store.write((tx) =>
      tx
        .insertInto('deliveries')
        .values({
          id: 'd',
          event: 'push',
          received_at: 1_795_000_000_123,
          state: 'pending',
          size: 256,
          digest,
        })
        .returning(['received_at', 'digest'])
        .executeTakeFirstOrThrow(),
    )
    const read = await store.read
      .selectFrom('deliveries')
      .select(['received_at', 'digest'])
      .executeTakeFirstOrThrow()
    for (const row of [written, read]) {
      expect(row.received_at).toBe(1_795_000_000_123)
      expect(row.digest).toBeInstanceOf(Uint8Array)
      expect(Buffer.from(row.digest!)).toEqual(Buffer.from(digest))
    }
  })

  it('says of a statement that breaks a rule of the schema that it is refused for good', async () => {
    await using store = await openTempStore(dialect)
    await store.write((tx) => setting(tx, 'a', '1'))
    const twice = store.write((tx) =>
      tx.insertInto('settings').values({ key: 'a', value: '2', updated_at: 0 }).execute(),
    )
    await expect(twice).rejects.toMatchObject({ code: 'database_refused', retryable: false })
    expect(await settings(store)).toEqual({ a: '1' })
  })

  it('rolls back a write that throws, alone, wherever it stands among those that wait with it', async () => {
    await using store = await openTempStore(dialect)
    for (const failing of [0, 3, 6]) {
      const results = await Promise.allSettled(
        Array.from({ length: 7 }, (_, index) =>
          store.write(async (tx) => {
            await setting(tx, `${failing}.${index}`, 'x')
            if (index === failing) throw new Error(`write ${index} failed`)
            return index
          }),
        ),
      )
      results.forEach((result, index) => {
        expect(result.status).toBe(index === failing ? 'rejected' : 'fulfilled')
      })
      expect(results[failing]).toMatchObject({ reason: { message: `write ${failing} failed` } })
    }
    expect(Object.keys(await settings(store)).sort()).toEqual(
      ['0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '3.0', '3.1', '3.2', '3.4', '3.5', '3.6'].concat([
        '6.0',
        '6.1',
        '6.2',
        '6.3',
        '6.4',
        '6.5',
      ]),
    )
  })

  it('rolls back a write whose statement the database refuses, and keeps the others', async () => {
    await using store = await openTempStore(dialect)
    await store.write((tx) => setting(tx, 'taken', '1'))
    const [before, refused, after] = await Promise.allSettled([
      store.write((tx) => setting(tx, 'before', '1')),
      store.write(async (tx) => {
        await setting(tx, 'half', '1')
        await setting(tx, 'taken', '2')
      }),
      store.write((tx) => setting(tx, 'after', '1')),
    ])
    expect([before?.status, refused?.status, after?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(await settings(store)).toEqual({ taken: '1', before: '1', after: '1' })
  })

  it('refuses to query through a transaction that has ended', async () => {
    await using store = await openTempStore(dialect)
    const leaked = await store.write(async (tx) => ({ tx }))
    await expect(setting(leaked.tx, 'late', '1')).rejects.toThrow()
    expect(await settings(store)).toEqual({})
  })

  it('refuses a write inside a write instead of waiting for ever', async () => {
    await using store = await openTempStore(dialect)
    const nested = store.write((tx) =>
      setting(tx, 'outer', '1').then(() => store.write((tx) => setting(tx, 'inner', '1'))),
    )
    await expect(nested).rejects.toThrow('store.write inside store.write')
    expect(await settings(store)).toEqual({})
    await store.write((tx) => setting(tx, 'after', '1'))
  })

  it('keeps foreign keys', async () => {
    await using store = await openTempStore(dialect)
    const orphan = store.write((tx) =>
      tx
        .insertInto('access')
        .values({ user_id: 'nobody', repository_id: 1, permission: 'pull', synced_at: 0 })
        .execute(),
    )
    const refused = await orphan.catch((error: Error) => `${error.message} ${error.cause}`)
    expect(refused).toMatch(/foreign key/i)
  })

  it('answers a ping with a whole commit', async () => {
    const commits: Commit[] = []
    await using store = await openTempStore(dialect, { onCommit: (commit) => commits.push(commit) })
    const before = commits.length
    await store.ping()
    expect(commits.length).toBe(before + 1)
  })

  it('refuses work once it is closed', async () => {
    await using store = await openTempStore(dialect)
    const last = store.write((tx) => setting(tx, 'last', '1'))
    await Promise.all([last, store.close()])
    await expect(store.write((tx) => setting(tx, 'late', '1'))).rejects.toThrow()
    await expect(settings(store)).rejects.toThrow()
  })

  it('keeps what was acknowledged for the next process', async () => {
    await using store = await openTempStore(dialect)
    await store.write((tx) => setting(tx, 'kept', '1'))
    const second = await openStore(store.place)
    expect(await settings(second)).toEqual({ kept: '1' })
    await second.close()
  })

  it('lets one process hold a lock at a time', async () => {
    await using store = await openTempStore(dialect)
    const second = await openStore(store.place)
    await store.write((tx) => setting(tx, 'count', '0'))
    const add = (through: Store) =>
      through.write(async (tx) => {
        await through.lock(tx, 'count')
        const { value } = await tx
          .selectFrom('settings')
          .select('value')
          .where('key', '=', 'count')
          .executeTakeFirstOrThrow()
        await tx
          .updateTable('settings')
          .set({ value: String(Number(value) + 1) })
          .where('key', '=', 'count')
          .execute()
      })
    await Promise.all(Array.from({ length: 40 }, (_, index) => add(index % 2 ? store : second)))
    expect(await settings(store)).toEqual({ count: '40' })
    await second.close()
  })
})

describe('Postgres', () => {
  it('hears of commits again after its connection broke, and of what it missed', async () => {
    await using store = await openTempStore('postgres')
    const second = await openStore(store.place)
    const heard: number[] = []
    store.onChanges((seq) => heard.push(seq))
    await second.write(async (tx) => {
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like 'listen%'`.execute(tx)
      appendChanges(tx, 0, changes(1, 'a'))
    })
    await expect.poll(() => heard.at(-1)).toBe(1)
    await second.write((tx) => appendChanges(tx, 0, changes(1, 'a')))
    await expect.poll(() => heard.at(-1)).toBe(2)
    await second.close()
  })

  it('repeats a write that met one of another process in a deadlock', async () => {
    await using store = await openTempStore('postgres')
    const second = await openStore(store.place)
    await store.write(async (tx) => {
      await setting(tx, 'a', '')
      await setting(tx, 'b', '')
    })
    const both = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const crossing = async (tx: Db, [first, then]: [string, string], turn: number) => {
      await concatenate(tx, first, String(turn))
      both[turn]?.resolve()
      await both[1 - turn]?.promise
      await concatenate(tx, then, String(turn))
    }
    await Promise.all([
      store.write((tx) => crossing(tx, ['a', 'b'], 0)),
      second.write((tx) => crossing(tx, ['b', 'a'], 1)),
    ])
    await second.close()
    const { a, b } = await settings(store)
    expect([a, b].map((value) => [...(value ?? '')].sort().join(''))).toEqual(['01', '01'])
  })
})

describe('SQLite', () => {
  it('lets writes that wait at the same time share a commit', async () => {
    const commits: Commit[] = []
    await using store = await openTempStore('sqlite', { onCommit: (commit) => commits.push(commit) })
    commits.length = 0
    await Promise.all(
      Array.from({ length: 300 }, (_, index) => store.write((tx) => setting(tx, `${index}`, 'x'))),
    )
    expect(commits.reduce((sum, { writes }) => sum + writes, 0)).toBe(300)
    expect(commits.length).toBeLessThan(100)
  })

  it('ends a group in time, so that timers fire while thousands of writes wait', async () => {
    await using store = await openTempStore()
    const gaps = watchLoop()
    await Promise.all(
      Array.from({ length: 4_000 }, (_, index) =>
        store.write((tx) => setting(tx, `${index}`, 'x'.repeat(500))),
      ),
    )
    expect(gaps.count()).toBeGreaterThan(3)
    gaps.stop()
  })

  it('reads for a long time without holding the event loop, nor other readers', async () => {
    await using store = await openTempStore()
    await store.read.selectFrom('settings').selectAll().execute() // the thread has started
    const gaps = watchLoop()
    const began = performance.now()
    const long = sql<{ n: number }>`
      with recursive counter (n) as (select 1 union all select n + 1 from counter where n < 4000000)
      select max(n) as n from counter
    `.execute(store.read)
    let shortReads = 0
    let running = true
    const ended = long.then((result) => {
      running = false
      return result
    })
    while (running) {
      await store.read.selectFrom('settings').selectAll().execute()
      shortReads++
    }
    const { rows } = await ended
    const took = performance.now() - began
    gaps.stop()
    expect(rows).toEqual([{ n: 4_000_000 }])
    expect(took).toBeGreaterThan(300)
    expect(gaps.longest()).toBeLessThan(took / 3)
    expect(shortReads).toBeGreaterThan(3)
  })

  it('reads with one thread until a long query keeps others waiting, and with it again later', async () => {
    await using store = await openTempStore()
    const readers = createReaders({ path: join(store.dataDir, 'cldcde.db'), threads: 2, restMs: 200 })
    const long =
      'with recursive c (n) as (select 1 union all select n + 1 from c where n < 3000000) select max(n) from c'
    for (let n = 0; n < 20; n++) await readers.execute('select 1', [])
    expect(readers.threads()).toBe(1)
    const order: string[] = []
    await Promise.all([
      readers.execute(long, []).then(() => order.push('long')),
      readers.execute('select 1', []).then(() => order.push(`short by ${readers.threads()}`)),
    ])
    expect(order).toEqual(['short by 2', 'long'])
    await expect.poll(() => readers.threads(), { timeout: 10_000 }).toBe(1)
    expect(await readers.execute('select 2 as two', [])).toMatchObject({ rows: [{ two: 2 }] })
    await readers.close()
  })

  it('tells a reader its error, and goes on', async () => {
    await using store = await openTempStore()
    await expect(sql`select * from nowhere`.execute(store.read)).rejects.toMatchObject({
      message: 'no such table: nowhere',
      code: 'ERR_SQLITE_ERROR',
    })
    await expect(sql`insert into settings values ('a', 'b', 1)`.execute(store.read)).rejects.toThrow(
      /readonly/,
    )
    await expect(sql`select ${{ cannot: () => 'be cloned' }} as one`.execute(store.read)).rejects.toThrow()
    expect(await settings(store)).toEqual({})
  })

  it('replaces a reader that died, and tells whose query was lost', async () => {
    const { dataDir, remove } = await tempFolder()
    const readers = createReaders({ path: join(dataDir, 'cldcde.db'), threads: 1 })
    await expect(readers.execute('select 1 as one', [])).rejects.toMatchObject({ code: 'unavailable' })
    const store = await openStore({ dataDir })
    expect(await readers.execute('select 1 as one', [])).toMatchObject({ rows: [{ one: 1 }] })
    await readers.close()
    await store.close()
    await remove()
  })

  it('keeps its file to its owner', async () => {
    await using store = await openTempStore()
    expect(statSync(`${store.dataDir}/cldcde.db`).mode & 0o077).toBe(0)
    expect(statSync(`${store.dataDir}/cldcde.db-wal`).mode & 0o077).toBe(0)
    expect(store.sizes().database + store.sizes().wal).toBeGreaterThan(4096)
  })
})
