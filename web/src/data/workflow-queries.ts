import { queryOptions } from '@tanstack/react-query'
import type { Run, Workflow, WorkflowDetail, WorkflowVersion } from '../../../contract/workflows.ts'
import { api } from './api.ts'
import { listQuery } from './list-query.ts'

export const workflowsQuery = listQuery<Workflow>({ resource: 'workflows', path: '/workflows' })

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ['one', 'workflow', id],
    queryFn: ({ signal }) => api.get<WorkflowDetail>(`/workflows/${id}`, { signal }),
  })

/** Every version of a definition, the newest first. */
export const workflowVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['one', 'workflow', id, 'versions'],
    queryFn: async ({ signal }) => {
      const { items } = await api.list<WorkflowVersion>(`/workflows/${id}/versions`, {
        query: { limit: 100 },
        signal,
      })
      return items.toSorted((a, b) => b.version - a.version)
    },
  })

export const workflowRunsQuery = (id: string) =>
  listQuery<Run>({ resource: 'runs', path: `/workflows/${id}/runs`, scope: id })

/** A definition to learn from and to start from. */
export interface WorkflowExample {
  file: string
  name: string
  source: string
}

export const workflowExamplesQuery = queryOptions({
  queryKey: ['one', 'workflow-examples'],
  queryFn: ({ signal }) => api.get<WorkflowExample[]>('/workflows/examples', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
