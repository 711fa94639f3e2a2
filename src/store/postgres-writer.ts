import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises'
import type pg from 'pg'
import { type CodedError, coded, isCoded } from '../errors.ts'
import type { LoggedChange } from './changes.ts'
import type { Commit } from './group-commit.ts'
import { isBlocked, isLost, toCodedError } from './postgres-errors.ts'
import type { Db } from './store.ts'
import { type Handle, settle } from './store-dialect.ts'

/** One write that waits for its turn. */
interface Waiting {
  work(tx: Db): unknown
  resolve(value: unknown): void
  reject(error: unknown): void
}

interface WriterOptions {
  /** Opens a connection; throws coded errors. */
  connect(): Promise<pg.Client>
  /** A handle of one write's own on the transaction of a connection. */
  open(client: pg.Client): Handle
  /** Appends what these have collected and tells other processes, as the last statements of their commit. */
  append(client: pg.Client, txs: readonly Db[]): Promise<readonly LoggedChange[]>
  /** They are on disk; who wrote them hears of it next. */
  onCommit(commit: Commit, what: { txs: readonly Db[]; appended: readonly LoggedChange[] }): void
}

export interface PostgresWriter {
  write<T>(work: (tx: Db) => T | Promise<T>): Promise<T>
  /** Commits what waits, refuses what comes later. */
  close(): Promise<void>
}

/** A group ends after so long, so that a write that waits behind it does not wait for ever longer. */
const groupMs = 25
const groupWrites = 500
/** Writes of a group may have locked rows in another order than a group elsewhere: it rather comes apart than waits. */
const groupLockMs = 250

const attempts = 5
const comeBackMs = 250
/** How long the fate of a commit is asked for before its writes are told that it is unknown. */
const unclearMs = 30_000

/**
 * Runs writes one after another on one connection, those that wait at the same time in one transaction: one flush
 * to disk for all of them, as on SQLite. Each is a savepoint of its own, rolled back alone when it throws; promises
 * resolve after the commit. Statements are sent without waiting for answers that nobody needs.
 *
 * Within a process nobody waits for a row that another one holds. Between processes every single write takes its
 * locks in one order, but a group cannot: when it has to wait, it comes apart, and its writes run each by itself.
 */
