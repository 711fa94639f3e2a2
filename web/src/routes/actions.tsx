import { createRoute } from '@tanstack/react-router'
import { actionsJobsQuery, actionsRunQuery, actionsRunsQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { readActionsRunSearch, readListSearch } from '../search.ts'
import { app } from './app.tsx'
import { fullNameOf, within } from './crumbs.ts'
import { lazyPage } from './lazy-page.ts'

const actions = createRoute({
  getParentRoute: () => app,
  path: '/actions',
  validateSearch: readListSearch,
  staticData: { crumbs: () => [{ label: 'Actions' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(actionsRunsQuery(null, deps)),
  component: lazyPage(() => import('../pages/actions.tsx'), 'ActionsPage'),
})

const actionsRun = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/actions/runs/$id',
  validateSearch: readActionsRunSearch,
  staticData: {
    crumbs: (params) => [
      ...within('Actions', 'actions')(params),
      {
        label() {
          const { queryKey } = actionsRunQuery(fullNameOf(params), Number(params.id))
          const run = queryClient.getQueryData(queryKey)
          return run && `${run.name} #${run.run_number}`
        },
      },
    ],
  },
  loader: ({ params }) => {
    void queryClient.prefetchQuery(actionsRunQuery(fullNameOf(params), Number(params.id)))
    void queryClient.prefetchInfiniteQuery(actionsJobsQuery(fullNameOf(params), Number(params.id)))
  },
  component: lazyPage(() => import('../pages/actions-run/actions-run.tsx'), 'ActionsRunPage'),
})

export const actionsRoutes = [actions, actionsRun] as const
