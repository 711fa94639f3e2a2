import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLiveJournal } from '../../data/live.ts'
import { append, lastEntryOf } from '../../data/run-journal.ts'
import { journalQuery } from '../../data/run-queries.ts'

/** A run's journal: loaded once, then kept current by the frames of the run's own topic. */
export function useRunJournal(id: string) {
  const queryClient = useQueryClient()
  const query = useQuery(journalQuery(id))
  const { queryKey } = journalQuery(id)
  const open = query.data !== undefined && query.data.state?.status !== 'completed'
  useLiveJournal(open ? id : null, {
    after: () => lastEntryOf(queryClient.getQueryData(queryKey) ?? { entries: [], state: null }),
    onEntry: (entry) => queryClient.setQueryData(queryKey, (journal) => journal && append(journal, entry)),
  })
  return query
}
