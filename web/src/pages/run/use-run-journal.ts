import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLiveChanges } from '../../data/live.ts'
import { append } from '../../data/run-journal.ts'
import { journalQuery } from '../../data/run-queries.ts'

/** A run's journal: loaded once, then kept current by the frames of the run's own topic. */
export function useRunJournal(id: string) {
  const queryClient = useQueryClient()
  const query = useQuery(journalQuery(id))
  const { queryKey } = journalQuery(id)
  const over = query.data?.state?.status === 'completed'
  useLiveChanges(
    !query.data || over ? [] : [`run:${id}`],
    (change) => queryClient.setQueryData(queryKey, (journal) => journal && append(journal, change)),
    { since: query.data?.loadedTo, onReset: () => void query.refetch() },
  )
  return query
}
