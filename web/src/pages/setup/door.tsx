import type { Icon } from '@primer/octicons-react'
import type { ReactNode } from 'react'
import styles from './setup.module.css'

/** One way to begin: what it is, what it needs, and its one button. */
export function Door({
  icon: Glyph,
  title,
  words,
  error,
  children,
}: {
  icon: Icon
  title: string
  words: ReactNode
  error?: string
  children: ReactNode
}) {
  return (
    <section className={styles.door} aria-label={title}>
      <Glyph size={24} className={styles.glyph} />
      <h2 className={styles.title}>{title}</h2>
      <p className={styles.quiet}>{words}</p>
      <div className={styles.body}>
        {children}
        {error && (
          <p className={styles.error} role="alert">
            {error}
          </p>
        )}
      </div>
    </section>
  )
}
