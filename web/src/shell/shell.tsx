import { Outlet, useLocation, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useConnection } from '../data/live.ts'
import { useRowKeys } from '../keyboard/use-row-keys.ts'
import { useShortcuts } from '../keyboard/use-shortcuts.ts'
import { patient } from '../offline/patient.ts'
import { FailedActs } from './failed-acts.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { sections } from './sections.ts'
import styles from './shell.module.css'
import { Sidebar } from './sidebar.tsx'
import { TopBar } from './top-bar.tsx'

const loadPalette = patient(() => import('./command-palette.tsx'))
const CommandPalette = lazy(loadPalette)
const KeyboardHelp = lazy(patient(() => import('./keyboard-help.tsx')))

/** The frame of every page: sidebar, top bar, and the page between them. */
export function Shell() {
  const [collapsed, setCollapsed] = useState(readCollapsed)
  const [drawer, setDrawer] = useState(false)
  const [dialog, setDialog] = useState<'palette' | 'help' | null>(null)
  const close = () => setDialog(null)
  const main = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  const connection = useConnection()
  // Fetched once the page is drawn, so that the first key typed after Ctrl K is not lost.
  useEffect(() => {
    const timer = setTimeout(loadPalette, 1_000)
    return () => clearTimeout(timer)
  }, [])
  useGlobalShortcuts({ search: () => setDialog('palette'), help: () => setDialog('help') })
  useRowKeys(main)

  // A new page starts at its beginning for screen readers and keyboards, as a loaded one would.
  const shownPath = useRef(pathname)
  useEffect(() => {
    setDrawer(false)
    if (shownPath.current === pathname) return
    shownPath.current = pathname
    main.current?.focus({ preventScroll: true })
  }, [pathname])

  const toggle = () => {
    setCollapsed(!collapsed)
    rememberCollapsed(!collapsed)
  }

  return (
    <div className={styles.shell} data-collapsed={collapsed}>
      <a href="#main" className={styles.skip}>
        Skip to content
      </a>
      <Sidebar
        collapsed={collapsed}
        onToggle={toggle}
        drawer={drawer}
        onCloseDrawer={() => setDrawer(false)}
      />
      <div className={styles.column}>
        <TopBar
          onOpenDrawer={() => setDrawer(true)}
          onOpenPalette={() => setDialog('palette')}
          onOpenHelp={() => setDialog('help')}
        />
        {connection.state === 'offline' && <OfflineBanner since={connection.since} />}
        <main id="main" ref={main} className={styles.main} tabIndex={-1}>
          <Outlet />
        </main>
      </div>
      <FailedActs />
      <Suspense fallback={null}>
        {dialog === 'palette' && <CommandPalette onClose={close} onHelp={() => setDialog('help')} />}
        {dialog === 'help' && <KeyboardHelp onClose={close} />}
      </Suspense>
    </div>
  )
}

/** What works on every page: search, help, and `g` with a letter to go somewhere. */
function useGlobalShortcuts({ search, help }: { search: () => void; help: () => void }): void {
  const navigate = useNavigate()
  const go = Object.fromEntries(sections.flat().map(({ to }) => [`go ${to}`, () => void navigate({ to })]))
  useShortcuts({ search, help, ...go })
}

function readCollapsed(): boolean {
  try {
    return localStorage.getItem('sidebar') === 'collapsed'
  } catch {
    return false
  }
}

function rememberCollapsed(collapsed: boolean): void {
  try {
    localStorage.setItem('sidebar', collapsed ? 'collapsed' : 'open')
  } catch {
    // Storage may be closed: the choice then lasts as long as the page.
  }
}
