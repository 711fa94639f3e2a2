import { DeviceDesktopIcon, DeviceMobileIcon } from '@primer/octicons-react'
import { Button, Label } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Session, User } from '../../../../contract/identity.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { Section, usePageTitle } from '../../components/page.tsx'
import { Avatar } from '../../components/person.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { api } from '../../data/api.ts'
import { sessionsQuery } from '../../data/queries.ts'
import { useMe } from '../../data/use-session.ts'
import { describeBrowser } from './describe-browser.ts'
import styles from './settings.module.css'

/** Who one is here, and where one is signed in. */
export function ProfileTab() {
  usePageTitle('Profile · Settings')
  const me = useMe()
  const sessions = useQuery(sessionsQuery)
  return (
    <>
      {me && <Profile me={me} />}
      <Section title="Where you are signed in">
        {sessions.isPending && <SkeletonRows rows={2} />}
        {sessions.isError && <ErrorState error={sessions.error} onRetry={() => void sessions.refetch()} />}
        {sessions.data && (
          <ul className={styles.rows}>
            {sessions.data.map((session) => (
              <SessionRow key={session.id} session={session} />
            ))}
          </ul>
        )}
      </Section>
    </>
  )
}

const connections = {
  connected: 'Connected to GitHub',
  expired: 'GitHub wants you to sign in again',
  none: 'Not connected to GitHub',
} as const

function Profile({ me }: { me: User }) {
  return (
    <section className={styles.profile} aria-label="Profile">
      <Avatar person={me} size={64} />
      <div>
        <h2 className={styles.name}>{me.name ?? me.login}</h2>
        <p className={styles.quiet}>
          {me.html_url ? <a href={me.html_url}>{me.login}</a> : me.login} · {me.role} · since{' '}
          <RelativeTime at={me.created_at} />
        </p>
        <p className={me.github === 'connected' ? styles.quiet : styles.warn}>{connections[me.github]}</p>
      </div>
    </section>
  )
}

function SessionRow({ session }: { session: Session }) {
  const queryClient = useQueryClient()
  const end = useMutation({
    mutationFn: () => api.at('DELETE', `/auth/sessions/${session.id}`),
    onSuccess: () => queryClient.invalidateQueries(sessionsQuery),
  })
  const { name, mobile } = describeBrowser(session.user_agent)
  const Glyph = mobile ? DeviceMobileIcon : DeviceDesktopIcon
  return (
    <li className={styles.row}>
      <Glyph className={styles.icon} />
      <div className={styles.words}>
        <div className={styles.title}>
          {name} {session.current && <Label variant="success">This session</Label>}
        </div>
        <div className={styles.quiet}>
          {session.ip ?? 'unknown address'} · seen <RelativeTime at={session.last_seen_at} /> · signed in{' '}
          <RelativeTime at={session.created_at} />
        </div>
        {end.isError && (
          <div className={styles.warn} role="alert">
            {end.error.message}
          </div>
        )}
      </div>
      {!session.current && (
        <Button
          size="small"
          variant="danger"
          loading={end.isPending}
          onClick={() => end.mutate()}
          aria-label={`Sign out ${name}`}
        >
          Sign out
        </Button>
      )}
    </li>
  )
}
