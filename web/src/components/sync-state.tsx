import { useQuery } from '@tanstack/react-query'
import type { Repository } from '../../../contract/mirror.ts'
import { syncQuery } from '../data/queries.ts'
import { RelativeTime } from './relative-time.tsx'
import styles from './sync-state.module.css'

/** How far our copy of a repository is: under way with its count, failed with why, or when it was complete. */
export function SyncState({ repository }: { repository: Repository }) {
  const rows = useQuery(syncQuery).data?.filter((row) => row.repository === repository.full_name) ?? []
  const failed = rows.find((row) => row.state === 'failed')
  const waiting = rows.find((row) => row.state === 'waiting' && row.error !== null)
  const running = rows.find((row) => row.state === 'running' || row.state === 'waiting')
  if (failed) {
    return (
      <span className={styles.failed} title={failed.error ?? undefined}>
        Sync of {words(failed.resource)} failed{failed.error ? `: ${failed.error}` : ''}
      </span>
    )
  }
  if (waiting) {
    return (
      <span className={styles.running} role="status" title={waiting.error ?? undefined}>
        sync of {words(waiting.resource)} waits: {waiting.error}
      </span>
    )
  }
  if (running) {
    const count = running.total === null ? running.done : `${running.done} of ${running.total}`
    return (
      <span className={`${styles.running} numbers`} role="status">
        syncing {words(running.resource)} {running.state === 'running' && count}
      </span>
    )
  }
  if (!repository.synced_at) return <span>not synced yet</span>
  return (
    <span>
      synced <RelativeTime at={repository.synced_at} />
    </span>
  )
}

const words = (resource: string) => resource.replaceAll('_', ' ')
