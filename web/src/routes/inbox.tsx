import { createRoute } from '@tanstack/react-router'
import { inboxQuery } from '../data/inbox.ts'
import { queryClient } from '../data/query-client.ts'
import { readInboxSearch } from '../search.ts'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const inbox = createRoute({
  getParentRoute: () => app,
  path: '/inbox',
  validateSearch: readInboxSearch,
  staticData: { crumbs: () => [{ label: 'Inbox' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(inboxQuery(deps.place ?? 'inbox')),
  component: lazyPage(() => import('../pages/inbox/inbox.tsx'), 'InboxPage'),
})

export const inboxRoutes = [inbox] as const
