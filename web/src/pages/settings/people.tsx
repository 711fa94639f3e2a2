import { Button, Label, Select } from '@primer/react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Role, User, UserPatch } from '../../../../contract/identity.ts'
import { ErrorState } from '../../components/error-state.tsx'
import { Section, usePageTitle } from '../../components/page.tsx'
import { Avatar } from '../../components/person.tsx'
import { RelativeTime } from '../../components/relative-time.tsx'
import { SkeletonRows } from '../../components/skeleton.tsx'
import { api } from '../../data/api.ts'
import { usersQuery } from '../../data/queries.ts'
import { useMe } from '../../data/use-session.ts'
import styles from './settings.module.css'

const roles: readonly Role[] = ['owner', 'maintainer', 'member', 'viewer']

/** Who uses the hub, and what each may do; the owner changes it. */
export function PeopleTab() {
  usePageTitle('People · Settings')
  const users = useQuery(usersQuery)
  if (users.isPending) return <SkeletonRows rows={4} />
  if (users.isError) return <ErrorState error={users.error} onRetry={() => void users.refetch()} />
  return (
    <Section title="People">
      <ul className={styles.rows}>
        {users.data.map((user) => (
          <PersonRow key={user.id} user={user} />
        ))}
      </ul>
    </Section>
  )
}

function PersonRow({ user }: { user: User }) {
  const me = useMe()
  const queryClient = useQueryClient()
  const change = useMutation({
    mutationFn: (patch: UserPatch) => api.patch<User>(`/users/${user.id}`, patch),
    onSuccess: () => queryClient.invalidateQueries(usersQuery),
  })
  const mayChange = me?.role === 'owner' && me.id !== user.id
  return (
    <li className={styles.row}>
      <Avatar person={user} size={32} />
      <div className={styles.words}>
        <div className={styles.title}>
          {user.name ?? user.login}
          {user.id === me?.id && <Label>You</Label>}
          {user.disabled && <Label variant="danger">Switched off</Label>}
        </div>
        <div className={styles.quiet}>
          {user.login} ·{' '}
          {user.last_seen_at ? (
            <>
              seen <RelativeTime at={user.last_seen_at} />
            </>
          ) : (
            'never seen'
          )}
        </div>
        {change.isError && (
          <div className={styles.warn} role="alert">
            {change.error.message}
          </div>
        )}
      </div>
      {mayChange ? (
        <>
          <Select
            size="small"
            aria-label={`Role of ${user.login}`}
            value={user.role}
            disabled={change.isPending}
            onChange={(event) => change.mutate({ role: event.target.value as Role })}
          >
            {roles.map((role) => (
              <Select.Option key={role} value={role}>
                {role}
              </Select.Option>
            ))}
          </Select>
          <Button
            size="small"
            loading={change.isPending}
            onClick={() => change.mutate({ disabled: !user.disabled })}
          >
            {user.disabled ? `Switch ${user.login} on` : `Switch ${user.login} off`}
          </Button>
        </>
      ) : (
        <Label>{user.role}</Label>
      )}
    </li>
  )
}
