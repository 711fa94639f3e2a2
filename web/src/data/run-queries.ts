import { queryOptions } from '@tanstack/react-query'
import type { JournalEntry } from '../../../contract/live.ts'
import type { Run } from '../../../contract/workflows.ts'
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
