import type { ReactNode } from 'react'
import { usePageTitle } from '../components/page.tsx'
import { Logo } from './logo.tsx'
import styles from './plain-page.module.css'

/** A page outside of the shell: the mark, a title, and what there is to do. */
export function PlainPage({
  title,
  lead,
  wide = false,
  children,
}: {
  title: string
  lead?: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  usePageTitle(title)
  return (
    <main className={`${styles.page} ${wide ? styles.wide : ''}`}>
      <header className={styles.head}>
        <Logo size={48} />
        <h1 className={styles.title}>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
      </header>
      {children}
    </main>
  )
}
