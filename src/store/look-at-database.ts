import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { PostgresAdapter, PostgresQueryCompiler, SqliteAdapter, SqliteQueryCompiler, sql } from 'kysely'
import { coded } from '../errors.ts'
import { type DatabasePlace, explainDatabaseFailure } from './explain-failure.ts'
import { schemaNewer } from './migrate.ts'
import { migrations } from './migrations/index.ts'
import { databaseFile } from './open-store.ts'
import { listSealingKeys } from './sealing.ts'
import { createStatements } from './sqlite-statements.ts'
import type { Db } from './store.ts'
import { createKysely } from './store-dialect.ts'

/** What a database holds, as far as a start depends on it. */
export interface DatabaseState {
  dialect: 'sqlite' | 'postgres'
  /** How many migrations the next start will run; all of them where there is no schema yet. */
  pending: number
  /** Ids of the master keys that its sealed secrets need. */
  sealingKeys: string[]
}

/**
 * Reads what a start would meet, and changes nothing: no file is made, no migration runs, no row is written. Null when
 * there is no database yet. `thorough` has SQLite check every page, which takes as long as reading the file.
 * Throws `schema_newer`, and `config_invalid` for a database that cannot be used.
 */
export async function lookAtDatabase(
  place: DatabasePlace,
  { thorough = false } = {},
): Promise<DatabaseState | null> {
  try {
    return place.databaseUrl
      ? await lookAtPostgres(place.databaseUrl)
      : await lookAtSqlite(join(place.dataDir, databaseFile), thorough)
  } catch (error) {
    throw explainDatabaseFailure(error, place) ?? error
  }
}

async function lookAtSqlite(path: string, thorough: boolean): Promise<DatabaseState | null> {
  const found = statSync(path, { throwIfNoEntry: false })
  // An empty file is a database that was about to be made.
  if (!found || (found.isFile() && found.size === 0)) return null
  if (!found.isFile()) throw coded('config_invalid', `${path} is not a file. Move it away.`)
  using database = new DatabaseSync(addressOf(path), { readOnly: true, timeout: 5_000 })
  if (thorough) {
    const [problem] = database.prepare('pragma quick_check(1)').all() as { quick_check: string }[]
    if (problem?.quick_check !== 'ok') {
      throw coded(
        'config_invalid',
        `The database ${path} is damaged (${problem?.quick_check}). Restore a backup.`,
      )
    }
  }
  const hasSchema = () =>
    database.prepare("select 1 from sqlite_schema where type = 'table' and name = 'migrations'").get() !==
    undefined
  const run = createStatements(database)
  const { db } = createKysely({
    compiler: new SqliteQueryCompiler(),
    adapter: new SqliteAdapter(),
    execute: ({ sql, parameters }) => run(sql, parameters),
  })
  return await stateOf('sqlite', db, hasSchema())
}

/**
 * A plain read-only connection would make the log's index beside a database that was closed well, and leave it there.
 * Without a log the file alone is the whole truth. https://www.sqlite.org/uri.html#uriimmutable
 */
function addressOf(path: string): string | URL {
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false })
  if (log && log.size > 0 && existsSync(`${path}-shm`)) return path
  const url = pathToFileURL(path)
  url.searchParams.set('immutable', '1')
  return url
}

async function lookAtPostgres(url: string): Promise<DatabaseState> {
  // Loaded when asked for: most hubs never need the driver.
  const { answer, connect } = await import('./postgres-connections.ts')
  const client = await connect(url)
  const { db } = createKysely({
    compiler: new PostgresQueryCompiler(),
    adapter: new PostgresAdapter(),
    execute: (statement) => answer(client, statement),
  })
  try {
    const { rows } = await sql<{ found: boolean; may: boolean }>`
      select to_regclass('migrations') is not null as found,
             coalesce(has_schema_privilege(current_schema(), 'create'), false) as may`.execute(db)
    if (!rows[0]?.may) throw Object.assign(new Error('no right to create tables'), { code: '42501' })
    return await stateOf('postgres', db, rows[0].found)
  } finally {
    await client.end()
  }
}

async function stateOf(
  dialect: DatabaseState['dialect'],
  db: Db,
  hasSchema: boolean,
): Promise<DatabaseState> {
  if (!hasSchema) return { dialect, pending: migrations.length, sealingKeys: [] }
  const { rows } = await sql<{ id: number | null }>`select max(id) as id from migrations`.execute(db)
  const current = Number(rows[0]?.id ?? 0)
  const newest = migrations.at(-1)?.id ?? 0
  if (current > newest) throw schemaNewer(current, newest)
  return {
    dialect,
    pending: migrations.filter(({ id }) => id > current).length,
    sealingKeys: current === 0 ? [] : await listSealingKeys(db, current),
  }
}
