import { createRoute } from '@tanstack/react-router'
import { repositoriesQuery, repositoryQuery } from '../data/queries.ts'
import { queryClient } from '../data/query-client.ts'
import { readListSearch, readRepositoriesSearch } from '../search.ts'
import { app } from './app.tsx'
import { fullNameOf, repositoryCrumbs, within } from './crumbs.ts'
import { lazyPage } from './lazy-page.ts'

const repositories = createRoute({
  getParentRoute: () => app,
  path: '/repos',
  validateSearch: readRepositoriesSearch,
  staticData: { crumbs: () => [{ label: 'Repositories' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(repositoriesQuery(deps)),
  component: lazyPage(() => import('../pages/repositories.tsx'), 'RepositoriesPage'),
})

const repository = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo',
  staticData: { crumbs: repositoryCrumbs },
  loader: ({ params }) => void queryClient.prefetchQuery(repositoryQuery(fullNameOf(params))),
  component: lazyPage(() => import('../pages/repository/repository.tsx'), 'RepositoryPage'),
})

const repositoryCommits = createRoute({
  getParentRoute: () => repository,
  path: '/',
  component: lazyPage(() => import('../pages/repository/commits.tsx'), 'CommitsTab'),
})

const repositoryBranches = createRoute({
  getParentRoute: () => repository,
  path: 'branches',
  staticData: { crumbs: within('Branches', 'branches') },
  component: lazyPage(() => import('../pages/repository/branches.tsx'), 'BranchesTab'),
})

const repositoryTags = createRoute({
  getParentRoute: () => repository,
  path: 'tags',
  staticData: { crumbs: within('Tags', 'tags') },
  component: lazyPage(() => import('../pages/repository/tags.tsx'), 'TagsTab'),
})

const repositoryPulls = createRoute({
  getParentRoute: () => repository,
  path: 'pulls',
  validateSearch: readListSearch,
  staticData: { crumbs: within('Pull requests', 'pulls') },
  component: lazyPage(() => import('../pages/repository/pulls.tsx'), 'PullRequestsTab'),
})

const repositoryIssues = createRoute({
  getParentRoute: () => repository,
  path: 'issues',
  validateSearch: readListSearch,
  staticData: { crumbs: within('Issues', 'issues') },
  component: lazyPage(() => import('../pages/repository/issues.tsx'), 'IssuesTab'),
})

const repositoryActions = createRoute({
  getParentRoute: () => repository,
  path: 'actions',
  validateSearch: readListSearch,
  staticData: { crumbs: within('Actions', 'actions') },
  component: lazyPage(() => import('../pages/repository/actions.tsx'), 'ActionsTab'),
})

const repositoryDeployments = createRoute({
  getParentRoute: () => repository,
  path: 'deployments',
  staticData: { crumbs: within('Deployments', 'deployments') },
  component: lazyPage(() => import('../pages/repository/deployments.tsx'), 'DeploymentsTab'),
})

const repositoryReleases = createRoute({
  getParentRoute: () => repository,
  path: 'releases',
  staticData: { crumbs: within('Releases', 'releases') },
  component: lazyPage(() => import('../pages/repository/releases.tsx'), 'ReleasesTab'),
})

const repositoryDiscussions = createRoute({
  getParentRoute: () => repository,
  path: 'discussions',
  staticData: { crumbs: within('Discussions', 'discussions') },
  component: lazyPage(() => import('../pages/repository/discussions.tsx'), 'DiscussionsTab'),
})

const repositoryPeople = createRoute({
  getParentRoute: () => repository,
  path: 'people',
  staticData: { crumbs: within('People', 'people') },
  component: lazyPage(() => import('../pages/repository/people.tsx'), 'PeopleTab'),
})

const repositorySecurity = createRoute({
  getParentRoute: () => repository,
  path: 'security',
  staticData: { crumbs: within('Security', 'security') },
  component: lazyPage(() => import('../pages/repository/security.tsx'), 'SecurityTab'),
})

const repositoryLabels = createRoute({
  getParentRoute: () => repository,
  path: 'labels',
  staticData: { crumbs: within('Labels', 'labels') },
  component: lazyPage(() => import('../pages/repository/labels.tsx'), 'LabelsTab'),
})

const repositoryMilestones = createRoute({
  getParentRoute: () => repository,
  path: 'milestones',
  staticData: { crumbs: within('Milestones', 'milestones') },
  component: lazyPage(() => import('../pages/repository/milestones.tsx'), 'MilestonesTab'),
})

const editRelease = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/releases/edit',
  validateSearch: ({ id }: Record<string, unknown>): { id?: number } =>
    Number.isSafeInteger(Number(id)) && id !== undefined ? { id: Number(id) } : {},
  staticData: { crumbs: (params) => [...within('Releases', 'releases')(params), { label: 'Edit' }] },
  component: lazyPage(() => import('../pages/edit-release.tsx'), 'EditReleasePage'),
})

const repositorySecrets = createRoute({
  getParentRoute: () => repository,
  path: 'secrets',
  staticData: { crumbs: within('Secrets', 'secrets') },
  component: lazyPage(() => import('../pages/repository/secrets.tsx'), 'SecretsTab'),
})

export const repositoryRoutes = [
  repositories,
  editRelease,
  repository.addChildren([
    repositoryCommits,
    repositoryBranches,
    repositoryTags,
    repositoryPulls,
    repositoryIssues,
    repositoryLabels,
    repositoryMilestones,
    repositoryActions,
    repositoryDeployments,
    repositoryReleases,
    repositoryDiscussions,
    repositoryPeople,
    repositorySecurity,
    repositorySecrets,
  ]),
] as const
