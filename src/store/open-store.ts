import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { explainDatabaseFailure } from './explain-failure.ts'
import type { Commit } from './group-commit.ts'
import { migrations } from './migrations/index.ts'
import { openSqlite } from './sqlite.ts'
import type { Store } from './store.ts'

export interface StoreOptions {
  /** Folder of the SQLite database; made when there is none, readable by its owner only. */
  dataDir: string
  /** A Postgres to use instead. */
  databaseUrl?: string | null | undefined
  /** Threads that read on SQLite. */
  readers?: number
  /** The database refused a commit for good: nothing is acknowledged any more, the process should end. */
  onFatal?(error: unknown): void
  /** Hears of every commit, for metrics. */
  onCommit?: ((commit: Commit) => void) | undefined
  /** Sees every statement as it is compiled, in the stack of who issues it. */
  onQuery?: ((sql: string) => void) | undefined
}

/** The file name of the SQLite database inside the data folder. */
export const databaseFile = 'cldcde.db'

/**
 * Opens the store: Postgres where a URL is given, else SQLite in the data folder. All migrations have run when it
 * resolves; throws `schema_newer` for a database of a newer version, `config_invalid` for one that cannot be used.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const onFatal =
    options.onFatal ??
    ((error) => {
      throw error
    })
  const { dataDir, databaseUrl, readers = 2, onCommit, onQuery } = options
  const common = { migrations, onCommit, onQuery }
  try {
    if (databaseUrl) {
      // Loaded when asked for: most hubs never need the driver.
      const { openPostgres } = await import('./postgres.ts')
      return await openPostgres({ url: databaseUrl, ...common })
    }
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return await openSqlite({ path: join(dataDir, databaseFile), readers, onFatal, ...common })
  } catch (error) {
    throw explainDatabaseFailure(error, { dataDir, databaseUrl }) ?? error
  }
}
