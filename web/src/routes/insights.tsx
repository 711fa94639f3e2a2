import { createRoute } from '@tanstack/react-router'
import { insightsQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { readInsightsSearch } from '../search.ts'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const insights = createRoute({
  getParentRoute: () => app,
  path: '/insights',
  validateSearch: readInsightsSearch,
  staticData: { crumbs: () => [{ label: 'Insights' }] },
  loaderDeps: ({ search: { days, repository } }) => ({ days, repository }),
  loader: ({ deps }) => void queryClient.prefetchQuery(insightsQuery(deps)),
  component: lazyPage(() => import('../pages/insights/insights.tsx'), 'InsightsPage'),
})

export const insightsRoutes = [insights] as const
