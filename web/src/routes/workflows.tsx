import { createRoute } from '@tanstack/react-router'
import { queryClient } from '../data/query-client.ts'
import { workflowQuery, workflowsQuery } from '../data/workflow-queries.ts'
import { readNewWorkflowSearch } from '../search.ts'
import { app } from './app.tsx'
import type { Crumb } from './crumbs.ts'
import { lazyPage } from './lazy-page.ts'

const workflows = createRoute({
  getParentRoute: () => app,
  path: '/workflows',
  staticData: { crumbs: () => [{ label: 'Workflows' }] },
  loader: () => void queryClient.prefetchInfiniteQuery(workflowsQuery),
  component: lazyPage(() => import('../pages/workflows.tsx'), 'WorkflowsPage'),
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
  component: lazyPage(() => import('../pages/workflow-editor/new-workflow.tsx'), 'NewWorkflowPage'),
})

const workflow = createRoute({
  getParentRoute: () => app,
  path: '/workflows/$id',
  staticData: { crumbs: workflowCrumbs },
  loader: ({ params }) => void queryClient.prefetchQuery(workflowQuery(params.id)),
  component: lazyPage(() => import('../pages/workflow/workflow.tsx'), 'WorkflowPage'),
})

const workflowRuns = createRoute({
  getParentRoute: () => workflow,
  path: '/',
  component: lazyPage(() => import('../pages/workflow/runs.tsx'), 'WorkflowRunsTab'),
})

const workflowGraph = createRoute({
  getParentRoute: () => workflow,
  path: 'graph',
  component: lazyPage(() => import('../pages/workflow/graph.tsx'), 'WorkflowGraphTab'),
})

const workflowSource = createRoute({
  getParentRoute: () => workflow,
  path: 'source',
  component: lazyPage(() => import('../pages/workflow/source.tsx'), 'WorkflowSourceTab'),
})

const workflowVersions = createRoute({
  getParentRoute: () => workflow,
  path: 'versions',
  component: lazyPage(() => import('../pages/workflow/versions.tsx'), 'WorkflowVersionsTab'),
})

const workflowEdit = createRoute({
  getParentRoute: () => app,
  path: '/workflows/$id/edit',
  staticData: { crumbs: (params) => [...workflowCrumbs(params), { label: 'Edit' }] },
  loader: ({ params }) => void queryClient.prefetchQuery(workflowQuery(params.id)),
  component: lazyPage(() => import('../pages/workflow-editor/edit-workflow.tsx'), 'EditWorkflowPage'),
})

export const workflowRoutes = [
  workflows,
  workflowNew,
  workflow.addChildren([workflowRuns, workflowGraph, workflowSource, workflowVersions]),
  workflowEdit,
] as const
