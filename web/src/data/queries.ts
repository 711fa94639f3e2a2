import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { ChainLink } from '../../../contract/chain.ts'
import type { ApiToken, AuditEntry, Session, Setup, User } from '../../../contract/identity.ts'
import type { Insights } from '../../../contract/insights.ts'
import type { Change, Stats } from '../../../contract/live.ts'
import type {
  ActionsJob,
  ActionsRun,
  Branch,
  Comment,
  Commit,
  Delivery,
  Issue,
  PullRequest,
  Repository,
  Review,
} from '../../../contract/mirror.ts'
import type { SetAside, SyncOverview, SyncProgress } from '../../../contract/sync.ts'
import type { Run } from '../../../contract/workflows.ts'
import { api, type Query } from './api.ts'
import { type ListKey, listQuery } from './list-query.ts'

/** Items of lists across repositories also say whose they are. */
export type InRepository<T> = T & { repository?: string }

const repoPath = (fullName: string) => `/repos/${fullName}`

export const repositoriesQuery = (params: Query = {}) =>
  listQuery<Repository>({ resource: 'repositories', path: '/repos', params })

export const repositoryQuery = (fullName: string) =>
  queryOptions({
    queryKey: ['one', 'repository', fullName],
    queryFn: ({ signal }) => api.get<Repository>(repoPath(fullName), { signal }),
  })

export const branchesQuery = (fullName: string) =>
  listQuery<Branch>({ resource: 'branches', path: `${repoPath(fullName)}/branches`, scope: fullName })

export const commitsQuery = (fullName: string) =>
  listQuery<Commit>({ resource: 'commits', path: `${repoPath(fullName)}/commits`, scope: fullName })

/** Pull requests of one repository, or of all of them (`scope` null). */
export const pullRequestsQuery = (scope: string | null, params: Query = {}) =>
  listQuery<InRepository<PullRequest>>({
    resource: 'pull_requests',
    path: scope ? `${repoPath(scope)}/pulls` : '/pulls',
    scope,
    params,
  })

export const pullRequestQuery = (fullName: string, number: number) =>
  queryOptions({
    queryKey: ['one', 'pull_request', fullName, number],
    queryFn: ({ signal }) => api.get<PullRequest>(`${repoPath(fullName)}/pulls/${number}`, { signal }),
  })

export const reviewsQuery = (fullName: string, number: number) =>
  listQuery<Review>({
    resource: 'reviews',
    path: `${repoPath(fullName)}/pulls/${number}/reviews`,
    scope: `${fullName}#${number}`,
    params: { limit: 100 },
  })

/** Issues of one repository, or of all of them (`scope` null). */
export const issuesQuery = (scope: string | null, params: Query = {}) =>
  listQuery<InRepository<Issue>>({
    resource: 'issues',
    path: scope ? `${repoPath(scope)}/issues` : '/issues',
    scope,
    params,
  })

export const issueQuery = (fullName: string, number: number) =>
  queryOptions({
    queryKey: ['one', 'issue', fullName, number],
    queryFn: ({ signal }) => api.get<Issue>(`${repoPath(fullName)}/issues/${number}`, { signal }),
  })

/** Comments of an issue or a pull request. */
export const commentsQuery = (fullName: string, number: number) =>
  listQuery<Comment>({
    resource: 'comments',
    path: `${repoPath(fullName)}/issues/${number}/comments`,
    scope: `${fullName}#${number}`,
    params: { limit: 100 },
  })

/** Actions runs of one repository, or of all of them (`scope` null). */
export const actionsRunsQuery = (scope: string | null, params: Query = {}) =>
  listQuery<InRepository<ActionsRun>>({
    resource: 'actions_runs',
    path: scope ? `${repoPath(scope)}/actions/runs` : '/actions/runs',
    scope,
    params,
  })

/** The hundred of all repositories that moved last: what Home judges their health by. */
export const recentRuns = actionsRunsQuery(null, { limit: 100 })

export const actionsRunQuery = (fullName: string, id: number) =>
  queryOptions({
    queryKey: ['one', 'actions_run', fullName, id],
    queryFn: ({ signal }) => api.get<ActionsRun>(`${repoPath(fullName)}/actions/runs/${id}`, { signal }),
  })

