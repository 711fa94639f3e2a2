import { sql } from 'kysely'
import { coded } from '../errors.ts'
import type { Db } from './store.ts'

/** What the two databases call the same things, so that one text of a migration serves both. */
export interface Types {
  text: string
  integer: string
  blob: string
  /** A primary key that counts by itself. */
  serial: string
  /** The whole `create table` statement. */
  table(name: string, columns: string): string
  /** What finds the words of `search_entries`. */
  searchWords: readonly string[]
}

/** One step of the schema. Its statements run in one transaction together with the note that it ran. */
export interface Migration {
  id: number
  name: string
  statements(types: Types): string[]
}

interface MigrateOptions {
  /** Runs work in a transaction that no second process migrates beside. */
  transaction<T>(work: (tx: Db) => Promise<T>): Promise<T>
  types: Types
  migrations: readonly Migration[]
  now: number
}

const notes = sql.table('migrations')

/**
 * Brings the schema to the newest of `migrations`, each in its own transaction, and returns the names of those
 * that ran now. Throws `schema_newer` when the database has been migrated by a newer version than this one.
 */
export async function migrate({ transaction, types, migrations, now }: MigrateOptions): Promise<string[]> {
  const newest = migrations.at(-1)?.id ?? 0
  const ran: string[] = []
  for (const migration of migrations) {
    const applied = await transaction(async (tx) => {
      const current = await version(tx, types)
      if (current > newest) throw schemaNewer(current, newest)
      if (current >= migration.id) return false
      for (const statement of migration.statements(types)) await sql.raw(statement).execute(tx)
      await sql`insert into ${notes} (id, name, applied_at) values (${migration.id}, ${migration.name}, ${now})`.execute(
        tx,
      )
      return true
    })
    if (applied) ran.push(migration.name)
  }
  return ran
}

/** The refusal of a database that a newer version has migrated. */
export function schemaNewer(current: number, newest: number): Error {
  return coded(
    'schema_newer',
    `The database has schema ${current}, this version knows only up to ${newest}. Start the version that ` +
      'wrote it, or restore a backup from before the upgrade.',
  )
}

/** The id of the last migration that ran; makes the table of notes where there is none yet. */
async function version(tx: Db, { text, integer }: Types): Promise<number> {
  await sql
    .raw(
      `create table if not exists migrations (id ${integer} primary key, name ${text} not null, applied_at ${integer} not null)`,
    )
    .execute(tx)
  const { rows } = await sql<{ id: number | null }>`select max(id) as id from ${notes}`.execute(tx)
  return rows[0]?.id ?? 0
}
