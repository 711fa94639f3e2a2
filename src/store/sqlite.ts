import { chmodSync, statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { SqliteAdapter, SqliteQueryCompiler } from 'kysely'
import { createCheckpointer } from './checkpointer.ts'
import { forbidNestedWrites } from './forbid-nested-writes.ts'
import { type Commit, createGroupCommit } from './group-commit.ts'
import { type Migration, migrate, type Types } from './migrate.ts'
import { numberChanges } from './number-changes.ts'
import { ping } from './ping.ts'
import { sqliteSearchWords } from './search/sqlite-words.ts'
import { createListeners } from './signals.ts'
import { toCodedError } from './sqlite-errors.ts'
import { createReaders } from './sqlite-readers.ts'
import { createStatements } from './sqlite-statements.ts'
import type { Store } from './store.ts'
import { createKysely } from './store-dialect.ts'
import { createWalSync } from './wal-sync.ts'
import { watchQueries } from './watch-queries.ts'

interface SqliteOptions {
  /** The database file; made when there is none. Its folder must exist. */
  path: string
  migrations: readonly Migration[]
  /** Threads that read, started when first needed. */
  readers: number
  onFatal(error: unknown): void
  onCommit?: ((commit: Commit) => void) | undefined
  /** Sees every statement as it is compiled. */
  onQuery?: ((sql: string) => void) | undefined
}

const types: Types = {
  text: 'text',
  integer: 'integer',
  blob: 'blob',
  serial: 'integer primary key autoincrement',
  table: (name, columns) => `create table ${name} (${columns}) strict`,
  searchWords: sqliteSearchWords,
}

/**
 * Opens and migrates a SQLite database: one writing connection here with group commit, reading connections in
 * threads. What `write` acknowledges and `read` answers is on disk: SQLite itself syncs its log only before it copies
 * from it, `createWalSync` after every commit.
 */
export async function openSqlite(options: SqliteOptions): Promise<Store> {
  const { path, migrations, readers, onFatal, onCommit, onQuery } = options
  const database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true })
  chmodSync(path, 0o600) // the log and index files beside it take over its mode
  database.exec(`
    pragma journal_mode = wal;
    pragma synchronous = normal;
    pragma cache_size = -16000;
    pragma mmap_size = 268435456;
    pragma temp_store = memory;
    pragma journal_size_limit = 67108864;
  `)

  const listeners = createListeners()
  const run = createStatements(database)
  const checkpointer = createCheckpointer({ database, path })
  const log = createWalSync(path)
  const group = createGroupCommit({
    database,
    flush: log.flush,
    onFatal,
    async append(txs) {
      const { tx, end } = handle()
      try {
        return await numberChanges(tx, txs)
      } finally {
        end()
      }
    },
    onCommit(commit, { txs, appended }) {
      checkpointer.look()
      onCommit?.(commit)
      listeners.tellCommitted(txs, appended)
    },
  })
  const pool = createReaders({ path, threads: readers })

  const { db: read, open } = createKysely({
    compiler: watchQueries(new SqliteQueryCompiler(), onQuery),
    adapter: new ManyConnectionsAdapter(),
    async execute({ sql, parameters }) {
      const answer = await pool.execute(sql, parameters)
      await group.flushed()
      return answer
    },
  })
  const handle = () =>
    open(({ sql, parameters }) => {
      try {
        return run(sql, parameters)
      } catch (error) {
        throw toCodedError(error)
      }
    })

  const write = forbidNestedWrites(async (work) => {
    const { tx, end } = handle()
    return await group.write(tx, async () => {
      try {
        return await work(tx)
      } finally {
        end()
      }
    })
  })

  try {
    await migrate({ transaction: write, types, migrations, now: Date.now() })
  } catch (error) {
    await close()
    throw error
  }

  return {
    dialect: 'sqlite',
    read,
    write,
    onAppended: listeners.onAppended,
    onChanges: listeners.onChanges,
    onTasks: listeners.onTasks,
    lock: async () => {}, // one transaction writes at a time anyway
    sizes: () => ({ database: sizeOf(path), wal: sizeOf(`${path}-wal`) }),
    ping: () => ping(write),
    close,
  }

  async function close(): Promise<void> {
    await group.close()
    await Promise.all([pool.close(), checkpointer.close(), log.close()])
    database.close()
  }
}

/** The store orders its own writes, so Kysely need not hold a lock of its own. */
class ManyConnectionsAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
