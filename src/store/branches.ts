import type { Branch } from '../../contract/mirror.ts'
import { branch } from '../mirror/branch.ts'
import { decode } from '../mirror/columns.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

/** Lists a repository's branches by name, with the time of their head where a push or the commits tell it, if the user may read it. */
export async function listBranches(
  db: Db,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId: number },
): Promise<Page<Branch>> {
  const query = db
    .selectFrom('branches')
    .leftJoin('commits', (commits) =>
      commits
        .onRef('commits.repository_id', '=', 'branches.repository_id')
        .onRef('commits.sha', '=', 'branches.sha'),
    )
    .select([
      'branches.repository_id',
      'branches.name',
      'branches.sha',
      'branches.protected',
      'branches.updated_at',
    ])
    .select(({ fn }) => fn.coalesce('commits.committed_at', 'branches.committed_at').as('committed_at'))
    .where('branches.repository_id', '=', repositoryId)
    .where(readableBy(userId, 'branches.repository_id'))
  const rows = await paged(query, {
    order: [{ by: 'branches.name', type: 'string' }],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: ({ name }) => [name], present: (row) => decode(branch, row) as Branch })
}
