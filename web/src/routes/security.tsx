import { createRoute } from '@tanstack/react-router'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const security = createRoute({
  getParentRoute: () => app,
  path: '/security',
  staticData: { crumbs: () => [{ label: 'Security' }] },
  component: lazyPage(() => import('../pages/security.tsx'), 'SecurityPage'),
})

export const securityRoutes = [security] as const
