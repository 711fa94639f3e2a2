import type { Branch } from '../../contract/mirror.ts'
import { readableBy } from './access.ts'
import { toFlag, toMillis, toTime, upsert } from './columns.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { BranchRow } from './schema.ts'
import type { Db } from './store.ts'

/** Lists a repository's branches by name, if the user may read it. */
export async function listBranches(
  db: Db,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId: number },
): Promise<Page<Branch>> {
  const query = db
    .selectFrom('branches')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where(readableBy(userId, 'branches.repository_id'))
  const rows = await paged(query, {
    order: [{ by: 'branches.name', type: 'string' }],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: ({ name }) => [name], present })
}

/** A branch as stored. */
export async function findBranch(
  db: Db,
  { repositoryId, name }: { repositoryId: number; name: string },
): Promise<Branch | undefined> {
  const row = await db
    .selectFrom('branches')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && present(row)
}

/** Moves a branch to where a push put it; whether it is protected, a push does not tell. */
export async function saveBranch(
  tx: Db,
  { repositoryId, branch }: { repositoryId: number; branch: Branch },
): Promise<void> {
  const { sha, updated_at } = rowOf(branch, repositoryId)
  await tx
    .insertInto('branches')
    .values(rowOf(branch, repositoryId))
    .onConflict((conflict) => conflict.columns(['repository_id', 'name']).doUpdateSet({ sha, updated_at }))
    .execute()
}

export async function removeBranch(
  tx: Db,
  { repositoryId, name }: { repositoryId: number; name: string },
): Promise<void> {
  await tx.deleteFrom('branches').where('repository_id', '=', repositoryId).where('name', '=', name).execute()
}

/**
 * Makes the stored branches those of a complete list that GitHub gave at `asOf`. What a later push moved, made or
 * deleted stays; a branch that stands where it stood keeps the time it was moved.
 */
export async function replaceBranches(
  tx: Db,
  { repositoryId, branches, asOf }: { repositoryId: number; branches: readonly Branch[]; asOf: string },
): Promise<void> {
  const seenAt = toMillis(asOf)
  const stored = await tx
    .selectFrom('branches')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .execute()
  const standing = new Map(stored.map((row) => [row.name, row]))
  const moved = branches
    .map((branch) => rowOf(branch, repositoryId))
    .filter((row) => {
      const before = standing.get(row.name)
      if (!before) return true
      return before.updated_at <= seenAt && (before.sha !== row.sha || before.protected !== row.protected)
    })
  await upsert(tx, 'branches', moved, { key: ['repository_id', 'name'] })

  const listed = new Set(branches.map(({ name }) => name))
  for (const { name, updated_at } of stored) {
    if (!listed.has(name) && updated_at <= seenAt) await removeBranch(tx, { repositoryId, name })
  }
}

function rowOf(branch: Branch, repositoryId: number): BranchRow {
  return {
    repository_id: repositoryId,
    name: branch.name,
    sha: branch.sha,
    protected: toFlag(branch.protected),
    updated_at: toMillis(branch.updated_at),
  }
}

function present({ name, sha, protected: isProtected, updated_at }: BranchRow): Branch {
  return { name, sha, protected: isProtected === 1, updated_at: toTime(updated_at) }
}
