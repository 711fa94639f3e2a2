import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { setupQuery } from '../data/queries.ts'
import styles from './person.module.css'

interface Pictured {
  /** Null where Git knows a name and GitHub nobody. */
  login: string | null
  name?: string | null
  avatar_url: string | null
}

/**
 * Somebody's picture: GitHub's, wherever the person is named, or their first letter where there is none. Decorative
 * beside their name.
 */
export function Avatar({ person, size = 20 }: { person: Pictured; size?: 16 | 20 | 24 | 32 | 40 | 64 }) {
  const [broken, setBroken] = useState<string | null>(null)
  const github = useQuery(setupQuery).data?.github_url
  const url = pictureOf(person, github)
  if (url && url !== broken) {
    return (
      <img
        className={styles.avatar}
        src={url}
        width={size}
        height={size}
        alt=""
        loading="lazy"
        onError={() => setBroken(url)}
      />
    )
  }
  const named = person.login ?? person.name ?? '?'
  return (
    <span
      className={`${styles.avatar} ${styles.letter}`}
      style={{ width: size, height: size, fontSize: size * 0.5 }}
      data-hue={hueOf(named)}
      aria-hidden="true"
    >
      {named.charAt(0).toUpperCase()}
    </span>
  )
}

/**
 * Where somebody's picture is. What tells only a login (a push, a list of people) gets the address that GitHub has for
 * every login, so that nobody is a picture on one page and a letter on the next. Apps (`x[bot]`) have none.
 */
function pictureOf({ login, avatar_url }: Pictured, github: string | undefined): string | null {
  if (avatar_url) return avatar_url
  return login && github && /^[\w-]+$/.test(login) ? `${github}/${login}.png?size=80` : null
}

/** Picture and login. `null` is GitHub's ghost: an account that is gone. */
export function Person({
  person,
  size = 16,
}: {
  person: { login: string; avatar_url: string | null } | null
  size?: 16 | 20 | 24
}) {
  const shown = person ?? { login: 'ghost', avatar_url: null }
  return (
    <span className={styles.person}>
      <Avatar person={shown} size={size} />
      {shown.login}
    </span>
  )
}

/** One of six quiet tints, always the same for the same login. */
function hueOf(login: string): number {
  let sum = 0
  for (const letter of login) sum += letter.charCodeAt(0)
  return sum % 6
}
