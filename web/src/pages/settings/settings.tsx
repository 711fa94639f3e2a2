import {
  HistoryIcon,
  KeyAsteriskIcon,
  KeyIcon,
  PeopleIcon,
  PersonIcon,
  SyncIcon,
} from '@primer/octicons-react'
import { Outlet } from '@tanstack/react-router'
import { Page, PageHeader } from '../../components/page.tsx'
import { type Tab, Tabs } from '../../components/tabs.tsx'
import { useMe } from '../../data/use-session.ts'

const tabs: readonly Tab[] = [
  { label: 'Profile', to: '/settings', exact: true, icon: <PersonIcon /> },
  { label: 'API tokens', to: '/settings/tokens', icon: <KeyIcon /> },
  { label: 'Secrets', to: '/settings/secrets', icon: <KeyAsteriskIcon /> },
  { label: 'Sync', to: '/settings/sync', icon: <SyncIcon /> },
  { label: 'People', to: '/settings/people', icon: <PeopleIcon /> },
]
const auditTab: Tab = { label: 'Audit log', to: '/settings/audit', icon: <HistoryIcon /> }

/** The person's own settings; the owner's besides. */
export function SettingsPage() {
  const owner = useMe()?.role === 'owner'
  return (
    <Page>
      <PageHeader title="Settings" />
      <Tabs label="Settings" tabs={owner ? [...tabs, auditTab] : tabs} />
      <Outlet />
    </Page>
  )
}
