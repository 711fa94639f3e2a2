import { SyncIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Section, usePageTitle } from '../../components/page.tsx'
import { SetAsideList } from '../../components/set-aside-list.tsx'
import { SyncOverview } from '../../components/sync-overview.tsx'
import { SyncProgressList } from '../../components/sync-progress.tsx'
import { api } from '../../data/api.ts'
import { syncQuery } from '../../data/queries.ts'
import { useMe } from '../../data/use-session.ts'
import styles from './settings.module.css'

/** How far the mirror is behind GitHub, and asking it to read everything again. */
export function SyncTab() {
  usePageTitle('Sync · Settings')
  const queryClient = useQueryClient()
  const mayPause = useMe()?.role === 'owner'
  const sync = useMutation({
    mutationFn: () => api.post<{ queued: boolean }>('/sync'),
    onSuccess: () => queryClient.invalidateQueries(syncQuery),
  })
  return (
    <>
      <Section
        title="Repositories"
        aside={
          <Button
            size="small"
            leadingVisual={SyncIcon}
            loading={sync.isPending}
            onClick={() => sync.mutate()}
          >
            Sync everything
          </Button>
        }
      >
        {sync.isError && (
          <p className={styles.warn} role="alert">
            {sync.error.message}
          </p>
        )}
        {sync.data && !sync.data.queued && <p className={styles.quiet}>A sync waits already and will do.</p>}
        <SyncOverview mayPause={mayPause} />
        <SyncProgressList />
      </Section>
      <Section title="Set aside">
        <SetAsideList />
      </Section>
    </>
  )
}
