import type { TimelineEvent } from '../../../contract/timeline.ts'
import styles from './conversation.module.css'
import { RelativeTime } from './relative-time.tsx'
import { tellEvent } from './tell-event.tsx'

/** Events of one kind by one person, within a minute of each other, are one line. */
const TOGETHER_MS = 60_000

/** Something that happened between what was said, in one line; several of the same sort stand together. */
export function TimelineEntry({ events }: { events: readonly TimelineEvent[] }) {
  const [first] = events
  if (!first) return null
  const told = events.map(tellEvent)
  const { icon: Glyph, tone } = told[0]!
  return (
    <li className={styles.event}>
      <span className={`${styles.badge} ${styles[tone]}`}>
        <Glyph size={12} />
      </span>
      <span className={styles.told}>
        {first.actor && <strong>{first.actor.login}</strong>}{' '}
        {told.map(({ words }, index) => (
          <span key={events[index]!.name}>
            {index > 0 && ', '}
            {words}
          </span>
        ))}{' '}
        <RelativeTime at={first.created_at} />
      </span>
    </li>
  )
}

/** Puts together what one person did at one go; of what was merged, that it was closed goes without saying. */
export function groupEvents(events: readonly TimelineEvent[]): TimelineEvent[][] {
  const wasMerged = events.some(({ event }) => event === 'merged')
  const groups: TimelineEvent[][] = []
  for (const event of events.toSorted((a, b) => a.created_at.localeCompare(b.created_at))) {
    if (wasMerged && event.event === 'closed') continue
    const group = groups.at(-1)
    const last = group?.at(-1)
    const isMore =
      last !== undefined &&
      folded.has(event.event) &&
      folded.has(last.event) &&
      last.actor?.login === event.actor?.login &&
      Date.parse(event.created_at) - Date.parse(last.created_at) < TOGETHER_MS
    if (isMore) group!.push(event)
    else groups.push([event])
  }
  return groups
}

/** What people do several of at one go. */
const folded: ReadonlySet<string> = new Set(['labeled', 'unlabeled', 'assigned', 'unassigned'])
