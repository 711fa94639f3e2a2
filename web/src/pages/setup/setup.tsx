import { LinkButton } from '@primer/react'
import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import type { Setup } from '../../../../contract/identity.ts'
import { DemoPeople } from '../../components/demo-people.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { SyncProgressList } from '../../components/sync-progress.tsx'
import { setupQuery } from '../../data/queries.ts'
import { ensureSession } from '../../data/session.ts'
import { useMe } from '../../data/use-session.ts'
import { PlainPage } from '../../shell/plain-page.tsx'
import { DemoDoor } from './demo-door.tsx'
import { GithubDoor } from './github-door.tsx'
import styles from './setup.module.css'
import { TokenDoor } from './token-door.tsx'

/** The first page of a new hub: three doors, then the first sync as it goes. */
export function SetupPage() {
  const { token } = useSearch({ from: '/setup' })
  const setup = useQuery(setupQuery)
  const me = useMe()
  useEffect(() => {
    ensureSession().catch(() => {
      // The query above tells whether the hub answers.
    })
  }, [])
  if (me) return <FirstSync />
  if (setup.isPending) {
    return (
      <PlainPage title="Set up CLDCDE Pro" wide>
        <SkeletonRows rows={3} />
      </PlainPage>
    )
  }
  if (!setup.data) {
    return (
      <PlainPage title="Set up CLDCDE Pro" wide>
        <ErrorState error={setup.error} onRetry={() => void setup.refetch()} />
      </PlainPage>
    )
  }
  if (setup.data.demo.running) {
    return (
      <PlainPage title="The local GitHub runs" lead="Its people are invented, and so is what they do.">
        <DemoPeople people={setup.data.demo.people} returnTo="/setup" />
      </PlainPage>
    )
  }
  if (setup.data.owned) {
    return (
      <PlainPage title="This hub is set up" lead="It has an owner already.">
        <p className={styles.words}>
          <Link to="/sign-in">Sign in</Link>
        </p>
      </PlainPage>
    )
  }
  if (!token) {
    return (
      <PlainPage
        title="Set up CLDCDE Pro"
        lead="Open the one-time set-up address that the hub printed when it started."
      >
        {null}
      </PlainPage>
    )
  }
  return <Doors setup={setup.data} token={token} />
}

function Doors({ setup, token }: { setup: Setup; token: string }) {
  return (
    <PlainPage
      title="Set up CLDCDE Pro"
      lead="Whoever goes through one of these doors owns this hub. What is read from GitHub stays on this machine."
      wide
    >
      <div className={styles.doors}>
        <GithubDoor setup={setup} token={token} />
        <TokenDoor token={token} githubUrl={setup.github_url} />
        <DemoDoor setup={setup} token={token} />
      </div>
    </PlainPage>
  )
}

function FirstSync() {
  return (
    <PlainPage
      title="Reading GitHub"
      lead="Repositories appear as they are read; the hub is usable from the first one on."
      wide
    >
      <div className={styles.go}>
        <LinkButton as={Link} to="/" variant="primary">
          Open the hub
        </LinkButton>
      </div>
      <SyncProgressList />
    </PlainPage>
  )
}
