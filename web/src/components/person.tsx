import { useState } from 'react'
import styles from './person.module.css'

/** Somebody's picture, or their first letter where there is none. Decorative beside their name. */
export function Avatar({
  person,
  size = 20,
}: {
  person: { login: string | null; avatar_url: string | null }
  size?: 16 | 20 | 24 | 32 | 40 | 64
}) {
  const [broken, setBroken] = useState<string | null>(null)
  const url = person.avatar_url
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
  return (
    <span
      className={`${styles.avatar} ${styles.letter}`}
      style={{ width: size, height: size, fontSize: size * 0.5 }}
      data-hue={hueOf(person.login ?? '')}
      aria-hidden="true"
    >
      {(person.login ?? '?').charAt(0).toUpperCase()}
    </span>
  )
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
