import { openStore } from '../store/open-store.ts'
import { print, type Values } from './arguments.ts'
import { dataConfigOf } from './open-data.ts'

/** `cldcde migrate`: makes the database if there is none; does nothing when it is up to date. */
export async function runMigrateCommand(values: Values): Promise<void> {
  const { dataDir, databaseUrl } = dataConfigOf(values)
  const store = await openStore({ dataDir, databaseUrl })
  await store.close()
  print(values, { migrated: true, database: store.dialect }, 'The database is up to date.')
}
