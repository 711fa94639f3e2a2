import { SearchIcon, ThreeBarsIcon } from '@primer/octicons-react'
import { IconButton } from '@primer/react'
import { Link, useMatches } from '@tanstack/react-router'
import { useSyncExternalStore } from 'react'
import { queryClient } from '../data/query-client.ts'
import { useStats } from '../data/use-stats.ts'
import type { Crumb } from '../routes/crumbs.ts'
import { LiveDot } from './live-dot.tsx'
import { PersonMenu } from './person-menu.tsx'
import { SampleMark } from './sample-mark.tsx'
import styles from './top-bar.module.css'

/** Below this share of GitHub's quota the top bar says so. */
const QUOTA_LOW = 0.2

/** Where am I, search, how fresh the page is, and who am I. */
export function TopBar({
  onOpenDrawer,
  onOpenPalette,
  onOpenHelp,
}: {
  onOpenDrawer: () => void
  onOpenPalette: () => void
  onOpenHelp: () => void
}) {
  return (
    <header className={styles.bar}>
      <div className={styles.menu}>
        <IconButton icon={ThreeBarsIcon} aria-label="Open menu" variant="invisible" onClick={onOpenDrawer} />
      </div>
      <Breadcrumb />
      <div className={styles.wideOnly}>
        <SampleMark />
      </div>
      <button type="button" className={styles.search} onClick={onOpenPalette}>
        <SearchIcon size={16} />
        <span className={styles.searchWord}>Search or go to…</span>
        <kbd className={styles.key}>Ctrl K</kbd>
      </button>
      <Quota />
      <LiveDot />
      <PersonMenu onOpenHelp={onOpenHelp} />
    </header>
  )
}

function Breadcrumb() {
  const matches = useMatches()
  const match = matches.findLast((each) => each.staticData.crumbs)
  const crumbs = match?.staticData.crumbs?.(match.params as Record<string, string>) ?? []
  return (
    <nav aria-label="Breadcrumb" className={styles.breadcrumb}>
      <ol>
        {crumbs.map((crumb, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a step is its place on the way
          <li key={index}>
            {crumb.to && index < crumbs.length - 1 ? (
              <Link to={crumb.to}>
                <CrumbLabel label={crumb.label} />
              </Link>
            ) : (
              <span aria-current={index === crumbs.length - 1 ? 'page' : undefined}>
                <CrumbLabel label={crumb.label} />
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}

const watchCache = (onChange: () => void) => queryClient.getQueryCache().subscribe(onChange)

function CrumbLabel({ label }: Pick<Crumb, 'label'>) {
  return useSyncExternalStore(watchCache, typeof label === 'string' ? () => label : label) ?? '…'
}

function Quota() {
  const quota = useStats()?.quota
  if (!quota || quota.remaining / quota.limit > QUOTA_LOW) return null
  return (
    <span
      className={styles.quota}
      title={`GitHub gives it back at ${new Date(quota.reset_at).toLocaleTimeString()}`}
    >
      {quota.remaining.toLocaleString()} requests left
    </span>
  )
}
