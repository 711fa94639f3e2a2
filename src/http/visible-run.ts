import type { Run } from '../../contract/workflows.ts'
import type { Viewer } from '../domain/access.ts'
import { coded } from '../errors.ts'
import { getRun } from '../store/runs.ts'
import type { Db } from '../store/store.ts'

/** The run that the viewer may see. One that they may not and one that does not exist are the same `not_found`. */
export async function visibleRun(db: Db, { userId }: Viewer, id: string): Promise<Run> {
  const run = await getRun(db, { id, userId })
  if (!run) throw coded('not_found', 'There is no such run that you may see.')
  return run
}
