import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SavedSearch } from '../../../contract/search/saved.ts'
import { api } from './api.ts'

/** The searches that the person keeps, in their order. */
const savedSearchesQuery = queryOptions({
  queryKey: ['one', 'searches'],
  queryFn: ({ signal }) => api.get<SavedSearch[]>('/searches', { signal }),
})

/** Those searches, and how to keep others instead: shown at once, as they were again when the hub refuses. */
export function useSavedSearches(): {
  searches: readonly SavedSearch[]
  keep: (next: readonly SavedSearch[]) => Promise<void>
} {
  const queryClient = useQueryClient()
  const { queryKey } = savedSearchesQuery
  const searches = useQuery(savedSearchesQuery).data ?? []
  const keep = async (next: readonly SavedSearch[]) => {
    queryClient.setQueryData(queryKey, [...next])
    try {
      await api.put('/searches', next)
    } catch (error) {
      queryClient.setQueryData(queryKey, [...searches])
      throw error
    }
  }
  return { searches, keep }
}
