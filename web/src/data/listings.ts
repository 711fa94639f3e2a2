import type { Change } from '../../../contract/live.ts'
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
import type { Query } from './api.ts'
import type { Listing } from './list-cache.ts'
import type { InRepository } from './queries.ts'

const identity = <T extends { id: number }>({ id }: T) => id
/** GitHub's own default: the newest first, by creation unless asked by update. */
const bySort = (item: { created_at: string; updated_at: string }, params: Query) =>
  params.sort === 'updated' ? item.updated_at : item.created_at

export const repositories: Listing<Repository> = {
  resource: 'repositories',
  identity,
  rank: ({ name }) => name,
}
export const branches: Listing<Branch> = {
  resource: 'branches',
  identity: ({ name }) => name,
  rank: ({ name }) => name,
  ascending: true,
}
export const commits: Listing<Commit> = {
  resource: 'commits',
  identity: ({ sha }) => sha,
  rank: ({ committed_at }) => committed_at,
}
export const issues: Listing<InRepository<Issue>> = { resource: 'issues', identity, rank: bySort }
export const pullRequests: Listing<InRepository<PullRequest>> = {
  resource: 'pull_requests',
  identity,
  rank: bySort,
}
export const reviews: Listing<Review> = {
  resource: 'reviews',
  identity,
  rank: ({ submitted_at }) => submitted_at,
  ascending: true,
}
export const comments: Listing<Comment> = {
  resource: 'comments',
  identity,
  rank: ({ created_at }) => created_at,
  ascending: true,
}
export const actionsRuns: Listing<InRepository<ActionsRun>> = {
  resource: 'actions_runs',
  identity,
  rank: ({ created_at }) => created_at,
}
export const actionsJobs: Listing<ActionsJob> = {
  resource: 'actions_jobs',
  identity,
  rank: ({ id }) => id,
  ascending: true,
}
export const changes: Listing<Change> = {
  resource: 'changes',
  identity: ({ seq }) => seq,
  rank: ({ seq }) => seq,
}

export const deliveries: Listing<Delivery> = {
  resource: 'deliveries',
  identity: ({ id }) => id,
  rank: ({ received_at }) => received_at,
}
