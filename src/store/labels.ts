import type { Label } from '../../contract/common.ts'
import { readableBy } from './access.ts'
import { type Page, type PageRequest, paged, pageOf } from './keyset.ts'
import type { Db } from './store.ts'

/** Lists a repository's labels by name, if the user may read it. */
export async function listLabels(
  db: Db,
  { userId, repositoryId, limit, after }: PageRequest & { userId: string; repositoryId: number },
): Promise<Page<Label>> {
  const query = db
    .selectFrom('labels')
    .select(['name', 'color', 'description'])
    .where('repository_id', '=', repositoryId)
    .where(readableBy(userId, 'labels.repository_id'))
  const rows = await paged(query, {
    order: [{ by: 'labels.name', type: 'string' }],
    direction: 'asc',
    limit,
    after,
  }).execute()
  return pageOf(rows, { limit, keyOf: ({ name }) => [name], present: (row) => row })
}
