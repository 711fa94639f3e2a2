import type { Label } from '../../contract/common.ts'
import type { LabelFacts } from '../domain/mirror/facts.ts'
import { readableBy } from './access.ts'
import { upsert } from './columns.ts'
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

/** Makes the stored labels those of a complete list. */
export async function replaceLabels(
  tx: Db,
  { repositoryId, labels }: { repositoryId: number; labels: readonly LabelFacts[] },
): Promise<void> {
  await tx.deleteFrom('labels').where('repository_id', '=', repositoryId).execute()
  await upsert(
    tx,
    'labels',
    labels.map(({ id, name, color, description }) => ({
      repository_id: repositoryId,
      id,
      name,
      color,
      description: description ?? null,
    })),
    { key: ['repository_id', 'name'] },
  )
}
