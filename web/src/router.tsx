import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { PageError } from './components/page-error.tsx'
import { PageSkeleton } from './components/page-skeleton.tsx'
import {
  actionsJobsQuery,
  actionsRunQuery,
  actionsRunsQuery,
  changesQuery,
  commentsQuery,
  deliveriesQuery,
  deliveryQuery,
  issueQuery,
  issuesQuery,
  pullRequestQuery,
  pullRequestsQuery,
  repositoriesQuery,
  repositoryQuery,
  reviewsQuery,
  setupQuery,
  statsQuery,
} from './data/queries.ts'
import { queryClient } from './data/query-client.ts'
import { returnPath } from './data/return-path.ts'
import { journalQuery, runsQuery } from './data/run-queries.ts'
import { workflowQuery, workflowsQuery } from './data/workflow-queries.ts'
import { openSession } from './offline/open-session.ts'
import { patient } from './offline/patient.ts'
import { NotFound } from './pages/not-found.tsx'
import {
  readDeliveriesSearch,
  readHomeSearch,
  readNewWorkflowSearch,
  readPullsSearch,
  readRepositoriesSearch,
  readRunSearch,
  readRunsSearch,
  readSetupSearch,
  readSignInSearch,
  readStateSearch,
  readTopicSearch,
} from './search.ts'
import { Shell } from './shell/shell.tsx'

/** One step of the way to a page, as the top bar shows it. */
export interface Crumb {
  /** A word, or what reads a name from the cache: the name shows once it is known. */
  label: string | (() => string | undefined)
  to?: string
}

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The way to the page, from its parameters. */
    crumbs?: (params: Record<string, string>) => Crumb[]
  }
  interface Register {
    router: typeof router
  }
}

/** A page whose code is loaded when it is gone to, or soon will be. */
const lazyPage: typeof lazyRouteComponent = (load, name) => lazyRouteComponent(patient(load), name)

const root = createRootRoute({ notFoundComponent: NotFound })

