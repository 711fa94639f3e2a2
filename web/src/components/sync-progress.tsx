import { useQuery } from '@tanstack/react-query'
import type { SyncProgress } from '../../../contract/mirror.ts'
import { syncQuery } from '../data/queries.ts'
import { ErrorState } from './error-state.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { RelativeTime } from './relative-time.tsx'
import { RepositoryLink } from './repository-link.tsx'
import { SkeletonRows } from './skeleton.tsx'
import { readable } from './state-icon.tsx'
import styles from './sync-progress.module.css'

/** How far the copy of each repository is, moving as it goes. */
export function SyncProgressList() {
  const query = useQuery(syncQuery)
  if (query.isPending) return <SkeletonRows rows={6} />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const scopes = [...Map.groupBy(query.data, (row) => row.repository ?? '')].sort(([a], [b]) =>
    a.localeCompare(b),
  )
  if (scopes.length === 0) return <p className={styles.quiet}>The first sync has not begun yet.</p>
  return (
    <ul className={styles.scopes} aria-label="Sync by repository">
      {scopes.map(([repository, rows]) => (
        <Scope key={repository} repository={repository} rows={rows} />
      ))}
    </ul>
  )
}

/** What goes on beside reading: lists that move while they are compared are compared again later. */
const beside: ReadonlySet<string> = new Set(['reconciliation', 'deliveries'])

function Scope({ repository, rows }: { repository: string; rows: SyncProgress[] }) {
  const read = rows.filter((row) => !beside.has(row.resource))
  const done = read.filter((row) => row.state === 'done').length
  const failed = rows.find((row) => row.state === 'failed')
  const waiting = read.find((row) => row.state === 'waiting' && row.error !== null)
  const running = rows.find((row) => row.state === 'running')
  const aside = rows.reduce((sum, row) => sum + row.set_aside, 0)
  const recovered = rows.find((row) => row.resource === 'deliveries')?.done ?? 0
  const newest = rows.reduce((a, b) => (a.updated_at > b.updated_at ? a : b))
  return (
    <li className={styles.scope}>
      <span className={styles.name}>
        {repository ? <RepositoryLink fullName={repository} /> : 'List of repositories'}
      </span>
      <ProgressBar
        done={done}
        of={read.length}
        failed={failed !== undefined}
        label={`${repository || 'List of repositories'}: ${done} of ${read.length} done`}
      />
      <span className={`${styles.state} numbers`}>
        {failed ? (
          <span className={styles.failed} title={failed.error ?? undefined}>
            {readable(failed.resource)} failed{failed.error && `: ${failed.error}`}
          </span>
        ) : waiting ? (
          <span title={waiting.error ?? undefined}>
            {readable(waiting.resource)} waiting: {waiting.error}
          </span>
        ) : running ? (
          `${readable(running.resource)} ${running.done.toLocaleString()}${
            running.total === null ? '' : ` of ${running.total.toLocaleString()}`
          }`
        ) : done === read.length ? (
          <>
            complete <RelativeTime at={newest.updated_at} />
            {recovered > 0 && `, ${recovered.toLocaleString()} missed deliveries fetched`}
            {aside > 0 && `, ${aside.toLocaleString()} set aside`}
          </>
        ) : (
          'waiting'
        )}
      </span>
    </li>
  )
}
