import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Release } from '../../../contract/releases.ts'
import { useRights } from '../data/acts.ts'
import { itemsOf } from '../data/items-of.ts'
import { plainQuery } from '../data/plain-queries.ts'
import { queryClient } from '../data/query-client.ts'
import { draftsQuery } from './queries.ts'

/** The drafts of releases, for whoever may see them; one that was published meanwhile is among the releases alone. */
export function useReleaseDrafts(fullName: string): { drafts: readonly Release[]; isPending: boolean } {
  const { may } = useRights(fullName)
  const query = useQuery({ ...draftsQuery(fullName), enabled: may('release.create') })
  const published = new Set(itemsOf(useInfiniteQuery(plainQuery('release', fullName))).map(({ id }) => id))
  return { drafts: (query.data ?? []).filter(({ id }) => !published.has(id)), isPending: query.isPending }
}

/** Takes a draft away that is none any more, before GitHub is asked what there is now. */
export function dropDraft(fullName: string, id: number): void {
  const query = draftsQuery(fullName)
  queryClient.setQueryData(query.queryKey, (held) => held?.filter((draft) => draft.id !== id))
  void queryClient.invalidateQueries(query)
}
