import { createRoute } from '@tanstack/react-router'
import { readSearchPageSearch } from '../search.ts'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const search = createRoute({
  getParentRoute: () => app,
  path: '/search',
  validateSearch: readSearchPageSearch,
  staticData: { crumbs: () => [{ label: 'Search' }] },
  component: lazyPage(() => import('../pages/search/search.tsx'), 'SearchPage'),
})

export const searchRoutes = [search] as const
