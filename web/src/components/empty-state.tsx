import type { Icon } from '@primer/octicons-react'
import type { ReactNode } from 'react'
import styles from './states.module.css'

/** A place with nothing in it yet: says what would be here and offers the one action that makes it so. */
export function EmptyState({
  icon: Glyph,
  title,
  children,
  action,
}: {
  icon: Icon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={styles.state}>
      <span className={styles.glyph}>
        <Glyph size={24} />
      </span>
      <h2 className={styles.title}>{title}</h2>
      {children && <p className={styles.words}>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}
