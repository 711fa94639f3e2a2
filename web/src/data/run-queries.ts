import { queryOptions } from '@tanstack/react-query'
import type { Change } from '../../../contract/live.ts'
import { type RunChange, type RunState, reduce } from '../../../contract/run.ts'
import type { Run } from '../../../contract/workflows.ts'
import { api, type Query } from './api.ts'
import { listQuery } from './list-query.ts'

export const runsQuery = (params: Query = {}) => listQuery<Run>({ resource: 'runs', path: '/runs', params })

/** A run as told by its journal so far. */
export interface RunJournal {
  changes: readonly Change[]
  state: RunState | null
  /** The last seq that was loaded; what the feed brought after it is not counted. */
  loadedTo: number
}

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

/** The journal with one more change; one that it already holds is left out. */
export function append(journal: RunJournal, change: Change): RunJournal {
  if (change.seq <= (journal.changes.at(-1)?.seq ?? 0)) return journal
  return {
    ...journal,
    changes: [...journal.changes, change],
    state: reduce(journal.state, asRunChange(change)),
  }
}

/** The run as it stood right after one of its changes. */
export function stateAfter(journal: RunJournal, seq: number): RunState | null {
  return journal.changes
    .filter((change) => change.seq <= seq)
    .map(asRunChange)
    .reduce<RunState | null>(reduce, null)
}

/** A frame of the topic `run:<id>` is a change of that run's journal. */
export function asRunChange({ kind, at, data }: Change): RunChange {
  return { kind, at, data } as RunChange
}
