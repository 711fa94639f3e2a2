import { join } from 'node:path'
import type { DatabasePlace } from '../../src/store/explain-failure.ts'
import type { Migration } from '../../src/store/migrate.ts'
import { databaseFile } from '../../src/store/open-store.ts'
import { openPostgres } from '../../src/store/postgres.ts'
import { openSqlite } from '../../src/store/sqlite.ts'

/** Opens a database as a version of the hub does that knows these migrations alone. */
export function openVersion({ databaseUrl, dataDir }: DatabasePlace, migrations: readonly Migration[]) {
  return databaseUrl
    ? openPostgres({ migrations, url: databaseUrl })
    : openSqlite({ path: join(dataDir, databaseFile), readers: 1, onFatal: () => {}, migrations })
}
