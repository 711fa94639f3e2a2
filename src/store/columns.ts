import { type SqlBool, sql } from 'kysely'
import { toIsoTime } from '../domain/workflow/iso-time.ts'
import { compiledSending } from './compiled.ts'
import type { Flag } from './rows/flag.ts'
import type { Schema } from './schema.ts'
import type { Db } from './store.ts'

/** ISO 8601 → milliseconds since the epoch. */
export function toMillis(time: string): number {
  return Date.parse(time)
}

/** As `toMillis`, where there may be no time. */
export function toMillisOrNull(time: string | null): number | null {
  return time === null ? null : toMillis(time)
}

/** Milliseconds since the epoch → ISO 8601. */
export function toTime(millis: number): string {
  return toIsoTime(millis)
}

/** As `toTime`, where there may be no time. */
export function toTimeOrNull(millis: number | null): string | null {
  return millis === null ? null : toTime(millis)
}

/** true → 1 */
export function toFlag(value: boolean): Flag {
  return value ? 1 : 0
}

interface Upsert<Row> {
  /** The columns that tell which row is meant. */
  key: readonly (keyof Row & string)[]
  /** Update a row that is there only if this holds; `excluded` is the new one. */
  onlyIf?: string
}

/**
 * Inserts rows or updates those that are there. Of several with one key the last counts: Postgres refuses to
 * update a row twice in one statement.
 */
export async function upsert<Table extends keyof Schema>(
  tx: Db,
  table: Table,
  rows: readonly Schema[Table][],
  { key, onlyIf }: Upsert<Schema[Table]>,
): Promise<void> {
  const unique = [...new Map(rows.map((row) => [JSON.stringify(key.map((name) => row[name])), row])).values()]
  const [first] = unique
  if (!first) return
  const columns = Object.keys(first) as (keyof Schema[Table] & string)[]
  const updated = columns.filter((column) => !key.includes(column))
  for (let start = 0; start < unique.length; start += rowsPerStatement) {
    const values = unique
      .slice(start, start + rowsPerStatement)
      .map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`)
    await sql`
      insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values ${sql.join(values)}
      on conflict (${sql.join(key.map((column) => sql.ref(column)))}) do update set ${sql.join(
        updated.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`),
      )}
      where ${onlyIf ? sql<SqlBool>`${sql.raw(onlyIf)}` : sql<SqlBool>`1 = 1`}`.execute(tx)
  }
}

/** SQLite takes 32,766 parameters, Postgres 65,535; the widest table has 23 columns. */
const rowsPerStatement = 500

/**
 * The same for one row, on a hot path: built once, and sent without waiting for an answer. `columns` are all that
 * rows have, those of the key among them.
 */
export function sendingUpsert<Table extends keyof Schema>(
  table: Table,
  { columns, key }: { columns: readonly string[]; key: readonly string[] },
): (tx: Db, row: object) => void {
  const updated = columns.filter((column) => !key.includes(column))
  return compiledSending<Record<string, unknown>>((db, value) =>
    db
      .insertInto(table)
      .values(Object.fromEntries(columns.map((column) => [column, value(column)])) as never)
      .onConflict((conflict) =>
        conflict
          .columns(key as never)
          .doUpdateSet(
            (eb) =>
              Object.fromEntries(
                updated.map((column) => [column, eb.ref(`excluded.${column}` as never)]),
              ) as never,
          ),
      ),
  ) as (tx: Db, row: object) => void
}
