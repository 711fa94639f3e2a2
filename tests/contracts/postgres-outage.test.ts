import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { appendChanges, readChanges } from '../../src/store/changes.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { append } from '../support/append.ts'
import { startCuttingProxy } from '../support/cutting-proxy.ts'
import { ownPostgres } from '../support/postgres-server.ts'
import { openTempStore, tempDatabase } from '../support/temp-store.ts'

describe('a connection to Postgres that is cut', () => {
  it.each(['before', 'after'] as const)('%s a commit writes once and not twice', async (when) => {
    const { databaseUrl, remove } = await tempDatabase()
    await using proxy = await startCuttingProxy(databaseUrl)
    const store = await openStore({ dataDir: '', databaseUrl: proxy.url })
    const told: number[] = []
    store.onAppended((changes) => told.push(...changes.map(({ seq }) => seq)))
    await append(store, change('first'))
    let runs = 0
    const cut = proxy.cutNextCommit(when)
    const written = store.write(async (tx) => {
      runs++
      await tx.insertInto('settings').values({ key: 'once', value: 'x', updated_at: 0 }).execute()
      appendChanges(tx, 0, change('once'))
      return 'acknowledged'
    })
    await cut
    expect(await written).toBe('acknowledged')
    expect(runs).toBe(when === 'before' ? 2 : 1)
    await append(store, change('last'))
    const log = await readChanges(store.read, { after: 0, limit: 10 })
    expect(log.map(({ topic }) => topic)).toEqual(['first', 'once', 'last'])
    expect(told).toEqual([1, 2, 3])
    await store.close()
    await remove()
  })

  it('in the middle of work is replaced, and those who share the commit notice nothing', async () => {
    await using store = await openTempStore('postgres')
    let runs = 0
    const results = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        store.write(async (tx) => {
          if (index === 3 && ++runs === 1) {
            const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
            await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(store.read)
          }
          await tx
            .insertInto('settings')
            .values({ key: `${index}`, value: '', updated_at: 0 })
            .execute()
          return index
        }),
      ),
    )
    expect(results).toEqual([0, 1, 2, 3, 4])
    expect(runs).toBe(2)
    expect(await store.read.selectFrom('settings').select('key').execute()).toHaveLength(5)
  })

  it('while somebody reads on it fails that query alone, as one that may be asked again', async () => {
    await using store = await openTempStore('postgres')
    const reading = sql`select pg_sleep(60)`.execute(store.read).catch((error: unknown) => error)
    const end = sql<{ ended: boolean }>`select pg_terminate_backend(pid) as ended from pg_stat_activity
      where datname = current_database() and query like 'select pg_sleep%'`
    await expect.poll(async () => (await end.execute(store.read)).rows.length).toBe(1)
    expect(await reading).toMatchObject({ code: 'unavailable', retryable: true, retryAfterMs: 1_000 })
    expect(await store.read.selectFrom('settings').selectAll().execute()).toEqual([])
  })
})

describe('a Postgres that goes away and comes back', () => {
  it.each(['fast', 'kill'] as const)(
    'in the middle of writes (%s) loses nothing acknowledged, writes nothing twice, and goes on within five seconds',
    async (how) => {
      await using server = await ownPostgres()
      const store = await openStore({ dataDir: '', databaseUrl: server.url })
      const told: number[] = []
      store.onAppended((changes) => told.push(...changes.map(({ seq }) => seq)))
      const acknowledged: string[] = []
      const errors: unknown[] = []
      let writing = true
      const writer = async (name: number) => {
        for (let n = 0; writing; n++) {
          const topic = `${name}.${n}`
          try {
            await append(store, change(topic))
            acknowledged.push(topic)
          } catch (error) {
            errors.push(error)
            await wait(10)
          }
        }
      }
      const writers = Array.from({ length: 6 }, (_, name) => writer(name))
      for (let round = 0; round < 3; round++) {
        const before = acknowledged.length
        await expect.poll(() => acknowledged.length).toBeGreaterThan(before + 20)
        await server.stop(how)
        await expect(store.ping()).rejects.toMatchObject({ code: 'unavailable' })
        await expect(readSomething(store)).rejects.toMatchObject({ code: 'unavailable' })
        await server.start()
        const back = performance.now()
        const known = acknowledged.length
        await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(known)
        expect(performance.now() - back).toBeLessThan(5_000)
        await readSomething(store)
      }
      writing = false
      await Promise.all(writers)
      for (const error of errors) expect(error).toMatchObject({ code: 'unavailable', retryable: true })
      const log = await readAll(store)
      const topics = log.map(({ topic }) => topic)
      expect(new Set(topics).size).toBe(topics.length)
      const kept = new Set(topics)
      expect(acknowledged.filter((topic) => !kept.has(topic))).toEqual([])
      expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1))
      expect(told).toEqual(told.toSorted((a, b) => a - b))
      await store.close()
    },
    120_000,
  )

  it('is heard again by who listens, with what was missed', async () => {
    await using server = await ownPostgres()
    const [store, other] = await Promise.all(
      [1, 2].map(() => openStore({ dataDir: '', databaseUrl: server.url })),
    )
    const heard: number[] = []
    store!.onChanges((seq) => heard.push(seq))
    await append(other!, change('one'))
    await expect.poll(() => heard.at(-1)).toBe(1)
    await server.stop('fast')
    await server.start()
    await expect
      .poll(() =>
        append(other!, change('two')).then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
    await expect.poll(() => heard.at(-1), { timeout: 5_000 }).toBe(2)
    await append(other!, change('three'))
    await expect.poll(() => heard.at(-1), { timeout: 5_000 }).toBe(3)
    await Promise.all([store!.close(), other!.close()])
  })
})

const change = (topic: string) => [{ topic, kind: 'test', data: null }]

const readSomething = (store: Store) => store.read.selectFrom('settings').selectAll().execute()

async function readAll(store: Store) {
  const log = []
  for (let after = 0; ; ) {
    const page = await readChanges(store.read, { after, limit: 1_000 })
    log.push(...page)
    if (page.length < 1_000) return log
    after = page.at(-1)!.seq
  }
}
