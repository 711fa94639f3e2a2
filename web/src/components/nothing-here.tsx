import { TelescopeIcon } from '@primer/octicons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useLocation } from '@tanstack/react-router'
import { itemsOf } from '../data/items-of.ts'
import { repositoriesQuery } from '../data/queries.ts'
import { guessAddresses } from '../shell/guess-addresses.ts'
import styles from './states.module.css'

/** Stands where there is nothing, or nothing that the person may see, and offers what was probably meant. */
export function NothingHere({ title = 'Nothing is here' }: { title?: string }) {
  const { pathname } = useLocation()
  const repositories = itemsOf(useInfiniteQuery(repositoriesQuery({ limit: 100 })))
  const guesses = guessAddresses(
    pathname,
    repositories.map(({ full_name }) => full_name),
  )
  return (
    <div className={styles.state}>
      <span className={styles.glyph}>
        <TelescopeIcon size={24} />
      </span>
      <h1 className={styles.title}>{title}</h1>
      <p className={styles.words}>
        There is nothing at <code>{pathname}</code>, or nothing that you may see.
      </p>
      {guesses.length > 0 && (
        <nav aria-label="Perhaps you meant" className={styles.guesses}>
          <p>Perhaps you meant</p>
          <ul>
            {guesses.map(({ label, to }) => (
              <li key={to}>
                <Link to={to}>{label}</Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <p className={styles.action}>
        <Link to="/">Go home</Link>
      </p>
    </div>
  )
}
