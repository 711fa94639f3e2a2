import { useQuery } from '@tanstack/react-query'
import { inboxCountQuery } from '../data/inbox.ts'
import { useNeeds } from '../data/use-needs.ts'
import { useStats } from '../data/use-stats.ts'
import type { SectionPath } from './sections.ts'

type Counts = Partial<Record<SectionPath, { value: number; title: string }>>

/** What waits for the person, place by place; nothing where nothing does. */
export function useCounts(): Counts {
  const needs = useNeeds()
  const stats = useStats()
  const inbox = useQuery(inboxCountQuery).data
  const counts: Counts = {}
  const note = (to: SectionPath, value: number | undefined, title: string) => {
    if (value) counts[to] = { value, title }
  }
  note('/inbox', inbox?.unread, 'unread in your inbox')
  note('/pulls', needs.reviews.length, 'waiting for your review')
  note('/issues', needs.assigned.length, 'assigned to you')
  note('/actions', needs.failing.length, 'failing on your branches')
  note('/runs', stats?.runs_in_progress, 'in progress')
  note('/deliveries', stats?.queue.failed, 'failed')
  return counts
}
