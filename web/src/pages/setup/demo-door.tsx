import { BeakerIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Setup } from '../../../../contract/identity.ts'
import { DemoPeople } from '../../components/demo-people.tsx'
import { api } from '../../data/api.ts'
import { setupQuery } from '../../data/queries.ts'
import { Door } from './door.tsx'
import styles from './setup.module.css'

/** Trying the hub with a GitHub on this machine, with sample data that lives. */
export function DemoDoor({ setup, token }: { setup: Setup; token: string }) {
  const queryClient = useQueryClient()
  const start = useMutation({
    mutationFn: () => api.at<Setup>('POST', '/setup/demo', { setup_token: token }),
    onSuccess: (next) => queryClient.setQueryData(setupQuery.queryKey, next),
  })
  return (
    <Door
      icon={BeakerIcon}
      title="Try a local GitHub"
      words="Starts a GitHub on this machine with sample people, repositories and activity. Nothing leaves it, and everything says that it is a sample."
      error={start.error?.message}
    >
      {setup.demo.running ? (
        <DemoPeople people={setup.demo.people} returnTo="/setup" setupToken={token} />
      ) : setup.demo.available ? (
        <Button block loading={start.isPending} onClick={() => start.mutate()}>
          Start the local GitHub
        </Button>
      ) : (
        <p className={styles.quiet}>The local GitHub is not installed with this copy of the hub.</p>
      )}
    </Door>
  )
}
