import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Face } from '../../../contract/faces.ts'
import { api, type Query } from './api.ts'

/** What lists are of. The live feed finds the lists that a change belongs to by these words. */
export type Resource =
  | 'repositories'
  | Face<object>['list']
  | 'deliveries'
  | 'changes'
  | 'workflows'
  | 'runs'
  | 'audit'
  | 'search'
  | 'inbox'
  | 'alerts'

export type ListKey = readonly ['list', Resource, string | null, Query]

/**
 * An endless list behind one address of the API, a page at a time.
 * `scope` narrows it to a repository (`owner/name`) or a run; null: across everything.
 */
export function listQuery<T>(options: {
  resource: Resource
  path: string
  scope?: string | null
  params?: Query
}) {
  const { resource, path, scope = null, params = {} } = options
  return infiniteQueryOptions({
    queryKey: ['list', resource, scope, params] as ListKey,
    queryFn: ({ pageParam, signal }) =>
      api.list<T>(path, { query: { limit: 50, ...params, after: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    // Another filter of the same list: the old rows stay until the new ones are there.
    placeholderData: (held, before) => {
      const [, ...same] = (before?.queryKey ?? []) as unknown as ListKey
      return same[0] === resource && same[1] === scope ? held : undefined
    },
  })
}
