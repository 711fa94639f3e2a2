import { hasRole, type Viewer } from '../domain/access.ts'
import { coded } from '../errors.ts'
import type { WorkflowRow } from '../store/rows/run.ts'
import type { Db } from '../store/store.ts'
import { findVisibleWorkflow } from '../store/workflow-lists.ts'

/** What the store's lists of workflows ask of a viewer. */
export function eyesOf({ userId, role }: Viewer): { userId: string; maintains: boolean } {
  return { userId, maintains: hasRole(role, 'maintainer') }
}

/** A workflow that the viewer may see. One that they may not and one that does not exist are the same `not_found`. */
export async function visibleWorkflow(db: Db, viewer: Viewer, id: string): Promise<WorkflowRow> {
  const workflow = await findVisibleWorkflow(db, { id, ...eyesOf(viewer) })
  if (!workflow) throw coded('not_found', 'There is no such workflow that you may see.')
  return workflow
}
