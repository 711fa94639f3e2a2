import { infiniteQueryOptions } from '@tanstack/react-query'
import type { Commit } from '../../../../contract/mirror.ts'
import type { PullFile } from '../../../../contract/pull-files.ts'
import { api, type Page } from '../../data/api.ts'

/** The files that a head changes, a hundred at a time; another head has others. */
export const pullFilesQuery = (fullName: string, number: number, head: string) =>
  infiniteQueryOptions({
    queryKey: ['pull-files', fullName, number, head],
    queryFn: ({ pageParam, signal }) =>
      api.list<PullFile>(`/repos/${fullName}/pulls/${number}/files`, { query: { after: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<PullFile>) => page.next,
    staleTime: Number.POSITIVE_INFINITY,
  })

/** The commits that lead to a head, a hundred at a time; checks say more of them as time goes on. */
export const pullCommitsQuery = (fullName: string, number: number, head: string) =>
  infiniteQueryOptions({
    queryKey: ['pull-commits', fullName, number, head],
    queryFn: ({ pageParam, signal }) =>
      api.list<Commit>(`/repos/${fullName}/pulls/${number}/commits`, { query: { after: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Commit>) => page.next,
    refetchInterval: 30_000,
  })
