import { createRoute } from '@tanstack/react-router'
import { listParams } from '../data/filter-words.ts'
import { commentsQuery, pullRequestQuery, pullRequestsQuery, reviewsQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { readListSearch } from '../search.ts'
import { app } from './app.tsx'
import { fullNameOf, within } from './crumbs.ts'
import { lazyPage } from './lazy-page.ts'

const pulls = createRoute({
  getParentRoute: () => app,
  path: '/pulls',
  validateSearch: readListSearch,
  staticData: { crumbs: () => [{ label: 'Pull requests' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    void queryClient.prefetchInfiniteQuery(pullRequestsQuery(null, listParams(deps.q, 'pulls'))),
  component: lazyPage(() => import('../pages/pulls.tsx'), 'PullRequestsPage'),
})

const pullRequest = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/pulls/$number',
  staticData: {
    crumbs: (params) => [...within('Pull requests', 'pulls')(params), { label: `#${params.number}` }],
  },
  loader: ({ params }) => {
    const number = Number(params.number)
    void queryClient.prefetchQuery(pullRequestQuery(fullNameOf(params), number))
    void queryClient.prefetchInfiniteQuery(commentsQuery(fullNameOf(params), number))
    void queryClient.prefetchInfiniteQuery(reviewsQuery(fullNameOf(params), number))
  },
  component: lazyPage(() => import('../pages/pull-request.tsx'), 'PullRequestPage'),
})

const pullConversation = createRoute({
  getParentRoute: () => pullRequest,
  path: '/',
  component: lazyPage(() => import('../pages/pull-request/conversation.tsx'), 'ConversationTab'),
})

const pullFiles = createRoute({
  getParentRoute: () => pullRequest,
  path: 'files',
  component: lazyPage(() => import('../pages/pull-request/files.tsx'), 'FilesTab'),
})

const pullCommits = createRoute({
  getParentRoute: () => pullRequest,
  path: 'commits',
  component: lazyPage(() => import('../pages/pull-request/commits.tsx'), 'PullCommitsTab'),
})

const pullChecks = createRoute({
  getParentRoute: () => pullRequest,
  path: 'checks',
  component: lazyPage(() => import('../pages/pull-request/checks.tsx'), 'PullChecksTab'),
})

const newPull = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/pulls/new',
  validateSearch: ({ head }: Record<string, unknown>): { head?: string } =>
    typeof head === 'string' ? { head } : {},
  staticData: { crumbs: (params) => [...within('Pull requests', 'pulls')(params), { label: 'New' }] },
  component: lazyPage(() => import('../pages/new-pull.tsx'), 'NewPullPage'),
})

export const pullRoutes = [
  pulls,
  newPull,
  pullRequest.addChildren([pullConversation, pullCommits, pullChecks, pullFiles]),
] as const
