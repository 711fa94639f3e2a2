import { createRoute } from '@tanstack/react-router'
import { deliveriesQuery, deliveryQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { readDeliveriesSearch } from '../search.ts'
import { app } from './app.tsx'
import { lazyPage } from './lazy-page.ts'

const deliveries = createRoute({
  getParentRoute: () => app,
  path: '/deliveries',
  validateSearch: readDeliveriesSearch,
  staticData: { crumbs: () => [{ label: 'Deliveries' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(deliveriesQuery(deps)),
  component: lazyPage(() => import('../pages/deliveries.tsx'), 'DeliveriesPage'),
})

const delivery = createRoute({
  getParentRoute: () => app,
  path: '/deliveries/$id',
  staticData: {
    crumbs: ({ id }) => [{ label: 'Deliveries', to: '/deliveries' }, { label: id?.slice(0, 8) ?? '' }],
  },
  loader: ({ params }) => void queryClient.prefetchQuery(deliveryQuery(params.id)),
  component: lazyPage(() => import('../pages/delivery/delivery.tsx'), 'DeliveryPage'),
})

export const deliveryRoutes = [deliveries, delivery] as const
