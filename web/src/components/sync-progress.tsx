import { Button } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { SyncProgress } from '../../../contract/sync.ts'
import { api } from '../data/api.ts'
import { syncQuery } from '../data/queries.ts'
import { ErrorState } from './error-state.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { RelativeTime } from './relative-time.tsx'
import { RepositoryLink } from './repository-link.tsx'
import { SkeletonRows } from './skeleton.tsx'
import { readable } from './state-icon.tsx'
import styles from './sync-progress.module.css'

/** Rows that are shown without being asked for more. */
const mostShown = 30

/** How far the copy of each repository is, moving as it goes: what needs somebody first, then what is under way. */
export function SyncProgressList() {
  const query = useQuery(syncQuery)
  const [showsAll, showAll] = useState(false)
  if (query.isPending) return <SkeletonRows rows={6} />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const scopes = [...Map.groupBy(query.data, (row) => row.repository ?? '')]
    .map(([repository, rows]) => ({ repository, rows, rank: rankOf(rows) }))
    .sort((a, b) => a.rank - b.rank || a.repository.localeCompare(b.repository))
  if (scopes.length === 0) return <p className={styles.quiet}>The first sync has not begun yet.</p>
  const more = scopes.length - mostShown
  return (
    <>
      <ul className={styles.scopes} aria-label="Sync by repository">
        {scopes.slice(0, showsAll ? undefined : mostShown).map(({ repository, rows }) => (
          <Scope key={repository} repository={repository} rows={rows} />
        ))}
      </ul>
      {more > 0 && (
        <Button size="small" variant="invisible" aria-expanded={showsAll} onClick={() => showAll(!showsAll)}>
          {showsAll ? 'Show fewer' : `Show ${more.toLocaleString()} more`}
        </Button>
      )}
    </>
  )
}

const states = ['failed', 'running', 'waiting'] as const

/** Errors first, then what is read now, then what waits; complete ones last. */
function rankOf(rows: readonly SyncProgress[]): number {
  const held = new Set(rows.map(({ state }) => state))
  const rank = states.findIndex((state) => held.has(state))
  return rank === -1 ? states.length : rank
}

/** What goes on beside reading: lists that move while they are compared are compared again later. */
const beside: ReadonlySet<string> = new Set(['reconciliation', 'deliveries'])

function Scope({ repository, rows }: { repository: string; rows: SyncProgress[] }) {
  // Of many repositories only the row of the whole is given.
  const whole = rows.find((row) => row.resource === 'repository')
  const read = rows.filter((row) => row !== whole && !beside.has(row.resource))
  const of = whole?.total ?? Math.max(read.length, 1)
  const ended = read.filter((row) => row.state === 'done').length
  const done = Math.min(of, Math.max(whole?.done ?? 0, ended))
  const failed = [...read, ...rows].find((row) => row.state === 'failed')
  const running = read.find((row) => row.state === 'running')
  const waiting = rows.find(
    (row) => row.state === 'waiting' && row.error !== null && !beside.has(row.resource),
  )
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
        of={of}
        failed={failed !== undefined}
        label={`${repository || 'List of repositories'}: ${done} of ${of} done`}
      />
      <span className={`${styles.state} numbers`}>
        {failed ? (
          <>
            <span className={styles.failed}>
              {readable(failed.resource)} failed{failed.error && `: ${failed.error}`}
            </span>
            {repository !== '' && <Retry repository={repository} />}
          </>
        ) : waiting ? (
          `${readable(waiting.resource)} waiting: ${waiting.error}`
        ) : running ? (
          `${readable(running.resource)} ${running.done.toLocaleString()}${
            running.total === null ? '' : ` of ${running.total.toLocaleString()}`
          }`
        ) : whole?.state === 'running' ? (
          'reading'
        ) : done >= of ? (
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

/** Reads one repository again, of which something could not be read. */
function Retry({ repository }: { repository: string }) {
  const queryClient = useQueryClient()
  const retry = useMutation({
    mutationFn: () => api.post(`/repos/${repository}/sync`),
    onSettled: () => queryClient.invalidateQueries(syncQuery),
  })
  return (
    <>
      <Button
        size="small"
        className={styles.retry}
        loading={retry.isPending}
        aria-label={`Retry ${repository}`}
        onClick={() => retry.mutate()}
      >
        Retry
      </Button>
      {retry.isError && <span role="alert">{retry.error.message}</span>}
    </>
  )
}