export const actionsJobsQuery = (fullName: string, runId: number) =>
  listQuery<ActionsJob>({
    resource: 'actions_jobs',
    path: `${repoPath(fullName)}/actions/runs/${runId}/jobs`,
    scope: `${fullName}#${runId}`,
    params: { limit: 100 },
  })

export const deliveriesQuery = (params: Query = {}) =>
  listQuery<Delivery>({ resource: 'deliveries', path: '/deliveries', params })

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['one', 'delivery', id],
    queryFn: ({ signal }) =>
      api.get<Delivery & { headers: Record<string, string>; payload: unknown }>(`/deliveries/${id}`, {
        signal,
      }),
  })

/** How quickly and how safely repositories work. */
export const insightsQuery = (
  params: {
    days?: number | undefined
    repository?: string | undefined
    team?: string | undefined
    until?: string | undefined
  } = {},
) =>
  queryOptions({
    queryKey: ['one', 'insights', params],
    queryFn: ({ signal }) => api.get<Insights>('/insights', { signal, query: params }),
  })

/** What a delivery changed, and the runs that it started. */
export const deliveryEffectsQuery = (id: string) =>
  queryOptions({
    queryKey: [...deliveryQuery(id).queryKey, 'effects'],
    queryFn: ({ signal }) =>
      api.get<{ changes: Change[]; runs: Run[] }>(`/deliveries/${id}/effects`, { signal }),
  })

/** What led to an issue or a pull request, and what came of it. */
export const chainQuery = (fullName: string, number: number) =>
  queryOptions({
    queryKey: ['one', 'chain', fullName, number],
    queryFn: ({ signal }) => api.get<ChainLink[]>(`/repos/${fullName}/issues/${number}/chain`, { signal }),
  })

/** The log, newest first; unlike other lists it pages by `before`, the smallest seq seen. */
export const changesQuery = (params: Query = {}) =>
  infiniteQueryOptions({
    queryKey: ['list', 'changes', null, params] as ListKey,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: 50, ...params, before: pageParam }
      const { items } = await api.list<Change>('/changes', { query, signal })
      return { items, next: items.length === query.limit ? String(items.at(-1)!.seq) : null }
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })

export const statsQuery = queryOptions({
  queryKey: ['one', 'stats'],
  queryFn: ({ signal }) => api.get<Stats>('/stats', { signal }),
  staleTime: 5_000,
})

export const syncQuery = queryOptions({
  queryKey: ['one', 'sync'],
  queryFn: ({ signal }) => api.get<SyncProgress[]>('/sync', { signal }),
})

/** How far all repositories are together; asked for again while there is something to read. */
export const syncOverviewQuery = queryOptions({
  queryKey: ['one', 'sync-overview'],
  queryFn: ({ signal }) => api.get<SyncOverview>('/sync/overview', { signal }),
  refetchInterval: ({ state: { data } }) =>
    data && data.repositories.done < data.repositories.total ? 3000 : false,
})

/** What GitHub sent and did not fit, the latest first. */
export const setAsideQuery = listQuery<SetAside>({ resource: 'set_aside', path: '/sync/set-aside' })

/** What sign-in and set-up need to know; open to everybody. */
export const setupQuery = queryOptions({
  queryKey: ['one', 'setup'],
  queryFn: ({ signal }) => api.get<Setup>('/setup', { signal }),
})

export const usersQuery = queryOptions({
  queryKey: ['one', 'users'],
  queryFn: ({ signal }) => api.get<User[]>('/users', { query: { limit: 100 }, signal }),
})

export const sessionsQuery = queryOptions({
  queryKey: ['one', 'sessions'],
  queryFn: () => api.at<Session[]>('GET', '/auth/sessions'),
})

export const tokensQuery = queryOptions({
  queryKey: ['one', 'tokens'],
  queryFn: ({ signal }) => api.get<ApiToken[]>('/tokens', { signal }),
})

export const auditQuery = listQuery<AuditEntry>({ resource: 'audit', path: '/audit' })
