import { queryOptions, useQueryClient } from '@tanstack/react-query'
import type { InboxCount, InboxItem, InboxPlace, InboxReason } from '../../../contract/inbox.ts'
import { api } from './api.ts'
import { listQuery } from './list-query.ts'

/** What needs the person, in one place of the inbox. */
export const inboxQuery = (place: InboxPlace) =>
  listQuery<InboxItem>({ resource: 'inbox', path: '/inbox', params: { place } })

/** What threads that ask for something ask for, from what others wait for most. */
export const asking: Readonly<Partial<Record<InboxReason, string>>> = {
  approval: 'Approve',
  review_requested: 'Review',
  changes_requested: 'Change',
  failed: 'See why',
  assigned: 'Answer',
  mentioned: 'Answer',
}

export const isAsking = ({ reason }: InboxItem) => reason in asking

export const inboxCountQuery = queryOptions({
  queryKey: ['one', 'inbox-count'],
  queryFn: ({ signal }) => api.get<InboxCount>('/inbox/count', { signal }),
})

/** What one may do with a thread. */
export interface InboxChange {
  done?: boolean
  unread?: boolean
  muted?: boolean
  snoozed_until?: string | null
}

/** Changes a thread on the hub and then whatever is shown of the inbox. */
export function useChangeInbox(): (item: InboxItem, change: InboxChange) => Promise<void> {
  const queryClient = useQueryClient()
  return async (item, change) => {
    await api.patch(`/inbox/${item.id}`, change)
    await Promise.all([
      queryClient.invalidateQueries({ queryKey: ['list', 'inbox'] }),
      queryClient.invalidateQueries({ queryKey: inboxCountQuery.queryKey }),
    ])
  }
}

/** What takes a thread back to where it was. */
export function backTo({ place, unread, muted, snoozed_until }: InboxItem): InboxChange {
  return { done: place === 'done', unread, muted, ...(place === 'snoozed' && { snoozed_until }) }
}
