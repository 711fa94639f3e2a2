import { sql } from 'kysely'
import { decode, type Row, type Value } from '../../mirror/columns.ts'
import type { Kind } from '../../mirror/kind.ts'
import { upsert } from '../columns.ts'
import { holdRepository } from '../repositories.ts'
import type { Db } from '../store.ts'
import { enterItem } from './enter.ts'

/**
 * Enters the next rows of a kind that were stored before it was searched, or searched so. Answers whether there are
 * more; the place where it stands is part of the transaction, so that a hub that stops goes on there.
 */
export async function enterStored(
  tx: Db,
  kind: Kind<object>,
  { limit, now }: { limit: number; now: number },
): Promise<boolean> {
  const { searched, name } = kind
  if (!searched) return false
  const known = await tx
    .selectFrom('search_filling')
    .selectAll()
    .where('kind', '=', name)
    .where('version', '=', searched.version)
    .executeTakeFirst()
  if (known && known.done_at !== null) return false
  const after = known?.after ? (JSON.parse(known.after) as Value[]) : null
  // Their repositories are held before the rows are read that count: nobody changes them meanwhile.
  const found = await readRows(tx, kind, { after, limit })
  for (const id of [...new Set(found.map((row) => row.repository_id as number))].sort((a, b) => a - b)) {
    await holdRepository(tx, id)
  }
  const rows = found.length > 0 ? await readRows(tx, kind, { after, limit }) : []
  for (const row of rows) {
    const item = decode(kind, row)
    enterItem(tx, kind, { repositoryId: row.repository_id as number, item, before: undefined })
  }
  const last = rows.at(-1)
  const isDone = rows.length < limit
  await upsert(
    tx,
    'search_filling',
    [
      {
        kind: name,
        version: searched.version,
        after: last ? JSON.stringify(kind.key.map((column) => last[column])) : JSON.stringify(after),
        done_at: isDone ? now : null,
      },
    ],
    { key: ['kind'] },
  )
  return !isDone
}

async function readRows(
  tx: Db,
  kind: Kind<object>,
  { after, limit }: { after: readonly Value[] | null; limit: number },
): Promise<Row[]> {
  const key = sql.join(kind.key.map((column) => sql.ref(column)))
  const beyond = after ? sql`where (${key}) > (${sql.join(after.map((value) => sql`${value}`))})` : sql``
  const { rows } = await sql<Row>`
    select * from ${sql.table(kind.table)} ${beyond} order by ${key} limit ${limit}`.execute(tx)
  return rows
}
