import { createRoute } from '@tanstack/react-router'
import { changesQuery, statsQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { NotFound } from '../pages/not-found.tsx'
import { readHomeSearch, readTopicSearch } from '../search.ts'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: readHomeSearch,
  staticData: { crumbs: () => [{ label: 'Home' }] },
  loader: () => void queryClient.prefetchQuery(statsQuery),
  component: lazyPage(() => import('../pages/home/home.tsx'), 'HomePage'),
})

const activity = createRoute({
  getParentRoute: () => app,
  path: '/activity',
  validateSearch: readTopicSearch,
  staticData: { crumbs: () => [{ label: 'Activity' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(changesQuery(deps)),
  component: lazyPage(() => import('../pages/activity.tsx'), 'ActivityPage'),
})

/** Any other address: the app stays around it. */
const nowhere = createRoute({
  getParentRoute: () => app,
  path: '$',
  staticData: { crumbs: () => [{ label: 'Not found' }] },
  component: NotFound,
})

export const homeRoutes = [home, activity, nowhere] as const
