import { Kysely, PostgresDialect, PostgresQueryCompiler, sql } from 'kysely'
import pg from 'pg'
import { lastSeq } from './changes.ts'
import { forbidNestedWrites } from './forbid-nested-writes.ts'
import type { Commit } from './group-commit.ts'
import { type Migration, migrate, type Types } from './migrate.ts'
import { numberChanges } from './number-changes.ts'
import { ping } from './ping.ts'
import type { Schema } from './schema.ts'
import { createListeners, notesOf, type Signals } from './signals.ts'
import type { Db, Store } from './store.ts'
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
}

const connections = 10
const channel = 'cldcde'

/** Serialization failure and deadlock: https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html */
const worthRepeating = new Set(['40001', '40P01'])
const attempts = 5

/** Opens and migrates a Postgres database; its own commit is durable, so writes simply run beside each other. */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const { url, migrations, onCommit, onQuery } = options
  const pool = new pg.Pool({ connectionString: url, max: connections, types: { getTypeParser } })
  pool.on('error', () => {}) // an idle connection broke: the pool drops it, the next query opens another
  const dialect = new PostgresDialect({ pool })
  dialect.createQueryCompiler = () => watchQueries(new PostgresQueryCompiler(), onQuery)
  const read: Db = new Kysely<Schema>({ dialect })
  const listeners = createListeners()

  const write = forbidNestedWrites(async (work) => {
    const began = performance.now()
    const result = await repeat(work)
    onCommit?.({ writes: 1, ms: performance.now() - began })
    return result
  })

  async function repeat<T>(work: (tx: Db) => T | Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await transact(work)
      } catch (error) {
        if (attempt === attempts || !worthRepeating.has((error as { code?: string }).code ?? '')) throw error
      }
    }
  }

  async function transact<T>(work: (tx: Db) => T | Promise<T>): Promise<T> {
    const tx = await read.startTransaction().execute()
    try {
      const result = await work(tx)
      await inOrder(async () => {
        const appended = await numberChanges(tx, [tx])
        const signals = { changes: appended.at(-1)?.seq ?? 0, tasks: notesOf(tx).tasks }
        // Sent by the server at commit, never after a rollback, to this process as to every other.
        if (signals.changes > 0 || signals.tasks)
          await sql`select pg_notify(${channel}, ${JSON.stringify(signals)})`.execute(tx)
        await tx.commit().execute()
        listeners.tellCommitted([tx], appended)
      })
      return result
    } catch (error) {
      if (!tx.isCommitted) await tx.rollback().execute()
      throw error
    }
  }

  /** From numbering to commit one at a time: whoever came second would wait for the head of the log anyway. */
  let last: Promise<unknown> = Promise.resolve()
  function inOrder(work: () => Promise<void>): Promise<void> {
    const turn = last.then(work)
    last = turn.catch(() => {})
    return turn
  }

  async function lock(tx: Db, name: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`.execute(tx)
  }

  const hearing = listen({
    url,
    hear: listeners.tell,
    catchUp: async () => listeners.tell({ changes: await lastSeq(read), tasks: true }),
  })
  try {
    await hearing.ready
    const transaction = <T>(work: (tx: Db) => Promise<T>) =>
      write(async (tx) => {
        await lock(tx, 'migrate')
        return await work(tx)
      })
    await migrate({ transaction, types, migrations, now: Date.now() })
  } catch (error) {
    await hearing.close()
    await read.destroy()
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
    async close() {
      await hearing.close()
      await read.destroy()
    },
  }
}

/** Our integers are all below 2^53: ids of GitHub, milliseconds, counts. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC) return Number
  return pg.types.getTypeParser(oid, format as 'text')
}

interface ListenOptions {
  url: string
  hear(signals: Signals): void
  /** Called after a pause in which something may have been missed. */
  catchUp(): Promise<void>
}

const retryMostMs = 5_000

/** Hears what commits anywhere announce, on a connection of its own that is made anew when it breaks. */
function listen({ url, hear, catchUp }: ListenOptions): { ready: Promise<void>; close(): Promise<void> } {
  let client: pg.Client | undefined
  let retry: NodeJS.Timeout | undefined
  let closed = false
  let failures = 0

  async function connect(): Promise<void> {
    const next = new pg.Client({ connectionString: url, keepAlive: true })
    next.on('notification', ({ payload }) => hear(JSON.parse(payload ?? '{}') as Signals))
    next.on('error', () => {}) // 'end' follows
    next.on('end', () => {
      if (client === next) connectAgain()
    })
    await next.connect()
    await next.query(`listen ${channel}`)
    if (closed) return await next.end()
    client = next
    failures = 0
  }

  function connectAgain(): void {
    client = undefined
    if (closed) return
    const pause = Math.min(retryMostMs, 100 * 2 ** failures++)
    retry = setTimeout(() => connect().then(catchUp).catch(connectAgain), pause)
  }

  return {
    ready: connect(),
    async close() {
      closed = true
      clearTimeout(retry)
      await client?.end()
    },
  }
}
