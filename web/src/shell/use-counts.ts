import { useQuery } from '@tanstack/react-query'
import { inboxCountQuery } from '../data/inbox.ts'
import { useStats } from '../data/use-stats.ts'
import type { SectionPath } from './sections.ts'

type Counts = Partial<Record<SectionPath, { value: number; title: string }>>

/** What waits for the person, place by place; nothing where nothing does. */
export function useCounts(): Counts {
  const stats = useStats()
  const inbox = useQuery(inboxCountQuery).data
  const counts: Counts = {}
  const note = (to: SectionPath, value: number | undefined, title: string) => {
    if (value) counts[to] = { value, title }
  }
  note('/inbox', inbox?.unread, 'unread in your inbox')
  note('/pulls', inbox?.reasons.review_requested, 'waiting for your review')
  note('/issues', inbox?.reasons.assigned, 'assigned to you')
  note('/actions', sum(inbox?.reasons.failed, inbox?.reasons.approval), 'failed or waiting for you')
  note('/runs', stats?.runs_in_progress, 'in progress')
  note('/deliveries', stats?.queue.failed, 'failed')
  return counts
}

const sum = (...counts: readonly (number | undefined)[]) =>
  counts.reduce<number>((all, count) => all + (count ?? 0), 0)
