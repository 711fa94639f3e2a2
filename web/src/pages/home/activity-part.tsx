import { PulseIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { EpisodeRow } from '../../components/activity.tsx'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { tellEpisodes } from '../../components/tell-episodes.ts'
import { itemsOf } from '../../data/items-of.ts'
import { changesQuery } from '../../data/queries.ts'
import styles from './home.module.css'

const SHOWN = 12

/** What has just happened; the whole story is on the Activity page. */
export function ActivityPart() {
  const query = useInfiniteQuery(changesQuery())
  const episodes = tellEpisodes(itemsOf(query)).slice(0, SHOWN)
  return (
    <Section title="Activity" aside={<Link to="/activity">All activity</Link>}>
      {query.isPending && <SkeletonRows rows={6} />}
      {query.isError && episodes.length === 0 && (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      )}
      {query.isSuccess && episodes.length === 0 && (
        <EmptyState icon={PulseIcon} title="Quiet so far">
          Pushes, issues, reviews and runs are told here the moment GitHub reports them.
        </EmptyState>
      )}
      {episodes.length > 0 && (
        <ul className={styles.rows}>
          {episodes.map((episode) => (
            <li key={episode.key}>
              <EpisodeRow episode={episode} />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
