import type { Tombstone } from '../mirror/kind.ts'
import { toTime, upsert } from './columns.ts'
import { compiled } from './compiled.ts'
import type { TombstoneRow } from './rows/sync.ts'
import type { Db } from './store.ts'

/** Remembers that items are gone; of one that was deleted twice the later deletion counts. */
export async function bury(tx: Db, rows: readonly TombstoneRow[]): Promise<void> {
  await upsert(tx, 'tombstones', rows, {
    key: ['repository_id', 'kind', 'key'],
    onlyIf: 'excluded.gone_at >= tombstones.gone_at',
  })
}

type Grave = Pick<TombstoneRow, 'repository_id' | 'kind' | 'key'>

/** What is remembered of one item; nothing when it was not deleted, or so long ago that no news of it can come. */
export async function findTombstone(db: Db, grave: Grave): Promise<Tombstone | undefined> {
  const { rows } = await find(db, grave)
  return rows[0] && present(rows[0])
}

const find = compiled<Grave, TombstoneRow>((db, value) =>
  db
    .selectFrom('tombstones')
    .selectAll()
    .where('repository_id', '=', value('repository_id'))
    .where('kind', '=', value('kind'))
    .where('key', '=', value('key')),
)

/** What is remembered of many items of a kind, by their names. */
export async function listTombstones(
  db: Db,
  { repositoryId, kind, keys }: { repositoryId: number; kind: string; keys: readonly string[] },
): Promise<Map<string, Tombstone>> {
  if (keys.length === 0) return new Map()
  const rows = await db
    .selectFrom('tombstones')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('kind', '=', kind)
    .where('key', 'in', keys)
    .execute()
  return new Map(rows.map((row) => [row.key, present(row)]))
}

/** Forgets what was deleted before a time. GitHub keeps deliveries for a week at most, and no page is longer on its way. */
export async function pruneTombstones(tx: Db, before: number): Promise<void> {
  await tx.deleteFrom('tombstones').where('deleted_at', '<', before).execute()
}

function present({ gone_at, sha }: TombstoneRow): Tombstone {
  return { gone_at: toTime(gone_at), sha }
}
