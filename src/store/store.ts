import type { Kysely } from 'kysely'
import type { LoggedChange } from './changes.ts'
import type { Schema } from './schema.ts'

/** A database handle or a transaction: store functions cannot tell and need not. */
export type Db = Kysely<Schema>

/** The port that SQLite and Postgres implement, and that one suite of tests holds both to. */
export interface Store {
  readonly dialect: 'sqlite' | 'postgres'
  /** For reading only, off the event loop (worker threads on SQLite, a pool on Postgres). Sees what is committed. */
  readonly read: Db
  /**
   * Runs `work` in a transaction and resolves once its result is on disk. Writes that wait at the same time
   * share one commit; one that throws is rolled back alone. `work` may await only the `tx` it is given:
   * no network, no timers, and never `store.read` for what it is about to change.
   */
  write<T>(work: (tx: Db) => T | Promise<T>): Promise<T>
  /**
   * Calls `listener` after each commit of this process with the changes that it appended, numbered, in order of
   * commit and before whoever wrote them hears of it. Returns the unsubscriber.
   */
  onAppended(listener: (changes: readonly LoggedChange[]) => void): () => void
  /**
   * Calls `listener` after every commit that appended changes, here or in another process, with the last `seq`.
   * Returns the unsubscriber.
   */
  onChanges(listener: (seq: number) => void): () => void
  /** Calls `listener` after every commit that enqueued a task, here or in another process. Returns the unsubscriber. */
  onTasks(listener: () => void): () => void
  /** Holds the name until `tx` ends, so that no second process does the same at the same time. */
  lock(tx: Db, name: string): Promise<void>
  /** Bytes of the database and of its write-ahead log, for metrics; zeros where the server is elsewhere. */
  sizes(): { database: number; wal: number }
  /** Resolves when a write can reach the disk; throws otherwise. For `/readyz`. */
  ping(): Promise<void>
  close(): Promise<void>
}
