import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import styles from './row.module.css'
import { useGlow } from './use-glow.ts'

/** A row of a list: icon, title (its link covers the row), labels, a quiet second line, and cells at the right. */
export function Row({
  icon,
  title,
  to,
  params,
  search,
  labels,
  meta,
  trailing,
  strong = false,
  changed,
  fresh = false,
}: {
  icon?: ReactNode
  title: ReactNode
  to: LinkProps['to']
  params?: Record<string, string>
  search?: Record<string, unknown>
  labels?: ReactNode
  meta?: ReactNode
  trailing?: ReactNode
  /** It waits for this person. */
  strong?: boolean
  /** The row glows once when this changes. */
  changed?: unknown
  fresh?: boolean
}) {
  const row = useGlow<HTMLDivElement>(changed, fresh)
  return (
    <div className={styles.row} ref={row}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <div className={styles.words}>
        <div className={styles.line}>
          <Link
            to={to}
            // Which parameters a row needs depends on its page; the router checks them at run time.
            params={params as never}
            search={search as never}
            className={`${styles.title} ${strong ? styles.strong : ''}`}
            data-row=""
          >
            {title}
          </Link>
          {labels}
        </div>
        {meta && <div className={styles.meta}>{meta}</div>}
      </div>
      {trailing && <div className={styles.trailing}>{trailing}</div>}
    </div>
  )
}
