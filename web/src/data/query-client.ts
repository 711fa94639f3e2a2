import { QueryClient } from '@tanstack/react-query'
import { ApiError } from './api-error.ts'

/**
 * What the hub told us is kept and corrected by the live feed; a refetch happens on returning to the page after a
 * while, when the feed says that it lost its place, and by hand.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 60_000,
      gcTime: 15 * 60_000,
      networkMode: 'always',
      retry: (failures, error) => failures < 2 && error instanceof ApiError && error.offline,
      retryDelay: (failures) => Math.min(4_000, 400 * 2 ** failures) * (0.5 + Math.random() / 2),
    },
    mutations: { networkMode: 'always' },
  },
})
