import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/** So many answers that no page shows any more stay in memory; of more, the oldest go. */
const MOST_UNSHOWN = 300

/**
 * What the hub told us is kept and corrected by the live feed; a refetch happens on returning to the page after a
 * while, when the feed says that it lost its place, and by hand. It is kept for the day: while the hub is away, the
 * pages that were opened before still open.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 24 * 3_600_000,
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.offline,
      retryDelay: (failures) => Math.min(4_000, 400 * 2 ** failures) * (0.5 + Math.random() / 2),
    },
    mutations: { networkMode: 'always' },
  },
})

queryClient.getQueryCache().subscribe(({ type }) => {
  if (type !== 'added') return
  const cache = queryClient.getQueryCache()
  const unshown = cache
    .findAll({ type: 'inactive', fetchStatus: 'idle' })
    .filter(({ state }) => state.dataUpdatedAt > 0)
  if (unshown.length <= MOST_UNSHOWN) return
  const oldest = unshown.toSorted((a, b) => a.state.dataUpdatedAt - b.state.dataUpdatedAt)
  for (const query of oldest.slice(0, unshown.length - MOST_UNSHOWN)) cache.remove(query)
})
