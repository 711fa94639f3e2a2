import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { Annotation, Artifact, PendingDeployment, WorkflowFile } from '../../../contract/actions.ts'
import type { ActionsWorkflow } from '../../../contract/mirror.ts'
import { type LogText, readLog } from '../log/log-text.ts'
import { api } from './api.ts'

const actions = (fullName: string) => `/repos/${fullName}/actions`

/** What a job said; `fetching` while the hub gets it from GitHub. */
export const jobLogQuery = (fullName: string, id: number) =>
  queryOptions({
    queryKey: ['job-log', fullName, id],
    queryFn: async ({ signal }): Promise<{ log: LogText; dropped: number } | 'fetching'> => {
      const answer = await api.raw(`${actions(fullName)}/jobs/${id}/logs`, { signal })
      if (answer.status === 202) return 'fetching'
      const log = readLog(new Uint8Array(await answer.arrayBuffer()))
      return { log, dropped: Number(answer.headers.get('x-dropped-lines') ?? 0) }
    },
    refetchInterval: ({ state }) => (state.data === 'fetching' ? pauseAfter(state.dataUpdateCount) : false),
    staleTime: Number.POSITIVE_INFINITY,
    // A log may be 32 MB.
    gcTime: 60_000,
    structuralSharing: false,
  })

/** GitHub may take a while to put a log away. */
const pauseAfter = (times: number) => Math.min(500 * 2 ** Math.min(times, 4), 8_000)

/** The workflows of a repository. */
export const actionsWorkflowsQuery = (fullName: string) =>
  infiniteQueryOptions({
    queryKey: ['actions-workflows', fullName],
    queryFn: ({ pageParam, signal }) =>
      api.list<ActionsWorkflow>(`${actions(fullName)}/workflows`, {
        query: { limit: 100, after: pageParam },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })

/** The jobs and inputs that a workflow's file tells at a commit or branch; it is GitHub's to say that there is none. */
export const workflowFileQuery = (fullName: string, id: number, ref: string) =>
  queryOptions({
    queryKey: ['workflow-file', fullName, id, ref],
    queryFn: ({ signal }) =>
      api.get<WorkflowFile>(`${actions(fullName)}/workflows/${id}/file`, { query: { ref }, signal }),
    staleTime: 60_000,
    retry: false,
  })

/** What of a run waits for a yes. */
export const pendingDeploymentsQuery = (fullName: string, runId: number) =>
  queryOptions({
    queryKey: ['pending-deployments', fullName, runId],
    queryFn: ({ signal }) =>
      api.get<PendingDeployment[]>(`${actions(fullName)}/runs/${runId}/pending_deployments`, { signal }),
    retry: false,
  })

/** What a run left behind. */
export const artifactsQuery = (fullName: string, runId: number, attempt: number) =>
  queryOptions({
    queryKey: ['artifacts', fullName, runId, attempt],
    queryFn: ({ signal }) => api.get<Artifact[]>(`${actions(fullName)}/runs/${runId}/artifacts`, { signal }),
    retry: false,
  })

/** What a check says about places in files; that of a job has the job's id. */
export const annotationsQuery = (fullName: string, checkRunId: number) =>
  queryOptions({
    queryKey: ['annotations', fullName, checkRunId],
    queryFn: ({ signal }) =>
      api.get<Annotation[]>(`/repos/${fullName}/check-runs/${checkRunId}/annotations`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
