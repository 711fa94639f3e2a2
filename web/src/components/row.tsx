import { Link, type LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import styles from './row.module.css'
import { useGlow } from './use-glow.ts'

interface RowContent {
  icon?: ReactNode
  title: ReactNode
  labels?: ReactNode
  /** The quiet second line. */
  meta?: ReactNode
  /** Cells at the right. */
  trailing?: ReactNode
  /** It waits for this person. */
  strong?: boolean
  /** What the person would do there, shown as a button; the whole row does it. */
  action?: string
  /** The row glows once when this changes. */
  changed?: unknown
  /** The row has just arrived. */
  fresh?: boolean
}

/** A row of a list that leads to a page of ours; its title's link covers the whole row. */
export function Row({
  to,
  params,
  search,
  ...content
}: RowContent & {
  to: LinkProps['to']
  params?: Record<string, string>
  search?: Record<string, unknown>
}) {
  return (
    <RowFrame {...content}>
      <Link
        to={to}
        // Which parameters a row needs depends on its page; the router checks them at run time.
        params={params as never}
        search={search as never}
        className={`${styles.title} ${content.strong ? styles.strong : ''}`}
        data-row=""
      >
        {content.title}
      </Link>
    </RowFrame>
  )
}

/** A row whose thing has its page on GitHub. */
export function OutsideRow({ href, ...content }: RowContent & { href: string | undefined }) {
  return (
    <RowFrame {...content}>
      <a className={styles.title} href={href} target="_blank" rel="noreferrer" data-row="">
        {content.title}
      </a>
    </RowFrame>
  )
}

function RowFrame({
  icon,
  labels,
  meta,
  trailing,
  action,
  changed,
  fresh,
  children,
}: RowContent & { children: ReactNode }) {
  const row = useGlow<HTMLDivElement>(changed, fresh)
  return (
    <div className={styles.row} ref={row}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <div className={styles.words}>
        <div className={styles.line}>
          {children}
          {labels}
        </div>
        {meta && <div className={styles.meta}>{meta}</div>}
      </div>
      {trailing && <div className={styles.trailing}>{trailing}</div>}
      {action && (
        <span className={styles.action} aria-hidden="true">
          {action}
        </span>
      )}
    </div>
  )
}
