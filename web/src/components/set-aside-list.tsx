import { useInfiniteQuery } from '@tanstack/react-query'
import { setAsideQuery } from '../data/queries.ts'
import { ErrorState } from './error-state.tsx'
import { RelativeTime } from './relative-time.tsx'
import { RepositoryLink } from './repository-link.tsx'
import { readable } from './state-icon.tsx'
import styles from './sync-progress.module.css'

/** What GitHub sent and is not what GitHub documents: set aside, with the reason, while everything else went on. */
export function SetAsideList() {
  const query = useInfiniteQuery(setAsideQuery)
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const items = query.data?.pages.flatMap((page) => page.items) ?? []
  if (items.length === 0) {
    return query.isPending ? null : <p className={styles.quiet}>Everything that GitHub sent fitted.</p>
  }
  return (
    <ul className={styles.scopes} aria-label="Set aside">
      {items.map((item) => (
        <li key={`${item.repository} ${item.kind} ${item.key}`} className={styles.scope}>
          <span className={styles.name}>
            <RepositoryLink fullName={item.repository} />
          </span>
          <span>
            {readable(item.kind)} {item.key}: {item.reason}
          </span>
          <span className={styles.state}>
            <RelativeTime at={item.last_at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
