import { type Kind, nameOf } from '../mirror/kind.ts'
import { toMillis } from './columns.ts'
import type { TombstoneRow } from './rows/sync.ts'
import type { Db } from './store.ts'
import { findTombstone, listTombstones } from './tombstones.ts'

// Whether something was deleted, so that late news of it brings nothing back: for every kind.

type AnyKind = Kind<object>

interface Where {
  repositoryId: number
}

/** Whether an item, or what it goes with, was deleted before. Of one that is stored there is no need to ask. */
export async function isBuried(
  db: Db,
  kind: AnyKind,
  { repositoryId: repository_id, item }: Where & { item: object },
): Promise<boolean> {
  const [own, owner] = await Promise.all([
    findTombstone(db, { repository_id, kind: kind.name, key: nameOf(kind, item) }),
    kind.owner && findTombstone(db, { repository_id, kind: kind.owner.kind, key: kind.owner.key(item) }),
  ])
  return (own !== undefined && !(kind.returns?.(item, own) ?? false)) || owner !== undefined
}

/** The names of those of the items that were deleted. */
export async function findBuried(
  tx: Db,
  kind: AnyKind,
  { repositoryId, items }: Where & { items: readonly object[] },
): Promise<ReadonlySet<string>> {
  const names = items.map((item) => nameOf(kind, item))
  const own = await listTombstones(tx, { repositoryId, kind: kind.name, keys: names })
  const { owner } = kind
  const owners = owner
    ? await listTombstones(tx, {
        repositoryId,
        kind: owner.kind,
        keys: [...new Set(items.map((item) => owner.key(item)))],
      })
    : new Map<string, unknown>()
  if (own.size === 0 && owners.size === 0) return new Set()
  return new Set(
    items
      .filter((item) => {
        const tombstone = own.get(nameOf(kind, item))
        if (tombstone && !(kind.returns?.(item, tombstone) ?? false)) return true
        return owner !== undefined && owners.has(owner.key(item))
      })
      .map((item) => nameOf(kind, item)),
  )
}

/** What is remembered of an item that goes. */
export function tombstoneOf(
  kind: AnyKind,
  item: object,
  { repositoryId, gone_at, now }: Where & { gone_at: string | null; now: number },
): TombstoneRow {
  return {
    repository_id: repositoryId,
    kind: kind.name,
    key: nameOf(kind, item),
    sha: 'sha' in item ? (item.sha as string) : null,
    gone_at: gone_at === null ? now : toMillis(gone_at),
    deleted_at: now,
  }
}
