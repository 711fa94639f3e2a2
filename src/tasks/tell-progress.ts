import { appendChanges } from '../store/changes.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { SyncProgressRow } from '../store/rows/sync.ts'
import type { Db } from '../store/store.ts'
import { saveProgress } from '../store/sync-progress.ts'

/** How far something is that is done for a repository beside its sync. */
export interface Told extends Pick<SyncProgressRow, 'resource' | 'state' | 'done' | 'total' | 'error'> {
  repository: RepositoryRow
  now: number
}

/** Writes it down and tells it to the repository's readers. */
export function tellProgress(tx: Db, { repository, now, ...told }: Told): void {
  const scope = `repo:${repository.id}`
  const progress = { ...told, set_aside: 0 }
  saveProgress(tx, {
    scope,
    ...progress,
    next_page: null,
    since: null,
    healed: 0,
    started_at: now,
    updated_at: now,
  })
  const state = told.state === 'waiting' ? 'running' : told.state
  appendChanges(tx, now, [
    {
      topic: scope,
      kind: 'sync.progress',
      repository_id: repository.id,
      data: { full_name: repository.full_name, ...progress, state },
    },
  ])
}
