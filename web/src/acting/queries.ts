import { queryOptions } from '@tanstack/react-query'
import type { Person } from '../../../contract/common.ts'
import type { MergeMethods } from '../../../contract/merge-methods.ts'
import type { Milestone } from '../../../contract/mirror.ts'
import type { OwnReactions } from '../../../contract/own-reactions.ts'
import type { Release } from '../../../contract/releases.ts'
import type { Subject } from '../data/acts.ts'
import { api } from '../data/api.ts'
import { listQuery } from '../data/list-query.ts'
import { plainQuery } from '../data/plain-queries.ts'

/** Every label of a repository. */
export const labelsQuery = (fullName: string) => plainQuery('label', fullName, { limit: 100 })

/** Which reactions on an issue or a pull request are one's own. */
export const ownReactionsQuery = ({ fullName, number }: Subject) =>
  queryOptions({
    queryKey: ['one', 'own-reactions', fullName, number],
    staleTime: 60_000,
    queryFn: ({ signal }) =>
      api.get<OwnReactions>(`/repos/${fullName}/issues/${number}/own-reactions`, { signal }),
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

/** How pull requests of a repository may be merged. */
export const mergeMethodsQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'merge-methods', fullName],
    staleTime: 5 * 60_000,
    queryFn: ({ signal }) => api.get<MergeMethods>(`/repos/${fullName}/merge-methods`, { signal }),
  })

/** Drafts of releases, which GitHub shows to those who may push. */
export const draftsQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'release-drafts', fullName],
    queryFn: ({ signal }) => api.get<Release[]>(`/repos/${fullName}/releases/drafts`, { signal }),
  })
