import { ChevronRightIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import type { Setup } from '../../../contract/identity.ts'
import styles from './demo-people.module.css'
import { Avatar } from './person.tsx'

/** The people of the local GitHub: one click signs in as one of them. */
export function DemoPeople({ people, returnTo }: { people: Setup['demo']['people']; returnTo: string }) {
  const href = (login: string) => `/auth/github?${new URLSearchParams({ login, return_to: returnTo })}`
  return (
    <section aria-labelledby="demo-people">
      <div className={styles.head}>
        <h2 id="demo-people" className={styles.title}>
          Sign in as
        </h2>
        <Label>Local GitHub, sample data</Label>
      </div>
      <ul className={styles.people}>
        {people.map(({ login, name, role }) => (
          <li key={login}>
            <a className={styles.person} href={href(login)}>
              <Avatar person={{ login, avatar_url: null }} size={32} />
              <span className={styles.words}>
                <span className={styles.name}>{name}</span>
                <span className={styles.quiet}>
                  {login} · {role}
                </span>
              </span>
              <ChevronRightIcon />
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