export function createPostgresWriter({ connect, open, append, onCommit }: WriterOptions): PostgresWriter {
  let waiting: Waiting[] = []
  let running: Promise<void> | undefined
  let client: pg.Client | undefined
  /** Why nothing is written: the server was not there when it was last asked. */
  let away: CodedError | undefined
  let comingBack: NodeJS.Timeout | undefined
  let closed = false

  async function run(): Promise<void> {
    await turn() // the writes of this turn of the event loop share a commit
    while (waiting.length > 0) await commitGroup(waiting.splice(0, groupWrites))
    running = undefined
  }

  async function commitGroup(group: readonly Waiting[]): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await commitOnce(group)
      } catch (error) {
        // Nothing of it was written, so it can be done again: on a new connection where the old one was lost.
        const cause = causeOf(error)
        const lost = isLost(cause)
        if (group.length > 1 && !lost) {
          for (const write of group) await commitGroup([write])
          return
        }
        if (!away && attempt < (lost ? 2 : isBlocked(cause) ? attempts : 1)) continue
        for (const { reject } of group) reject(error)
        return
      }
    }
  }

  /** Throws, when nothing was committed, what all of the group have in common. */
  async function commitOnce(group: readonly Waiting[]): Promise<void> {
    const began = performance.now()
    const connection = await connected()
    const shared = group.length > 1
    const written: { write: Waiting; value: unknown }[] = []
    const refused: { write: Waiting; error: unknown }[] = []
    const txs: Db[] = []
    let next = 0
    let appended: readonly LoggedChange[]
    let id: string
    try {
      const begun = begin(connection, shared)
      begun.catch(() => {}) // whatever follows fails as well
      while (next < group.length) {
        const write = group[next++]!
        if (shared) tell(connection, 'savepoint alone')
        const { tx, end } = open(connection)
        try {
          const value = await write.work(tx)
          await settle(tx)
          end()
          written.push({ write, value })
          txs.push(tx)
          if (shared) tell(connection, 'release savepoint alone')
        } catch (error) {
          await settle(tx).catch(() => {})
          end()
          if (!shared || isLost(causeOf(error)) || isBlocked(causeOf(error))) throw error
          refused.push({ write, error })
          tell(connection, 'rollback to savepoint alone; release savepoint alone')
        }
        if (performance.now() - began > groupMs) break
      }
      id = await begun
      appended = await append(connection, txs)
    } catch (error) {
      if (isLost(causeOf(error))) drop(connection)
      else await connection.query('rollback').catch(() => drop(connection))
      throw toCodedError(error)
    }
    if (!(await commit(connection, id))) {
      const unclear = coded(
        'unavailable',
        'The database was lost while it wrote; what came of it is not known.',
      )
      for (const { reject } of group) reject(unclear)
      return
    }
    waiting = group.slice(next).concat(waiting)
    onCommit({ writes: written.length, ms: performance.now() - began }, { txs, appended })
    for (const { write, error } of refused) write.reject(error)
    for (const { write, value } of written) write.resolve(value)
  }

  /** True once the transaction is on disk, false when nobody can tell; throws when it is not and never will be. */
  async function commit(connection: pg.Client, id: string): Promise<boolean> {
    let command: string
    try {
      ;({ command } = await connection.query('commit'))
    } catch (error) {
      if (!isLost(error)) throw toCodedError(error)
      drop(connection)
      const committed = await wasCommitted(id)
      if (committed === false) throw toCodedError(error)
      return committed === true
    }
    // The answer of a server that has given up the transaction before: a statement of it failed.
    if (command !== 'COMMIT') throw coded('unavailable', 'The database gave up the transaction.')
    return true
  }

  /** The answer to a commit was lost, so the server is asked what became of it: never is it written twice. */
  async function wasCommitted(id: string): Promise<boolean | undefined> {
    const deadline = performance.now() + unclearMs
    for (;;) {
      try {
        const connection = await connected()
        const { rows } = await connection.query('select pg_xact_status($1::xid8) as status', [id])
        if (rows[0]?.status !== 'in progress') return rows[0]?.status === 'committed'
      } catch (error) {
        if (!isLost(causeOf(error))) return undefined
      }
      if (closed || performance.now() > deadline) return undefined
      await pause(comeBackMs)
    }
  }

  async function connected(): Promise<pg.Client> {
    if (client) return client
    try {
      const connection = await connect()
      connection.on('end', () => drop(connection))
      away = undefined
      client = connection
      return connection
    } catch (error) {
      leave(error)
      throw error
    }
  }

  /** Until the server is back, whoever would write is told so at once. */
  function leave(error: unknown): void {
    away = isCoded(error) ? error : coded('unavailable', 'The database cannot be reached.', { cause: error })
    for (const { reject } of waiting.splice(0)) reject(away)
    clearTimeout(comingBack)
    if (closed) return
    comingBack = setTimeout(() => {
      if (away && !running) running = comeBack()
    }, comeBackMs)
  }

  async function comeBack(): Promise<void> {
    try {
      await connected()
      await run()
    } catch {
      running = undefined
    }
  }

  function drop(connection: pg.Client): void {
    if (client !== connection) return
    client = undefined
    connection.end().catch(() => {})
  }

  return {
    write<T>(work: (tx: Db) => T | Promise<T>): Promise<T> {
      if (closed) return Promise.reject(coded('unavailable', 'The store is closed.'))
      if (away) return Promise.reject(away)
      return new Promise<T>((resolve, reject) => {
        waiting.push({ work, resolve: resolve as (value: unknown) => void, reject })
        running ??= run()
      })
    },
    async close() {
      closed = true
      clearTimeout(comingBack)
      while (running) await running
      await client?.end()
    },
  }
}

/** Begins a transaction; resolves with its id, by which its fate can be asked for. */
async function begin(connection: pg.Client, shared: boolean): Promise<string> {
  const limit = shared ? `set local lock_timeout = ${groupLockMs};` : ''
  const results = (await connection.query(
    `begin; ${limit} select pg_current_xact_id()::text as id`,
  )) as unknown as pg.QueryResult<{ id: string }>[]
  return results.at(-1)!.rows[0]!.id
}

/** Sends a statement whose answer nobody needs: if it fails, so does the commit. */
function tell(connection: pg.Client, text: string): void {
  connection.query(text).catch(() => {})
}

function causeOf(error: unknown): unknown {
  return isCoded(error, 'unavailable') && error.cause !== undefined ? error.cause : error
}
