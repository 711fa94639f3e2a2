import { useQuery } from '@tanstack/react-query'
import { EpisodeRow } from '../../components/activity.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/page.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { tellEpisodes } from '../../components/tell-episodes.ts'
import { deliveryEffectsQuery } from '../../data/queries.ts'
import { RunRow } from '../run-row.tsx'
import styles from './delivery.module.css'

/** What a delivery changed here, and the runs that it started. */
export function DeliveryEffects({ id }: { id: string }) {
  const query = useQuery(deliveryEffectsQuery(id))
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  if (!query.data) return <SkeletonRows />
  const { changes, runs } = query.data
  const episodes = tellEpisodes(changes)
  return (
    <>
      <Section title="What it changed">
        {episodes.length === 0 ? (
          <p className={styles.none}>Nothing that you may see, or the log does not reach back so far.</p>
        ) : (
          <div className={styles.box}>
            {episodes.map((episode) => (
              <EpisodeRow key={episode.key} episode={episode} />
            ))}
          </div>
        )}
      </Section>
      <Section title="Runs it started">
        {runs.length === 0 ? (
          <p className={styles.none}>None.</p>
        ) : (
          <ul className={styles.box}>
            {runs.map((run) => (
              <li key={run.id}>
                <RunRow run={run} fresh={false} />
              </li>
            ))}
          </ul>
        )}
      </Section>
    </>
  )
}
