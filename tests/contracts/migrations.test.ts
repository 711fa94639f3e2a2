import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { Migration } from '../../src/store/migrate.ts'
import { migrations } from '../../src/store/migrations/index.ts'
import { databaseFile, openStore, type StoreOptions } from '../../src/store/open-store.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'
import type { Store } from '../../src/store/store.ts'
import { sampleMigrations } from '../support/migrations.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

type Place = Pick<StoreOptions, 'dataDir' | 'databaseUrl'>

describe.each(dialects)('migrations on %s', (dialect) => {
  it('run once, in order, and are written down', async () => {
    await using place = await newPlace(dialect)
    for (const known of [sampleMigrations.slice(0, 1), sampleMigrations, sampleMigrations]) {
      const store = await openWith(place, known)
      expect(await applied(store)).toEqual(known.map(({ id, name }) => ({ id, name })))
      await store.close()
    }
    expect(await accounts(place)).toEqual([{ id: 1, owner: 'mona', balance: 201, cents: 20_000 }])
  })

  it('are harmlessly killed before any of their statements', async () => {
    let statements = 0
    for (let dieBefore = 1; ; dieBefore++) {
      await using place = await newPlace(dialect)
      const { signal, status, stderr } = migrateInProcess(place, dieBefore)
      if (signal !== 'SIGKILL') {
        expect([status, stderr]).toEqual([0, ''])
        break
      }
      statements++
      expect(await accounts(place)).toEqual([{ id: 1, owner: 'mona', balance: 201, cents: 20_000 }])
      if (dialect === 'sqlite') expect(integrityOf(place)).toBe('ok')
    }
    const own = sampleMigrations.flatMap(({ statements }) => statements(nothing)).length
    expect(statements).toBeGreaterThan(own + 3 * sampleMigrations.length - 1)
  }, 120_000)

  it('leave nothing behind when they fail, and stop there', async () => {
    await using place = await newPlace(dialect)
    const [first] = sampleMigrations
    const broken: Migration = {
      id: 2,
      name: 'broken',
      statements: () => ['update accounts set balance = 0', 'insert into accounts values (1)'],
    }
    await expect(openWith(place, [first!, broken, { ...broken, id: 3 }])).rejects.toThrow()
    const store = await openWith(place, [first!])
    expect(await applied(store)).toEqual([{ id: 1, name: 'accounts' }])
    const { rows } = await sql`select balance from accounts order by id`.execute(store.read)
    expect(rows).toEqual([{ balance: 100 }, { balance: 50 }])
    await store.close()
  })

  it('refuse a database that a newer version has migrated, and leave it alone', async () => {
    await using place = await newPlace(dialect)
    const newer: Migration = {
      id: migrations.at(-1)!.id + 1,
      name: 'from-the-future',
      statements: () => ['alter table settings rename to preferences'],
    }
    await (await openWith(place, [...migrations, newer])).close()
    await expect(openStore(place)).rejects.toMatchObject({ code: 'schema_newer' })
    const store = await openWith(place, [...migrations, newer])
    expect(await applied(store)).toHaveLength(migrations.length + 1)
    await store.close()
  })

  it('wait for one another when two processes start at once', async () => {
    await using place = await newPlace(dialect)
    const stores = await Promise.all([openWith(place, sampleMigrations), openWith(place, sampleMigrations)])
    await Promise.all(stores.map((store) => store.close()))
    expect(await accounts(place)).toEqual([{ id: 1, owner: 'mona', balance: 201, cents: 20_000 }])
  })
})

it('number the migrations of the product upwards', () => {
  const ids = migrations.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b))
})

const nothing = { text: '', integer: '', blob: '', serial: '', table: () => '', searchWords: [] }

async function newPlace(dialect: Store['dialect']) {
  const { remove, ...place } = await (dialect === 'sqlite' ? tempFolder() : tempDatabase())
  return { ...(place as Place), [Symbol.asyncDispose]: remove }
}

async function openWith({ dataDir, databaseUrl }: Place, known: readonly Migration[]): Promise<Store> {
  const options = { migrations: known }
  if (databaseUrl) return await openPostgres({ ...options, url: databaseUrl })
  return await openSqlite({ ...options, path: join(dataDir, databaseFile), readers: 1, onFatal: () => {} })
}

async function applied(store: Store): Promise<unknown[]> {
  const { rows } = await sql`select id, name from migrations order by id`.execute(store.read)
  return rows
}

/** Opens the database as the next process would, which migrates what is missing, and reads the result. */
async function accounts(place: Place): Promise<unknown[]> {
  const store = await openWith(place, sampleMigrations)
  const { rows } = await sql`select * from accounts`.execute(store.read)
  await store.close()
  return rows
}

function migrateInProcess({ dataDir, databaseUrl }: Place, dieBefore: number) {
  const script = fileURLToPath(new URL('../support/migrating-process.ts', import.meta.url))
  return spawnSync(process.execPath, [script, JSON.stringify({ dataDir, databaseUrl, dieBefore })], {
    encoding: 'utf8',
  })
}

function integrityOf({ dataDir }: Place): unknown {
  using database = new DatabaseSync(join(dataDir, databaseFile))
  return database.prepare('pragma integrity_check').get()?.integrity_check
}
