import { BeakerIcon } from '@primer/octicons-react'
import { Button } from '@primer/react'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Setup } from '../../../../contract/identity.ts'
import { api } from '../../data/api.ts'
import { setupQuery } from '../../data/queries.ts'
import { Door } from './door.tsx'
import styles from './setup.module.css'

/** Trying the hub with a GitHub on this machine, with sample data that lives. */
export function DemoDoor({ setup, token }: { setup: Setup; token: string }) {
  const start = useMutation({
    mutationFn: () => api.at<Setup>('POST', '/setup/demo', { setup_token: token }),
  })
  // The hub starts anew with it, in seconds, and does not answer meanwhile. The page moves on once it runs.
  useQuery({ ...setupQuery, refetchInterval: 1_000, enabled: start.isSuccess })
  return (
    <Door
      icon={BeakerIcon}
      title="Try a local GitHub"
      words="Starts a GitHub on this machine with sample people, repositories and activity. Nothing leaves it, and everything says that it is a sample."
      error={start.error?.message}
    >
      {setup.demo.available ? (
        <>
          <Button block loading={start.isPending || start.isSuccess} onClick={() => start.mutate()}>
            Start the local GitHub
          </Button>
          {start.isSuccess && (
            <p className={styles.quiet} role="status">
              Starting: ten seconds or so…
            </p>
          )}
        </>
      ) : (
        <p className={styles.quiet}>The local GitHub is not installed with this copy of the hub.</p>
      )}
    </Door>
  )
}
