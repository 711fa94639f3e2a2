import type { Branch } from '../../contract/mirror.ts'
import { branch } from '../mirror/branch.ts'
import { decode } from '../mirror/columns.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
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
  return pageOf(rows, { limit, keyOf: ({ name }) => [name], present: (row) => decode(branch, row) as Branch })
}
