import { randomUUID } from 'node:crypto'
import { PostgresAdapter, PostgresQueryCompiler, sql } from 'kysely'
import { lastSeq } from './changes.ts'
import { forbidNestedWrites } from './forbid-nested-writes.ts'
import type { Commit } from './group-commit.ts'
import { type Migration, migrate, type Types } from './migrate.ts'
import { numberChanges } from './number-changes.ts'
import { ping } from './ping.ts'
import { answer, connect, createReadingPool } from './postgres-connections.ts'
import { listen } from './postgres-listener.ts'
import { createPostgresWriter } from './postgres-writer.ts'
import { postgresSearchWords } from './search/postgres-words.ts'
import { createListeners, type Signals, signalsOf } from './signals.ts'
import type { Db, Store } from './store.ts'
import { createKysely } from './store-dialect.ts'
import { watchQueries } from './watch-queries.ts'

interface PostgresOptions {
  url: string
  migrations: readonly Migration[]
  onCommit?: ((commit: Commit) => void) | undefined
  /** Sees every statement as it is compiled. */
  onQuery?: ((sql: string) => void) | undefined
}

const types: Types = {
  // Byte order, as on SQLite: lists sort and page alike on both.
  text: 'text collate "C"',
  integer: 'bigint',
  blob: 'bytea',
  serial: 'bigint generated always as identity primary key',
  table: (name, columns) => `create table ${name} (${columns})`,
  searchWords: postgresSearchWords,
}

const channel = 'cldcde'

/** Signals as processes tell them to one another; `from` knows its own by it. */
type Announcement = Signals & { from: string }

/** Opens and migrates a Postgres database: one writing connection with group commit, a pool that reads, one that hears. */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const { url, migrations, onCommit, onQuery } = options
  const from = randomUUID()
  const listeners = createListeners()
  const pool = createReadingPool(url)
  const { db: read, open } = createKysely({
    compiler: watchQueries(new PostgresQueryCompiler(), onQuery),
    adapter: new PostgresAdapter(),
    execute: pool.execute,
  })

  const writerOf = (connection: { patient: boolean }) =>
    createPostgresWriter({
      connect: () => connect(url, connection),
      open: (client) => open((statement) => answer(client, statement)),
      async append(client, txs) {
        const { tx, end } = open((statement) => answer(client, statement))
        const appended = await numberChanges(tx, txs).finally(end)
        const signals = signalsOf(txs, appended)
        // Sent by the server at commit, never after a rollback. Its own answer says nothing.
        if (signals)
          client
            .query('select pg_notify($1, $2)', [channel, JSON.stringify({ ...signals, from })])
            .catch(() => {})
        return appended
      },
      onCommit(commit, { txs, appended }) {
        onCommit?.(commit)
        listeners.tellCommitted(txs, appended)
      },
    })
  const writer = writerOf({ patient: false })
  const write = forbidNestedWrites(writer.write)

  async function lock(tx: Db, name: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
  }

  const hearing = listen({
    url,
    channel,
    hear(payload) {
      const heard = JSON.parse(payload || '{}') as Announcement
      if (heard.from !== from) listeners.tell(heard)
    },
    catchUp: async () => listeners.tell({ changes: await lastSeq(read), tasks: true }),
  })

  async function close(): Promise<void> {
    await writer.close()
    await hearing.close()
    await pool.close()
  }

  try {
    await hearing.ready
    const migrator = writerOf({ patient: true }) // while another process migrates, and over large tables
    const transaction = <T>(work: (tx: Db) => Promise<T>) =>
      migrator.write(async (tx) => {
        await lock(tx, 'migrate')
        return await work(tx)
      })
    await migrate({ transaction, types, migrations, now: Date.now() }).finally(migrator.close)
  } catch (error) {
    await close()
    throw error
  }

  return {
    dialect: 'postgres',
    read,
    write,
    onAppended: listeners.onAppended,
    onChanges: listeners.onChanges,
    onTasks: listeners.onTasks,
    lock,
    sizes: () => ({ database: 0, wal: 0 }),
    ping: () => ping(write),
    close,
  }
}
