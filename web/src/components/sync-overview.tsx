import { AlertIcon, PauseIcon, PlayIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SyncOverview as Overview } from '../../../contract/sync.ts'
import { api } from '../data/api.ts'
import { syncOverviewQuery, syncQuery } from '../data/queries.ts'
import { ErrorState } from './error-state.tsx'
import { ProgressBar } from './progress-bar.tsx'
import { RelativeTime } from './relative-time.tsx'
import { SkeletonRows } from './skeleton.tsx'
import { readable } from './state-icon.tsx'
import styles from './sync-overview.module.css'

/** How far all repositories are together, when that ends, and what one may do about it. */
export function SyncOverview({ mayPause }: { mayPause: boolean }) {
  const query = useQuery(syncOverviewQuery)
  const queryClient = useQueryClient()
  const act = useMutation({
    mutationFn: (what: 'pause' | 'resume' | 'retry') => api.post(`/sync/${what}`),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries(syncOverviewQuery),
        queryClient.invalidateQueries(syncQuery),
      ]),
  })
  if (query.isPending) return <SkeletonRows rows={2} />
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const { repositories, kinds, paused } = query.data
  const read = kinds.filter(({ resource, done }) => done > 0 && !beside.has(resource))
  return (
    <div className={styles.overview}>
      <div className={styles.head}>
        <p className={`${styles.title} numbers`} role="status">
          {repositories.done.toLocaleString()} of {repositories.total.toLocaleString()} repositories
          <span className={styles.quiet}>{outlook(query.data)}</span>
        </p>
        <div className={styles.acts}>
          {repositories.failed > 0 && (
            <Button
              size="small"
              leadingVisual={AlertIcon}
              loading={act.isPending}
              onClick={() => act.mutate('retry')}
            >
              Retry {repositories.failed.toLocaleString()} with errors
            </Button>
          )}
          {mayPause && (
            <Button
              size="small"
              leadingVisual={paused ? PlayIcon : PauseIcon}
              loading={act.isPending}
              onClick={() => act.mutate(paused ? 'resume' : 'pause')}
            >
              {paused ? 'Resume' : 'Pause'}
            </Button>
          )}
        </div>
      </div>
      <ProgressBar
        done={repositories.done}
        of={repositories.total}
        label={`${repositories.done} of ${repositories.total} repositories read`}
      />
      {act.isError && <p role="alert">{act.error.message}</p>}
      <p className={`${styles.quiet} numbers`}>{ways(query.data.kept_current)}</p>
      <ul className={styles.kinds} aria-label="Read by kind">
        {read.map(({ resource, done, total }) => (
          <li key={resource} className="numbers">
            {readable(resource)} {done.toLocaleString()}
            {total > done && ` of ${total.toLocaleString()}`}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** What is counted otherwise than in things of GitHub's. */
const beside: ReadonlySet<string> = new Set(['repository', 'reconciliation', 'deliveries', 'webhook'])

/** How changes come, and how late. */
function ways({ webhooks, log, looks }: Overview['kept_current']): string {
  const told = [
    webhooks > 0 && `${webhooks.toLocaleString()} by webhooks, at once`,
    log > 0 &&
      `${log.toLocaleString()} from GitHub’s log, as its webhooks do not reach this hub: each minute`,
    looks > 0 && `${looks.toLocaleString()} by looking, as no webhook tells of them: each minute`,
  ].filter((part) => part !== false)
  return told.length === 0 ? '' : `Changes come: ${told.join('; ')}.`
}

function outlook({ repositories: { done, total }, paused, complete_at }: Overview) {
  if (paused) return ' · paused: webhooks are applied, GitHub is not read'
  if (total === 0) return ' · the list of repositories is being read'
  if (done === total) return ' · complete'
  if (complete_at === null) return ' · the end is not known yet'
  return (
    <>
      {' · complete '}
      <RelativeTime at={complete_at} />, as far as GitHub’s quota goes
    </>
  )
}
