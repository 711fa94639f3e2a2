import { BookmarkIcon, SidebarCollapseIcon, SidebarExpandIcon, XIcon } from '@primer/octicons-react'
import { IconButton } from '@primer/react'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useSavedSearches } from '../data/saved-searches.ts'
import { Logo } from './logo.tsx'
import { SampleMark } from './sample-mark.tsx'
import { type SectionPath, sections } from './sections.ts'
import styles from './sidebar.module.css'
import { useCounts } from './use-counts.ts'

/** The places of the app: a column at the left, icons when collapsed, a drawer on the phone. */
export function Sidebar({
  collapsed,
  onToggle,
  drawer,
  onCloseDrawer,
}: {
  collapsed: boolean
  onToggle: () => void
  drawer: boolean
  onCloseDrawer: () => void
}) {
  return (
    <>
      <nav aria-label="Main" className={styles.sidebar} data-collapsed={collapsed}>
        <div className={styles.head}>
          <Link to="/" className={styles.brand} aria-label="CLDCDE Pro, home">
            <Logo />
            <span className={styles.word}>CLDCDE Pro</span>
          </Link>
        </div>
        <Places collapsed={collapsed} />
        <div className={styles.foot}>
          <IconButton
            icon={collapsed ? SidebarExpandIcon : SidebarCollapseIcon}
            aria-label={collapsed ? 'Expand sidebar' : 'Collapse sidebar'}
            variant="invisible"
            size="small"
            onClick={onToggle}
          />
        </div>
      </nav>
      {drawer && <Drawer onClose={onCloseDrawer} />}
    </>
  )
}

function Places({ collapsed }: { collapsed: boolean }) {
  const counts = useCounts()
  return (
    <div className={styles.places}>
      {sections.map((group) => (
        <ul key={group[0].to} className={styles.group}>
          {group.map(({ label, to, icon: Glyph }) => {
            const count = counts[to as SectionPath]
            return (
              <li key={to}>
                <Link
                  to={to}
                  className={styles.place}
                  activeOptions={{ exact: to === '/', includeSearch: false }}
                  title={collapsed ? label : undefined}
                >
                  <Glyph size={16} />
                  <span className={styles.word}>{label}</span>
                  {count && (
                    <span className={styles.count} title={count.title}>
                      {count.value}
                      <span className={styles.hidden}> {count.title}</span>
                    </span>
                  )}
                </Link>
              </li>
            )
          })}
        </ul>
      ))}
      <Saved collapsed={collapsed} />
    </div>
  )
}

/** The person's own searches, as many as find room. */
function Saved({ collapsed }: { collapsed: boolean }) {
  const { searches } = useSavedSearches()
  if (searches.length === 0) return null
  return (
    <ul className={styles.group} aria-label="Saved searches">
      {searches.slice(0, 8).map(({ name, q, type }) => (
        <li key={name}>
          <Link
            to="/search"
            search={{ q, type }}
            className={styles.place}
            activeOptions={{ exact: true, includeSearch: true }}
            title={collapsed ? name : undefined}
          >
            <BookmarkIcon size={16} />
            <span className={styles.word}>{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}

function Drawer({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    // A click on the backdrop is a click on the dialog itself; keys close it by the dialog's own cancel.
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <dialog
      ref={dialog}
      className={styles.drawer}
      aria-label="Menu"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div className={styles.head}>
        <Link to="/" className={styles.brand} onClick={onClose}>
          <Logo />
          CLDCDE Pro
        </Link>
        <IconButton icon={XIcon} aria-label="Close menu" variant="invisible" onClick={onClose} />
      </div>
      <Places collapsed={false} />
      <div className={styles.head}>
        <SampleMark />
      </div>
    </dialog>
  )
}
