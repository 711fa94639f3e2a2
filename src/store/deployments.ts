import type { Deployment } from '../../contract/deployments.ts'
import { decode } from '../mirror/columns.ts'
import type { DeploymentFacts } from '../mirror/deployment.ts'
import { deploymentStatus } from '../mirror/deployment-status.ts'
import type { Db } from './store.ts'

/** Adds to deployments of a repository the latest status of each. Whoever asks may read the repository. */
export async function withStatuses(
  db: Db,
  { repositoryId, items }: { repositoryId: number; items: readonly DeploymentFacts[] },
): Promise<Deployment[]> {
  if (items.length === 0) return []
  const rows = await db
    .selectFrom('deployment_statuses')
    .selectAll()
    .where('repository_id', '=', repositoryId)
    .where(
      'deployment_id',
      'in',
      items.map(({ id }) => id),
    )
    .orderBy('id')
    .execute()
  const latest = new Map(rows.map((row) => [row.deployment_id, decode(deploymentStatus, row)]))
  return items.map((item) => ({ ...item, status: latest.get(item.id) ?? null }))
}
