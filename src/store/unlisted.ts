import type { Value } from '../mirror/columns.ts'
import { type Kind, nameOf } from '../mirror/kind.ts'
import { toMillis } from './columns.ts'
import { removeMany } from './mirror.ts'
import type { Db } from './store.ts'

/** Stands for the table of a kind that is known at run time only. */
type SomeTable = 'issues'
type Key = Record<string, Value>

interface Unlisted {
  repositoryId: number
  /** What GitHub's list holds, by name. */
  names: ReadonlySet<string>
  /** When GitHub gave it, by its own clock: ISO 8601. */
  asOf: string
  now: number
  /** The list is one of this item, and holds what hangs under it only. */
  under?: { column: string; value: Value } | undefined
  /** The list was not read to its end: what was made before the oldest that was read is not judged. */
  isCut?: boolean
}

/**
 * Takes away what a list of GitHub's does not hold, but what is later than the list. Answers with the names of what is
 * gone. Rows are looked at by key and times only, since a repository may have very many.
 */
export async function removeUnlisted(
  tx: Db,
  kind: Kind<object>,
  { repositoryId, names, asOf, now, under, isCut = false }: Unlisted,
): Promise<string[]> {
  const has = new Set(kind.columns.flatMap((column) => column.names))
  const known = times.filter((column) => has.has(column))
  let query = tx
    .selectFrom(kind.table as SomeTable)
    .select([...kind.key, ...known] as 'id'[])
    .where('repository_id', '=', repositoryId)
  if (under) query = query.where(under.column as 'id', '=', under.value as number)
  const rows = (await query.execute()) as unknown as Key[]
  const isListed = (row: Key) => names.has(nameOf(kind, row))
  const oldest = isCut ? Math.min(...rows.filter(isListed).map(madeAt)) : Number.NEGATIVE_INFINITY
  const given = toMillis(asOf)
  const gone = rows.filter(
    (row) =>
      !isListed(row) && madeAt(row) >= oldest && known.every((column) => Number(row[column] ?? 0) < given),
  )
  for (let start = 0; start < gone.length; start += rowsAtOnce) {
    await removeMany(tx, kind, { repositoryId, items: gone.slice(start, start + rowsAtOnce), asOf, now })
  }
  return gone.map((row) => nameOf(kind, row))
}

/** Of one statement: SQLite takes 32,766 parameters. */
const rowsAtOnce = 1000

/** Where kinds keep when something happened to an item. */
const times = ['created_at', 'updated_at', 'submitted_at', 'started_at', 'completed_at']

const madeAt = (row: Key) => Number(row.created_at ?? Number.POSITIVE_INFINITY)
