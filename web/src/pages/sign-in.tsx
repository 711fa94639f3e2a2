import { MarkGithubIcon } from '@primer/octicons-react'
import { Banner, LinkButton } from '@primer/react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { AccessGrant, Setup } from '../../../contract/identity.ts'
import { DemoPeople } from '../components/demo-people.tsx'
import { ErrorState } from '../components/error-state.tsx'
import { SkeletonRows } from '../components/skeleton.tsx'
import { api } from '../data/api.ts'
import { setupQuery } from '../data/queries.ts'
import { returnPath } from '../data/return-path.ts'
import { acceptGrant } from '../data/session.ts'
import { PlainPage } from '../shell/plain-page.tsx'
import styles from './sign-in.module.css'

/** What a sign-in ended in when it did not succeed, by the code in the address. */
const failures: Record<string, string> = {
  access_denied: 'You did not let the hub in on GitHub. Try again when you want to.',
  invalid_state: 'This sign-in was begun elsewhere, or took longer than ten minutes. Try again.',
  not_configured: 'The hub does not know its GitHub app yet. Its owner enters it on the set-up page.',
  setup_token: 'The set-up link was used already or replaced. Restart the hub for a new one.',
  forbidden: 'This account may not use the hub. Ask its owner.',
  github_unauthorized: 'GitHub did not accept the hub’s app. Its owner should check the client secret.',
  github_unavailable: 'GitHub does not answer right now. Try again in a moment.',
  github_rate_limited: 'GitHub asks for patience: too many requests. Try again in a few minutes.',
}

/** The way in: GitHub's, a one-time link's, or as one of the people of the local GitHub. */
export function SignInPage() {
  const { error, link, return_to } = useSearch({ from: '/sign-in' })
  const setup = useQuery(setupQuery)
  if (link) return <LinkSignIn token={link} returnTo={returnPath(return_to)} />
  return (
    <PlainPage title="Sign in to CLDCDE Pro">
      {error && (
        <div className={styles.banner}>
          <Banner
            variant="critical"
            title="Signing in did not work"
            description={failures[error] ?? `Signing in ended with “${error}”. Try again.`}
          />
        </div>
      )}
      {setup.isPending && <SkeletonRows rows={2} />}
      {setup.isError && <ErrorState error={setup.error} onRetry={() => void setup.refetch()} />}
      {setup.data && <Doors setup={setup.data} returnTo={returnPath(return_to)} />}
    </PlainPage>
  )
}

function Doors({ setup, returnTo }: { setup: Setup; returnTo: string }) {
  if (setup.demo.running) return <DemoPeople people={setup.demo.people} returnTo={returnTo} />
  if (!setup.owned && setup.sign_in !== 'single-user') {
    return (
      <p className={styles.words}>
        This hub has no owner yet. Open the one-time set-up address that it printed when it started.
      </p>
    )
  }
  if (setup.sign_in === 'single-user') {
    return (
      <p className={styles.words}>
        This hub serves one person, by GitHub token. Open the sign-in link that it printed when it started, or
        make another with <code>npx cldcde user sign-in-link</code>.
      </p>
    )
  }
  return (
    <>
      <LinkButton
        href={`/auth/github?return_to=${encodeURIComponent(returnTo)}`}
        variant="primary"
        size="large"
        block
        leadingVisual={MarkGithubIcon}
      >
        Sign in with GitHub
      </LinkButton>
      <p className={styles.small}>
        You see here what you may see on {new URL(setup.github_url).host}, and nothing else.
      </p>
    </>
  )
}

/** Redeems a one-time link, once. */
function LinkSignIn({ token, returnTo }: { token: string; returnTo: string }) {
  const navigate = useNavigate()
  const redeem = useMutation({
    mutationFn: () => api.at<AccessGrant>('POST', '/auth/link', { token }),
    async onSuccess(grant) {
      acceptGrant(grant)
      await navigate({ href: returnTo, replace: true })
    },
  })
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current) return
    begun.current = true
    redeem.mutate()
  })
  return (
    <PlainPage title="Sign in to CLDCDE Pro">
      {redeem.isError ? (
        <>
          <Banner variant="critical" title="This link does not work" description={redeem.error.message} />
          <p className={styles.words}>
            Make another with <code>npx cldcde user sign-in-link</code>.
          </p>
        </>
      ) : (
        <p className={styles.words} role="status">
          Signing you in…
        </p>
      )}
    </PlainPage>
  )
}
