import { type ReactNode, useEffect } from 'react'
import styles from './page.module.css'

/** Names the browser's tab after the page; `null` while the page does not know its name yet. */
export function usePageTitle(title: string | null): void {
  useEffect(() => {
    document.title = title ? `${title} · CLDCDE Pro` : 'CLDCDE Pro'
  }, [title])
}

/** A page's content; `text` keeps lines readable, `wide` is for lists and graphs. */
export function Page({ width = 'wide', children }: { width?: 'wide' | 'text'; children: ReactNode }) {
  return <div className={`${styles.page} ${styles[width]}`}>{children}</div>
}

/** Title, state, one line of facts, and actions at the right, the most likely one primary. */
export function PageHeader({
  title,
  documentTitle,
  state,
  facts,
  actions,
}: {
  title: ReactNode
  /** What the browser's tab says, when the title is more than text. */
  documentTitle?: string
  state?: ReactNode
  facts?: ReactNode
  actions?: ReactNode
}) {
  usePageTitle(documentTitle ?? (typeof title === 'string' ? title : null))
  return (
    <header className={styles.header}>
      <div className={styles.heading}>
        <h1 className={styles.title} tabIndex={-1}>
          {title}
        </h1>
        {state}
        {actions && <div className={styles.actions}>{actions}</div>}
      </div>
      {facts && <div className={styles.facts}>{facts}</div>}
    </header>
  )
}

/** Content with a pane of properties at the side; the pane goes below on narrow screens. */
export function WithPane({ pane, children }: { pane: ReactNode; children: ReactNode }) {
  return (
    <div className={styles.withPane}>
      <div className={styles.content}>{children}</div>
      <aside className={styles.pane} aria-label="Properties">
        {pane}
      </aside>
    </div>
  )
}

/** One property in a side pane; `aside` changes it. */
export function Property({
  name,
  aside,
  children,
}: {
  name: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <div className={styles.property}>
      <div className={styles.propertyHead}>
        <h2 className={styles.propertyName}>{name}</h2>
        {aside}
      </div>
      <div className={styles.propertyValue}>{children}</div>
    </div>
  )
}

/** A titled part of a page. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2 className={styles.sectionTitle}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  )
}
