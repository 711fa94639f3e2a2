import { queryOptions } from '@tanstack/react-query'
import type { SearchCounts, SearchHit, SearchValue } from '../../../contract/search/answers.ts'
import type { SearchType } from '../../../contract/search/words.ts'
import { api } from './api.ts'
import { listQuery } from './list-query.ts'
import type { AskedValues } from './suggest.ts'

/** What a search finds of one type. */
export const searchQuery = (q: string, type: SearchType) =>
  listQuery<SearchHit>({ resource: 'search', path: '/search', params: { q, type } })

/** How much there is of each type. */
export const searchCountsQuery = (q: string) =>
  queryOptions({
    queryKey: ['one', 'search-counts', q],
    queryFn: ({ signal }) => api.get<SearchCounts>('/search/counts', { query: { q }, signal }),
    enabled: q.trim() !== '',
    staleTime: 10_000,
  })

/** The first few of some types, for who only wants to go there. */
export const searchHeadQuery = (q: string, types: readonly SearchType[]) =>
  queryOptions({
    queryKey: ['one', 'search-head', q, types],
    queryFn: async ({ signal }) => {
      const ask = (type: SearchType) =>
        api.get<SearchHit[]>('/search', { query: { q, type, limit: 4 }, signal })
      return (await Promise.all(types.map(ask))).flat()
    },
    enabled: q.trim() !== '',
    staleTime: 10_000,
    placeholderData: (held) => held,
  })

/** What may stand behind a word's colon. */
export const searchValuesQuery = (of: AskedValues | null, text: string, repository: string | null) =>
  queryOptions({
    queryKey: ['one', 'search-values', of, text, repository],
    queryFn: ({ signal }) =>
      api.get<SearchValue[]>('/search/values', { query: { of, q: text, repository }, signal }),
    enabled: of !== null,
    staleTime: 60_000,
    placeholderData: (held) => held,
  })
