import type { ReactNode } from 'react'
import styles from './conversation.module.css'
import { Avatar } from './person.tsx'
import { Prose } from './prose.tsx'
import { RelativeTime } from './relative-time.tsx'
import { useGlow } from './use-glow.ts'

export type Author = { login: string; avatar_url: string | null } | null

/** One thing that somebody said: who and when above it. */
export function Said({
  fullName,
  user,
  at,
  word,
  body,
  changed,
  aside,
  pending = false,
  words,
  foot,
  children,
}: {
  fullName: string
  user: Author
  at: string
  word: ReactNode
  body: string | null
  changed?: string
  /** What can be done with it. */
  aside?: ReactNode
  /** It is not on GitHub yet. */
  pending?: boolean
  /** The words, where they are drawn in a way of their own. */
  words?: ReactNode
  /** Below the words. */
  foot?: ReactNode
  /** In the place of the words: an editor. */
  children?: ReactNode
}) {
  const shown = user ?? { login: 'ghost', avatar_url: null }
  const box = useGlow<HTMLDivElement>(changed)
  return (
    <li className={`${styles.entry} ${pending ? styles.pending : ''}`}>
      <span className={styles.avatar}>
        <Avatar person={shown} size={32} />
      </span>
      <div className={styles.box}>
        <div className={styles.head}>
          <span>
            <strong>{shown.login}</strong> {word} {pending ? 'just now' : <RelativeTime at={at} />}
          </span>
          {aside}
        </div>
        <div className={styles.body} ref={box}>
          {children ?? words ?? <Prose text={body} fullName={fullName} />}
          {foot}
        </div>
      </div>
    </li>
  )
}
