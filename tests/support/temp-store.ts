import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { databaseFile, openStore, type StoreOptions } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { postgresUrl } from './postgres-server.ts'
import { refuseFullScans, watchProductQueries } from './query-plans.ts'

/** A store of its own for one test, which goes away with it: `await using store = await openTempStore()`. */
export interface TempStore extends Store, AsyncDisposable {
  /** What `openStore` needs to open the same database once more, as another process would. */
  readonly place: Pick<StoreOptions, 'dataDir' | 'databaseUrl'>
  readonly dataDir: string
}

/** Both databases, for suites that hold them to the same: `describe.each(dialects)`. */
export const dialects = ['sqlite', 'postgres'] as const

/**
 * Opens a new, migrated store: SQLite in a temporary folder, or a database of the test run's own Postgres. Closing
 * it fails when product code has issued a statement that reads a whole growing table: so every test is one of plans.
 */
export async function openTempStore(
  dialect: Store['dialect'] = 'sqlite',
  options: Partial<StoreOptions> = {},
): Promise<TempStore> {
  const place = await (dialect === 'sqlite' ? tempFolder() : tempDatabase(await migratedTemplate()))
  const { onQuery, queries } = watchProductQueries()
  const store = await openStore({ ...(dialect === 'sqlite' && { onQuery }), ...options, ...place })
  let closing: Promise<void> | undefined
  const close = () => {
    closing ??= store
      .close()
      .then(() => explain(join(place.dataDir, databaseFile), queries))
      .finally(place.remove)
    return closing
  }
  return { ...store, place, dataDir: place.dataDir, close, [Symbol.asyncDispose]: close }
}

function explain(path: string, queries: readonly string[]): void {
  if (queries.length === 0) return
  using database = new DatabaseSync(path, { readOnly: true })
  refuseFullScans(database, queries)
}

interface Place {
  dataDir: string
  databaseUrl?: string
  remove(): Promise<void>
}

/** An empty folder for a SQLite database. */
export async function tempFolder(): Promise<Place> {
  const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-store-'))
  return { dataDir, remove: async () => rmSync(dataDir, { recursive: true, force: true }) }
}

/** A Postgres database: empty, or a copy of a template. */
export async function tempDatabase(template = 'template0'): Promise<Place & { databaseUrl: string }> {
  const name = `t${randomBytes(8).toString('hex')}`
  await administer((client) => client.query(`create database ${name} template ${template}`))
  return {
    dataDir: '',
    databaseUrl: await postgresUrl(name),
    remove: () => administer((client) => client.query(`drop database ${name} with (force)`)),
  }
}

/** The name of a migrated database to copy, which the first who needs one makes: a copy is quicker than migrating. */
async function migratedTemplate(): Promise<string> {
  const template = 'migrated'
  await administer(async (client) => {
    await client.query('select pg_advisory_lock(1)') // until this connection ends
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template])
    if (rowCount) return
    await client.query('create database migrating template template0')
    const store = await openStore({ dataDir: '', databaseUrl: await postgresUrl('migrating') })
    await store.close()
    await client.query(`alter database migrating rename to ${template}`)
  })
  return template
}

async function administer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: await postgresUrl('postgres') })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}
