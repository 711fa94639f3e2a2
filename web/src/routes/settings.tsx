import { createRoute } from '@tanstack/react-router'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }] },
  component: lazyPage(() => import('../pages/settings/settings.tsx'), 'SettingsPage'),
})

const settingsProfile = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyPage(() => import('../pages/settings/profile.tsx'), 'ProfileTab'),
})

const settingsTokens = createRoute({
  getParentRoute: () => settings,
  path: 'tokens',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'API tokens' }] },
  component: lazyPage(() => import('../pages/settings/tokens.tsx'), 'TokensTab'),
})

const settingsSecrets = createRoute({
  getParentRoute: () => settings,
  path: 'secrets',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'Secrets' }] },
  component: lazyPage(() => import('../pages/settings/secrets.tsx'), 'SecretsTab'),
})

const settingsSync = createRoute({
  getParentRoute: () => settings,
  path: 'sync',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'Sync' }] },
  component: lazyPage(() => import('../pages/settings/sync.tsx'), 'SyncTab'),
})

const settingsPeople = createRoute({
  getParentRoute: () => settings,
  path: 'people',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'People' }] },
  component: lazyPage(() => import('../pages/settings/people.tsx'), 'PeopleTab'),
})

const settingsAudit = createRoute({
  getParentRoute: () => settings,
  path: 'audit',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'Audit log' }] },
  component: lazyPage(() => import('../pages/settings/audit.tsx'), 'AuditTab'),
})

export const settingsRoutes = [
  settings.addChildren([
    settingsProfile,
    settingsTokens,
    settingsSecrets,
    settingsSync,
    settingsPeople,
    settingsAudit,
  ]),
] as const
