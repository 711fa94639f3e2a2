import { Link, type LinkProps } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef } from 'react'
import styles from './tabs.module.css'

export interface Tab {
  label: string
  to: LinkProps['to']
  params?: Record<string, string>
  /** Only this very address is the tab, not what lies below it. */
  exact?: boolean
  icon?: ReactNode
  count?: number | null
}

/** The sides of a thing, each with an address, underlined where one is. */
export function Tabs({ label, tabs }: { label: string; tabs: readonly Tab[] }) {
  const nav = useRef<HTMLElement>(null)
  useEffect(() => {
    const current = nav.current?.querySelector<HTMLElement>('[aria-current="page"]')
    if (current) nav.current!.scrollLeft = current.offsetLeft - nav.current!.clientWidth / 3
  }, [])
  return (
    <nav ref={nav} aria-label={label} className={styles.tabs}>
      <ul className={styles.list}>
        {tabs.map((tab) => (
          <li key={tab.label}>
            <Link
              to={tab.to}
              // Which parameters a tab needs depends on its page; the router checks them at run time.
              params={tab.params as never}
              className={styles.tab}
              activeOptions={{ exact: tab.exact ?? false, includeSearch: false }}
              resetScroll={false}
            >
              {tab.icon}
              <span data-text={tab.label} className={styles.label}>
                {tab.label}
              </span>
              {typeof tab.count === 'number' && tab.count > 0 && (
                <span className={styles.count}>{tab.count.toLocaleString()}</span>
              )}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
