import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { LineComment, PullFile } from '../../../../contract/pull-files.ts'
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

/** What was said on lines. */
export const lineCommentsQuery = (fullName: string, number: number) =>
  queryOptions({
    queryKey: ['line-comments', fullName, number],
    queryFn: async ({ signal }) => {
      const all: LineComment[] = []
      for (let after: string | null = null; ; ) {
        const path = `/repos/${fullName}/pulls/${number}/comments`
        const page: Page<LineComment> = await api.list<LineComment>(path, { query: { after }, signal })
        all.push(...page.items)
        if (page.next === null) return all
        after = page.next
      }
    },
    staleTime: 10_000,
  })
