import { queryOptions } from '@tanstack/react-query'
import type { IssueTemplates, PullTemplate } from '../../../contract/templates.ts'
import { api } from '../data/api.ts'

const staleTime = 5 * 60_000

/** What a repository offers whoever opens an issue. */
export const issueTemplatesQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'issue-templates', fullName],
    staleTime,
    queryFn: ({ signal }) => api.get<IssueTemplates>(`/repos/${fullName}/issue-templates`, { signal }),
  })

/** The texts that a pull request may begin with. */
export const pullTemplatesQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'pull-templates', fullName],
    staleTime,
    queryFn: ({ signal }) => api.get<PullTemplate[]>(`/repos/${fullName}/pull-templates`, { signal }),
  })
