import { queryOptions } from '@tanstack/react-query'
import type { Change } from '../../../contract/live.ts'
import type { Run } from '../../../contract/workflows.ts'
import { api, type Query } from './api.ts'
import { listQuery } from './list-query.ts'
import { append, type RunJournal } from './run-journal.ts'

export const runsQuery = (params: Query = {}) => listQuery<Run>({ resource: 'runs', path: '/runs', params })

const journalPage = 1000

/** The whole journal of a run, oldest first. The live feed appends to it; nothing needs to load it twice. */
export const journalQuery = (id: string) =>
  queryOptions({
    queryKey: ['journal', id],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async ({ signal }) => {
      let journal: RunJournal = { changes: [], state: null, loadedTo: 0 }
      for (;;) {
        const after = journal.changes.at(-1)?.seq
        const query = { limit: journalPage, after }
        const { items } = await api.list<Change>(`/runs/${id}/journal`, { query, signal })
        journal = items.reduce(append, journal)
        if (items.length < journalPage) return { ...journal, loadedTo: journal.changes.at(-1)?.seq ?? 0 }
      }
    },
  })
