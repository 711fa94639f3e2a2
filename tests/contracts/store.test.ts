import { statSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { appendChanges, firstSeq, type LoggedChange, lastSeq, readChanges } from '../../src/store/changes.ts'
import type { Commit } from '../../src/store/group-commit.ts'
import { openStore } from '../../src/store/open-store.ts'
import { inSavepoint } from '../../src/store/savepoint.ts'
import { afterCommit, noteTasks } from '../../src/store/signals.ts'
import { createReaders } from '../../src/store/sqlite-readers.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { listChanges } from '../../src/store/visible-changes.ts'
import { append } from '../support/append.ts'
import { dialects, openTempStore, tempFolder } from '../support/temp-store.ts'

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

describe.each(dialects)('the change log on %s', (dialect) => {
  it('numbers changes from 1 without gaps, in order of commit, whatever fails in between', async () => {
    await using store = await openTempStore(dialect)
    const heard: number[] = []
    store.onChanges((seq) => heard.push(seq))
    const acknowledged: number[] = []
    const told: LoggedChange[] = []
    store.onAppended((changes) => told.push(...changes))
    await Promise.allSettled(
      Array.from({ length: 200 }, (_, index) =>
        store.write((tx) => {
          appendChanges(tx, index, changes(1 + (index % 3), 'repo:1'))
          afterCommit(tx, (appended) => acknowledged.push(...appended.map(({ seq }) => seq)))
          if (index % 7 === 0) throw new Error('rolled back')
        }),
      ),
    )
    const log = await readChanges(store.read, { after: 0, limit: 10_000 })
    expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: log.length }, (_, index) => index + 1))
    expect(acknowledged).toEqual(log.map(({ seq }) => seq))
    expect(told).toEqual(log)
    expect(await lastSeq(store.read)).toBe(log.length)
    await expect.poll(() => Math.max(...heard)).toBe(log.length)
  })

  it('keeps every field, and appends more changes than fit into one statement', async () => {
    await using store = await openTempStore(dialect)
    const change = {
      topic: 'repo:1',
      kind: 'push',
      actor: 'mona',
      repository_id: 1,
      delivery_id: 'guid',
      received_at: 5,
      maker: 'mona',
      started_by: 'hubot',
      repositories: [1, 2],
      data: { nested: ['ünïcode', null, 1.5] },
    }
    const seqs = await append(store, [change, ...changes(120, 'repo:2')], { now: 9 })
    expect(seqs).toEqual(Array.from({ length: 121 }, (_, index) => index + 1))
    const [first, ...rest] = await readChanges(store.read, { after: 0, limit: 200 })
    expect(first).toEqual({ seq: 1, at: 9, ...change })
    expect(rest.map(({ data }) => data)).toEqual(changes(120, '').map(({ data }) => data))
  })

  it('reads upwards from a seq', async () => {
    await using store = await openTempStore(dialect)
    await store.write(async (tx) => {
      for (const topic of ['a', 'b', 'c', 'a', 'b', 'c', 'a']) appendChanges(tx, 0, changes(1, topic))
    })
    const seqs = async (range: Parameters<typeof readChanges>[1]) =>
      (await readChanges(store.read, range)).map(({ seq }) => seq)
    expect(await seqs({ after: 2, limit: 3 })).toEqual([3, 4, 5])
    expect(await seqs({ after: 7, limit: 3 })).toEqual([])
    expect(await firstSeq(store.read)).toBe(1)
  })

  it('tells listeners of commits that appended, also of other processes on a shared server', async () => {
    await using store = await openTempStore(dialect)
    const heard: number[] = []
    const off = store.onChanges((seq) => heard.push(seq))
    await store.write((tx) => setting(tx, 'silent', '1'))
    await store.write((tx) => appendChanges(tx, 0, changes(2, 'a')))
    await expect.poll(() => heard).toEqual([2])
    if (dialect === 'postgres') {
      const second = await openStore(store.place)
      await second.write((tx) => appendChanges(tx, 0, changes(1, 'a')))
      await expect.poll(() => heard).toEqual([2, 3])
      await second.close()
    }
    const before = heard.length
    off()
    await store.write((tx) => appendChanges(tx, 0, changes(1, 'a')))
    expect(heard.length).toBe(before)
  })

  it('undoes a part of a transaction alone, with what it wrote, appended and enqueued', async () => {
    await using store = await openTempStore(dialect)
    const called: string[] = []
    let tasks = 0
    store.onTasks(() => tasks++)
    await store.write(async (tx) => {
      appendChanges(tx, 0, changes(1, 'before'))
      const part = (name: string, fails: boolean) =>
        inSavepoint(tx, async () => {
          await setting(tx, name, '1')
          appendChanges(tx, 0, changes(1, name))
          afterCommit(tx, () => called.push(name))
          if (!fails) return
          noteTasks(tx)
          await setting(tx, name, '2') // refused by the database
        })
      await part('one', false)
      await expect(part('two', true)).rejects.toThrow()
      await part('three', false)
    })
    const log = await readChanges(store.read, { after: 0, limit: 10 })
    expect(log.map(({ seq, topic }) => [seq, topic])).toEqual([
      [1, 'before'],
      [2, 'one'],
      [3, 'three'],
    ])
    expect(await settings(store)).toEqual({ one: '1', three: '1' })
    expect(called).toEqual(['one', 'three'])
    expect(tasks).toBe(0)
  })

  it('refuses at once what the log cannot hold, and spares who shares the commit', async () => {
    await using store = await openTempStore(dialect)
    const [fine, refused] = await Promise.allSettled([
      append(store, changes(1, 'a')),
      append(store, [{ topic: 'b', kind: 'k', data: null, repository_id: 1.5 }]),
    ])
    expect(fine.status).toBe('fulfilled')
    expect(refused).toMatchObject({ status: 'rejected', reason: { name: 'TypeError' } })
    expect(await append(store, changes(1, 'c'))).toEqual([2])
  })

  it('lists changes newest first, and only those that the person may see', async () => {
    await using store = await openTempStore(dialect)
    await store.write(async (tx) => {
      await user(tx, 'mona')
      await user(tx, 'hubot')
      for (const id of [1, 2]) await repository(tx, id)
      await tx
        .insertInto('access')
        .values({ user_id: 'mona', repository_id: 1, permission: 'pull', synced_at: 0 })
        .execute()
      appendChanges(tx, 0, [
        { topic: 'repo:1', kind: 'k', repository_id: 1, data: 'one' },
        { topic: 'repo:2', kind: 'k', repository_id: 2, data: 'two' },
        { topic: 'inbox:mona', kind: 'k', data: 'hers' },
        { topic: 'inbox:hubot', kind: 'k', data: 'his' },
        { topic: 'system', kind: 'k', data: 'all' },
      ])
    })
    const seen = async (userId: string, more = {}) =>
      (await listChanges(store.read, { userId, maintains: false, limit: 10, ...more })).map(
        ({ data }) => data,
      )
    expect(await seen('mona')).toEqual(['all', 'hers', 'one'])
    expect(await seen('hubot')).toEqual(['all', 'his'])
    expect(await seen('mona', { before: 5, limit: 1 })).toEqual(['hers'])
    expect(await seen('mona', { topic: 'repo:2' })).toEqual([])
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

function changes(count: number, topic: string) {
  return Array.from({ length: count }, (_, index) => ({ topic, kind: 'test', data: { index } }))
}

async function setting(tx: Db, key: string, value: string): Promise<void> {
  await tx.insertInto('settings').values({ key, value, updated_at: 0 }).execute()
}

async function concatenate(tx: Db, key: string, text: string): Promise<void> {
  await sql`update settings set value = value || ${text} where key = ${key}`.execute(tx)
}

async function settings(store: Store): Promise<Record<string, string>> {
  const rows = await store.read.selectFrom('settings').select(['key', 'value']).execute()
  return Object.fromEntries(rows.map(({ key, value }) => [key, value]))
}

async function user(tx: Db, id: string): Promise<void> {
  await tx
    .insertInto('users')
    .values({ id, host: 'github.com', github_id: id.length, login: id, role: 'member', created_at: 0 })
    .execute()
}

async function repository(tx: Db, id: number): Promise<void> {
  const name = `octo/r${id}`
  await tx
    .insertInto('repositories')
    .values({
      id,
      owner: 'octo',
      name: `r${id}`,
      full_name: name,
      full_name_key: name,
      private: 0,
      fork: 0,
      archived: 0,
      default_branch: 'main',
      topics: '[]',
      stargazers_count: 0,
      forks_count: 0,
      open_issues: 0,
      open_pull_requests: 0,
      visibility: 'private',
      is_template: 0,
      html_url: `https://github.com/${name}`,
      created_at: 0,
      updated_at: 0,
    })
    .execute()
}

/** Notes how long the event loop kept a timer of 5 ms waiting. */
function watchLoop() {
  const gaps: number[] = []
  let last = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    gaps.push(now - last)
    last = now
  }, 5)
  return { longest: () => Math.max(...gaps), count: () => gaps.length, stop: () => clearInterval(timer) }
}
