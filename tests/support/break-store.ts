import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { databaseFile } from '../../src/store/open-store.ts'
import type { TempStore } from './temp-store.ts'

/** Ends the fault; `also` names a statement that runs before anybody can read the table again. */
type Mend = (also?: (table: string) => string) => Promise<void>

/**
 * Takes a table away under a running store, from outside, so that every statement on it really fails until it is
 * mended.
 */
export async function breakTable(store: TempStore, table: string): Promise<Mend> {
  const away = `${table}_away`
  await run(store, [`alter table ${table} rename to ${away}`])
  return (also) => run(store, [...(also ? [also(away)] : []), `alter table ${away} rename to ${table}`])
}

/** Breaks every connection that the store has to Postgres, as a restart of the server does. */
export async function breakConnections(store: TempStore): Promise<void> {
  await run(store, [
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  ])
}

async function run({ place }: TempStore, statements: readonly string[]): Promise<void> {
  if (place.databaseUrl) {
    const client = new pg.Client({ connectionString: place.databaseUrl })
    await client.connect()
    for (const statement of statements) await client.query(statement)
    return await client.end()
  }
  using database = new DatabaseSync(join(place.dataDir, databaseFile), { timeout: 20_000 })
  for (const statement of statements) database.exec(statement)
}
