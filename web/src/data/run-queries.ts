import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import type { JournalEntry } from '../../../contract/live.ts'
import type { StepOutput } from '../../../contract/step-output.ts'
import type { Run } from '../../../contract/workflows.ts'
import { GrowingLog } from '../log/growing-log.ts'
import type { LogText } from '../log/log-text.ts'
import { api, type Query } from './api.ts'
import { listQuery } from './list-query.ts'
import { append, lastEntryOf, type RunJournal } from './run-journal.ts'

export const runsQuery = (params: Query = {}) => listQuery<Run>({ resource: 'runs', path: '/runs', params })

const journalPage = 1000

/** The whole journal of a run, oldest first. The live feed appends to it; nothing needs to load it twice. */
export const journalQuery = (id: string) =>
  queryOptions({
    queryKey: ['journal', id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      let journal: RunJournal = { entries: [], state: null }
      for (;;) {
        const query = { limit: journalPage, after: lastEntryOf(journal) }
        const { items } = await api.list<JournalEntry>(`/runs/${id}/journal`, { query, signal })
        journal = items.reduce(append, journal)
        if (items.length < journalPage) return journal
      }
    },
  })

/** What a step with `run` has said so far. */
export interface StepLog {
  log: LogText
  /** So many bytes before it were let go, as the log is too long. */
  dropped: number
  growing: GrowingLog
  /** Where the next piece begins. */
  end: number
}

/** The log of a step; asked again, it reads only what came since. */
export const stepLogQuery = ({ runId, job, step }: { runId: string; job: string; step: string }) =>
  queryOptions({
    queryKey: ['step-log', runId, job, step],
    queryFn: async ({ client, queryKey, signal }): Promise<StepLog> => {
      const held = client.getQueryData<StepLog>(queryKey)
      const after = held?.end ?? 0
      const asked = new URLSearchParams({ job, step, after: String(after) })
      const answer = await api.raw(`/runs/${runId}/log?${asked}`, { signal })
      const bytes = new Uint8Array(await answer.arrayBuffer())
      const first = Number(answer.headers.get('x-log-first') ?? after)
      const growing = held && first === after ? held.growing : new GrowingLog()
      const dropped = held && first === after ? held.dropped : first
      return { log: growing.append(bytes), dropped, growing, end: first + bytes.length }
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
    structuralSharing: false,
    retry: false,
  })

/** What the steps with `run` of a run have left beside their outputs; `ended`: how many are over. */
export const stepOutputsQuery = (runId: string, ended: number) =>
  queryOptions({
    queryKey: ['step-outputs', runId, ended],
    queryFn: ({ signal }) => api.get<StepOutput[]>(`/runs/${runId}/steps`, { signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
  })
