import { createRoute } from '@tanstack/react-router'
import { listParams } from '../data/filter-words.ts'
import { commentsQuery, issueQuery, issuesQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { issueTemplatesQuery } from '../issue-forms/queries.ts'
import { readListSearch, readNewIssueSearch } from '../search.ts'
import { app } from './app.tsx'
import { fullNameOf, within } from './crumbs.ts'
import { lazyPage } from './lazy-page.ts'

const issues = createRoute({
  getParentRoute: () => app,
  path: '/issues',
  validateSearch: readListSearch,
  staticData: { crumbs: () => [{ label: 'Issues' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    void queryClient.prefetchInfiniteQuery(issuesQuery(null, listParams(deps.q, 'issues'))),
  component: lazyPage(() => import('../pages/issues.tsx'), 'IssuesPage'),
})

const issue = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/issues/$number',
  staticData: { crumbs: (params) => [...within('Issues', 'issues')(params), { label: `#${params.number}` }] },
  loader: ({ params }) => {
    const number = Number(params.number)
    void queryClient.prefetchQuery(issueQuery(fullNameOf(params), number))
    void queryClient.prefetchInfiniteQuery(commentsQuery(fullNameOf(params), number))
  },
  component: lazyPage(() => import('../pages/issue.tsx'), 'IssuePage'),
})

const newIssue = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/issues/new',
  validateSearch: readNewIssueSearch,
  staticData: { crumbs: (params) => [...within('Issues', 'issues')(params), { label: 'New' }] },
  loader: ({ params }) => void queryClient.prefetchQuery(issueTemplatesQuery(fullNameOf(params))),
  component: lazyPage(() => import('../pages/new-issue/new-issue.tsx'), 'NewIssuePage'),
})

export const issueRoutes = [issues, issue, newIssue] as const
