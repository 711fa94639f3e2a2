import { createRouter } from '@tanstack/react-router'
import { PageError } from './components/page-error.tsx'
import { PageSkeleton } from './components/page-skeleton.tsx'
import { actionsRoutes } from './routes/actions.tsx'
import { app, root } from './routes/app.tsx'
import { deliveryRoutes } from './routes/deliveries.tsx'
import { doorRoutes } from './routes/doors.tsx'
import { homeRoutes } from './routes/home.tsx'
import { inboxRoutes } from './routes/inbox.tsx'
import { insightsRoutes } from './routes/insights.tsx'
import { issueRoutes } from './routes/issues.tsx'
import { pullRoutes } from './routes/pulls.tsx'
import { repositoryRoutes } from './routes/repositories.tsx'
import { runRoutes } from './routes/runs.tsx'
import { searchRoutes } from './routes/search.tsx'
import { securityRoutes } from './routes/security.tsx'
import { settingsRoutes } from './routes/settings.tsx'
import { workflowRoutes } from './routes/workflows.tsx'

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}

/** Every page, by area: each file of `routes/` names its own. */
const routeTree = root.addChildren([
  ...doorRoutes,
  app.addChildren([
    ...homeRoutes,
    ...repositoryRoutes,
    ...pullRoutes,
    ...issueRoutes,
    ...actionsRoutes,
    ...workflowRoutes,
    ...runRoutes,
    ...insightsRoutes,
    ...deliveryRoutes,
    ...searchRoutes,
    ...inboxRoutes,
    ...securityRoutes,
    ...settingsRoutes,
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadDelay: 40,
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
})
