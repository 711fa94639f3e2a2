import { createRoute } from '@tanstack/react-router'
import { queryClient } from '../data/query-client.ts'
import { journalQuery, runsQuery } from '../data/run-queries.ts'
import { readRunSearch, readRunsSearch } from '../search.ts'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const runs = createRoute({
  getParentRoute: () => app,
  path: '/runs',
  validateSearch: readRunsSearch,
  staticData: { crumbs: () => [{ label: 'Runs' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(runsQuery(deps)),
  component: lazyPage(() => import('../pages/runs.tsx'), 'RunsPage'),
})

const run = createRoute({
  getParentRoute: () => app,
  path: '/runs/$id',
  validateSearch: readRunSearch,
  staticData: {
    crumbs: ({ id = '' }) => [
      { label: 'Runs', to: '/runs' },
      {
        label() {
          const run = queryClient.getQueryData(journalQuery(id).queryKey)?.state
          return run ? `${run.name} #${run.number}` : undefined
        },
      },
    ],
  },
  loader: ({ params }) => void queryClient.prefetchQuery(journalQuery(params.id)),
  component: lazyPage(() => import('../pages/run/run.tsx'), 'RunPage'),
})

export const runRoutes = [runs, run] as const
