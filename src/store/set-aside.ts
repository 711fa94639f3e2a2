import { sql } from 'kysely'
import type { SetAside } from '../../contract/sync.ts'
import type { Odd } from '../mirror/odd.ts'
import { restrictedKinds } from '../mirror/restricted.ts'
import { unrestricted } from './access.ts'
import { toTime } from './columns.ts'
import { compiled } from './compiled.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { SetAsideRow } from './rows/sync.ts'
import type { Db } from './store.ts'

interface Found {
  repositoryId: number
  source: SetAsideRow['source']
  deliveryId: string | null
  now: number
}

/** Sets odd items aside; one that was there already is counted once more. */
export async function setAside(tx: Db, found: Found, items: readonly Odd[]): Promise<void> {
  const { repositoryId, source, deliveryId, now } = found
  for (const item of items) {
    const news = {
      source,
      delivery_id: deliveryId,
      reason: item.reason,
      raw: item.raw,
      size: item.size,
      version: item.version,
      last_at: now,
    }
    await tx
      .insertInto('set_aside')
      .values({
        repository_id: repositoryId,
        kind: item.kind,
        key: item.key,
        times: 1,
        first_at: now,
        ...news,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['repository_id', 'kind', 'key'])
          .doUpdateSet({ ...news, times: sql`set_aside.times + 1` }),
      )
      .execute()
  }
}

type Named = Pick<SetAsideRow, 'repository_id' | 'kind' | 'key'>

/** Ends that an item is set aside: it fits now. */
export async function takeIn(tx: Db, named: Named): Promise<void> {
  await remove(tx, named)
}

const remove = compiled<Named, unknown>((db, value) =>
  db
    .deleteFrom('set_aside')
    .where('repository_id', '=', value('repository_id'))
    .where('kind', '=', value('kind'))
    .where('key', '=', value('key')),
)

/** Notes that another reading refused an item, too. */
export async function noteReread(
  tx: Db,
  { repository_id, kind, key, version, reason }: Named & Pick<SetAsideRow, 'version' | 'reason'>,
): Promise<void> {
  await tx
    .updateTable('set_aside')
    .set({ version, reason })
    .where('repository_id', '=', repository_id)
    .where('kind', '=', kind)
    .where('key', '=', key)
    .execute()
}

/** As `takeIn`, for many of one kind. */
export async function takeInMany(
  tx: Db,
  { repositoryId, kind, keys }: { repositoryId: number; kind: string; keys: readonly string[] },
): Promise<void> {
  if (keys.length === 0) return
  await tx
    .deleteFrom('set_aside')
    .where('repository_id', '=', repositoryId)
    .where('kind', '=', kind)
    .where('key', 'in', keys)
    .execute()
}

/** Reads all that is set aside, the oldest first, page by page: for whoever reads it again. */
export async function readSetAside(
  db: Db,
  { limit, after }: { limit: number; after?: SetAsideRow | undefined },
): Promise<SetAsideRow[]> {
  let query = db
    .selectFrom('set_aside')
    .selectAll()
    .orderBy('last_at')
    .orderBy('repository_id')
    .orderBy('kind')
    .orderBy('key')
    .limit(limit)
  if (after) {
    const { last_at, repository_id, kind, key } = after
    query = query.where(({ eb, refTuple, tuple }) =>
      eb(refTuple('last_at', 'repository_id', 'kind', 'key'), '>', tuple(last_at, repository_id, kind, key)),
    )
  }
  return await query.execute()
}

/** Lists what is set aside in the repositories that a user may read, the latest first. */
export async function listSetAside(
  db: Db,
  { userId, limit, after }: PageRequest & { userId: string },
): Promise<Page<SetAside>> {
  // From what the user may read to what is set aside there, and then in order: not along everybody's.
  const query = db
    .selectFrom('access')
    .innerJoin('set_aside', 'set_aside.repository_id', 'access.repository_id')
    .innerJoin('repositories', 'repositories.id', 'access.repository_id')
    .selectAll('set_aside')
    .select('repositories.full_name as repository')
    .where('access.user_id', '=', userId)
    .where(
      unrestricted(
        userId,
        { word: 'set_aside.kind', repository: 'set_aside.repository_id' },
        restrictedKinds,
      ),
    )
  const rows = await paged(query, {
    order: [
      { by: sql`set_aside.last_at + 0`, type: 'number' },
      { by: 'set_aside.repository_id', type: 'number' },
      { by: 'set_aside.kind', type: 'string' },
      { by: 'set_aside.key', type: 'string' },
    ],
    direction: 'desc',
    limit,
    after,
  }).execute()
  return pageOf(rows, {
    limit,
    keyOf: (row) => [row.last_at, row.repository_id, row.kind, row.key],
    present: ({ first_at, last_at, raw, size, version: _, repository_id: __, ...row }) => ({
      ...row,
      raw,
      cut: size > raw.length,
      first_at: toTime(first_at),
      last_at: toTime(last_at),
    }),
  })
}
