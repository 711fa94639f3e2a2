import { queryOptions } from '@tanstack/react-query'
import type { Label, Person } from '../../../contract/common.ts'
import type { Milestone } from '../../../contract/mirror.ts'
import { api } from '../data/api.ts'
import { listQuery } from '../data/list-query.ts'

/** Every label of a repository. */
export const labelsQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'labels', fullName],
    queryFn: ({ signal }) => api.get<Label[]>(`/repos/${fullName}/labels`, { query: { limit: 100 }, signal }),
  })

/** Whom things of a repository can be assigned to. */
export const assigneesQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'assignees', fullName],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => api.get<Person[]>(`/repos/${fullName}/assignees`, { signal }),
  })

export const milestonesQuery = (fullName: string) =>
  listQuery<Milestone>({
    resource: 'milestones',
    path: `/repos/${fullName}/milestones`,
    scope: fullName,
    params: { limit: 100 },
  })