/** Everything inside needs somebody who is signed in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  component: Shell,
  beforeLoad: async ({ location }) => {
    const session = await openSession()
    if (session.status !== 'signed-in') {
      throw redirect({ to: '/sign-in', search: { return_to: location.href }, replace: true })
    }
  },
})

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: readSignInSearch,
  beforeLoad: async ({ search }) => {
    // Whoever is signed in already goes on; when the hub does not answer, the page itself says so.
    const session = await openSession().catch(() => null)
    if (session?.status === 'signed-in' && !search.link) {
      throw redirect({ href: returnPath(search.return_to), replace: true })
    }
  },
  loader: () => void queryClient.prefetchQuery(setupQuery),
  component: lazyPage(() => import('./pages/sign-in.tsx'), 'SignInPage'),
})

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: readSetupSearch,
  loader: () => void queryClient.prefetchQuery(setupQuery),
  component: lazyPage(() => import('./pages/setup/setup.tsx'), 'SetupPage'),
})

const home = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: readHomeSearch,
  staticData: { crumbs: () => [{ label: 'Home' }] },
  loader: () => void queryClient.prefetchQuery(statsQuery),
  component: lazyPage(() => import('./pages/home/home.tsx'), 'HomePage'),
})

const repositories = createRoute({
  getParentRoute: () => app,
  path: '/repos',
  validateSearch: readRepositoriesSearch,
  staticData: { crumbs: () => [{ label: 'Repositories' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(repositoriesQuery(deps)),
  component: lazyPage(() => import('./pages/repositories.tsx'), 'RepositoriesPage'),
})

type RepositoryParams = Record<string, string>
const repositoryCrumbs = ({ owner, repo }: RepositoryParams): Crumb[] => [
  { label: 'Repositories', to: '/repos' },
  { label: `${owner}/${repo}`, to: `/repos/${owner}/${repo}` },
]
const within = (label: string, path: string) => (params: RepositoryParams) => [
  ...repositoryCrumbs(params),
  { label, to: `/repos/${params.owner}/${params.repo}/${path}` },
]
const fullNameOf = ({ owner, repo }: { owner?: string; repo?: string }) => `${owner}/${repo}`

const repository = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo',
  staticData: { crumbs: repositoryCrumbs },
  loader: ({ params }) => void queryClient.prefetchQuery(repositoryQuery(fullNameOf(params))),
  component: lazyPage(() => import('./pages/repository/repository.tsx'), 'RepositoryPage'),
})
const repositoryCommits = createRoute({
  getParentRoute: () => repository,
  path: '/',
  component: lazyPage(() => import('./pages/repository/commits.tsx'), 'CommitsTab'),
})
const repositoryBranches = createRoute({
  getParentRoute: () => repository,
  path: 'branches',
  staticData: { crumbs: within('Branches', 'branches') },
  component: lazyPage(() => import('./pages/repository/branches.tsx'), 'BranchesTab'),
})
const repositoryPulls = createRoute({
  getParentRoute: () => repository,
  path: 'pulls',
  validateSearch: readPullsSearch,
  staticData: { crumbs: within('Pull requests', 'pulls') },
  component: lazyPage(() => import('./pages/repository/pulls.tsx'), 'PullRequestsTab'),
})
const repositoryIssues = createRoute({
  getParentRoute: () => repository,
  path: 'issues',
  validateSearch: readStateSearch,
  staticData: { crumbs: within('Issues', 'issues') },
  component: lazyPage(() => import('./pages/repository/issues.tsx'), 'IssuesTab'),
})
const repositoryActions = createRoute({
  getParentRoute: () => repository,
  path: 'actions',
  staticData: { crumbs: within('Actions', 'actions') },
  component: lazyPage(() => import('./pages/repository/actions.tsx'), 'ActionsTab'),
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
  component: lazyPage(() => import('./pages/pull-request.tsx'), 'PullRequestPage'),
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
  component: lazyPage(() => import('./pages/issue.tsx'), 'IssuePage'),
})
const actionsRun = createRoute({
  getParentRoute: () => app,
  path: '/repos/$owner/$repo/actions/runs/$id',
  staticData: {
    crumbs: (params) => [
      ...within('Actions', 'actions')(params),
      {
        label() {
          const { queryKey } = actionsRunQuery(fullNameOf(params), Number(params.id))
          const run = queryClient.getQueryData(queryKey)
          return run && `${run.name} #${run.run_number}`
        },
      },
    ],
  },
  loader: ({ params }) => {
    void queryClient.prefetchQuery(actionsRunQuery(fullNameOf(params), Number(params.id)))
    void queryClient.prefetchInfiniteQuery(actionsJobsQuery(fullNameOf(params), Number(params.id)))
  },
  component: lazyPage(() => import('./pages/actions-run.tsx'), 'ActionsRunPage'),
})

const pulls = createRoute({
  getParentRoute: () => app,
  path: '/pulls',
  validateSearch: readPullsSearch,
  staticData: { crumbs: () => [{ label: 'Pull requests' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(pullRequestsQuery(null, deps)),
  component: lazyPage(() => import('./pages/pulls.tsx'), 'PullRequestsPage'),
})
const issues = createRoute({
  getParentRoute: () => app,
  path: '/issues',
  validateSearch: readStateSearch,
  staticData: { crumbs: () => [{ label: 'Issues' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(issuesQuery(null, deps)),
  component: lazyPage(() => import('./pages/issues.tsx'), 'IssuesPage'),
})
const actions = createRoute({
  getParentRoute: () => app,
  path: '/actions',
  staticData: { crumbs: () => [{ label: 'Actions' }] },
  loader: () => void queryClient.prefetchInfiniteQuery(actionsRunsQuery(null)),
  component: lazyPage(() => import('./pages/actions.tsx'), 'ActionsPage'),
})

const workflows = createRoute({
  getParentRoute: () => app,
  path: '/workflows',
  staticData: { crumbs: () => [{ label: 'Workflows' }] },
  loader: () => void queryClient.prefetchInfiniteQuery(workflowsQuery),
  component: lazyPage(() => import('./pages/workflows.tsx'), 'WorkflowsPage'),
})
const workflowCrumbs = ({ id = '' }: Record<string, string>): Crumb[] => [
  { label: 'Workflows', to: '/workflows' },
  { label: () => queryClient.getQueryData(workflowQuery(id).queryKey)?.name, to: `/workflows/${id}` },
]
const workflowNew = createRoute({
  getParentRoute: () => app,
  path: '/workflows/new',
  validateSearch: readNewWorkflowSearch,
  staticData: { crumbs: () => [{ label: 'Workflows', to: '/workflows' }, { label: 'New' }] },
  component: lazyPage(() => import('./pages/workflow-editor/new-workflow.tsx'), 'NewWorkflowPage'),
})
const workflow = createRoute({
  getParentRoute: () => app,
  path: '/workflows/$id',
  staticData: { crumbs: workflowCrumbs },
  loader: ({ params }) => void queryClient.prefetchQuery(workflowQuery(params.id)),
  component: lazyPage(() => import('./pages/workflow/workflow.tsx'), 'WorkflowPage'),
})
const workflowRuns = createRoute({
  getParentRoute: () => workflow,
  path: '/',
  component: lazyPage(() => import('./pages/workflow/runs.tsx'), 'WorkflowRunsTab'),
})
const workflowGraph = createRoute({
  getParentRoute: () => workflow,
  path: 'graph',
  component: lazyPage(() => import('./pages/workflow/graph.tsx'), 'WorkflowGraphTab'),
})
const workflowSource = createRoute({
  getParentRoute: () => workflow,
  path: 'source',
  component: lazyPage(() => import('./pages/workflow/source.tsx'), 'WorkflowSourceTab'),
})
const workflowVersions = createRoute({
  getParentRoute: () => workflow,
  path: 'versions',
  component: lazyPage(() => import('./pages/workflow/versions.tsx'), 'WorkflowVersionsTab'),
})
const workflowEdit = createRoute({
  getParentRoute: () => app,
  path: '/workflows/$id/edit',
  staticData: { crumbs: (params) => [...workflowCrumbs(params), { label: 'Edit' }] },
  loader: ({ params }) => void queryClient.prefetchQuery(workflowQuery(params.id)),
  component: lazyPage(() => import('./pages/workflow-editor/edit-workflow.tsx'), 'EditWorkflowPage'),
})
const runs = createRoute({
  getParentRoute: () => app,
  path: '/runs',
  validateSearch: readRunsSearch,
  staticData: { crumbs: () => [{ label: 'Runs' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(runsQuery(deps)),
  component: lazyPage(() => import('./pages/runs.tsx'), 'RunsPage'),
})
const run = createRoute({
  getParentRoute: () => app,
  path: '/runs/$id',
  validateSearch: readRunSearch,
  staticData: {
    crumbs: ({ id = '' }) => [
      { label: 'Runs', to: '/runs' },
      {
        label() {
          const run = queryClient.getQueryData(journalQuery(id).queryKey)?.state
          return run ? `${run.name} #${run.number}` : undefined
        },
      },
    ],
  },
  loader: ({ params }) => void queryClient.prefetchQuery(journalQuery(params.id)),
  component: lazyPage(() => import('./pages/run/run.tsx'), 'RunPage'),
})

const deliveries = createRoute({
  getParentRoute: () => app,
  path: '/deliveries',
  validateSearch: readDeliveriesSearch,
  staticData: { crumbs: () => [{ label: 'Deliveries' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(deliveriesQuery(deps)),
  component: lazyPage(() => import('./pages/deliveries.tsx'), 'DeliveriesPage'),
})
const delivery = createRoute({
  getParentRoute: () => app,
  path: '/deliveries/$id',
  staticData: {
    crumbs: ({ id }) => [{ label: 'Deliveries', to: '/deliveries' }, { label: id?.slice(0, 8) ?? '' }],
  },
  loader: ({ params }) => void queryClient.prefetchQuery(deliveryQuery(params.id)),
  component: lazyPage(() => import('./pages/delivery.tsx'), 'DeliveryPage'),
})
/** Any other address: the app stays around it. */
const nowhere = createRoute({
  getParentRoute: () => app,
  path: '$',
  staticData: { crumbs: () => [{ label: 'Not found' }] },
  component: NotFound,
})
const activity = createRoute({
  getParentRoute: () => app,
  path: '/activity',
  validateSearch: readTopicSearch,
  staticData: { crumbs: () => [{ label: 'Activity' }] },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(changesQuery(deps)),
  component: lazyPage(() => import('./pages/activity.tsx'), 'ActivityPage'),
})
const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }] },
  component: lazyPage(() => import('./pages/settings/settings.tsx'), 'SettingsPage'),
})
const settingsProfile = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyPage(() => import('./pages/settings/profile.tsx'), 'ProfileTab'),
})
const settingsTokens = createRoute({
  getParentRoute: () => settings,
  path: 'tokens',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'API tokens' }] },
  component: lazyPage(() => import('./pages/settings/tokens.tsx'), 'TokensTab'),
})
const settingsSync = createRoute({
  getParentRoute: () => settings,
  path: 'sync',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'Sync' }] },
  component: lazyPage(() => import('./pages/settings/sync.tsx'), 'SyncTab'),
})
const settingsPeople = createRoute({
  getParentRoute: () => settings,
  path: 'people',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'People' }] },
  component: lazyPage(() => import('./pages/settings/people.tsx'), 'PeopleTab'),
})
const settingsAudit = createRoute({
  getParentRoute: () => settings,
  path: 'audit',
  staticData: { crumbs: () => [{ label: 'Settings', to: '/settings' }, { label: 'Audit log' }] },
  component: lazyPage(() => import('./pages/settings/audit.tsx'), 'AuditTab'),
})

const routeTree = root.addChildren([
  signIn,
  setup,
  app.addChildren([
    home,
    repositories,
    repository.addChildren([
      repositoryCommits,
      repositoryBranches,
      repositoryPulls,
      repositoryIssues,
      repositoryActions,
    ]),
    pullRequest,
    issue,
    actionsRun,
    pulls,
    issues,
    actions,
    workflows,
    workflowNew,
    workflow.addChildren([workflowRuns, workflowGraph, workflowSource, workflowVersions]),
    workflowEdit,
    runs,
    run,
    deliveries,
    delivery,
    activity,
    nowhere,
    settings.addChildren([settingsProfile, settingsTokens, settingsSync, settingsPeople, settingsAudit]),
  ]),
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPreloadDelay: 40,
  defaultPreloadStaleTime: 0,
  defaultPendingMs: 150,
  defaultPendingMinMs: 0,
  defaultPendingComponent: PageSkeleton,
  defaultErrorComponent: PageError,
  scrollRestoration: true,
})
