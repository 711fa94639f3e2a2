import { repeatWindowMs } from './repeated-delivery.ts'

/** What is removed after a while, in the order in which it is. */
export const removable = [
  'delivery_bodies',
  'deliveries',
  'changes',
  'runs',
  'job_logs',
  'tasks',
  'audit',
  'sessions',
] as const
export type Removable = (typeof removable)[number]

/** For how many days each is kept; 0: for ever. */
export type Retention = Readonly<Record<Removable, number>>

const dayMs = 86_400_000

/** What is older than this is removed; null: nothing is. A delivery stays for as long as a repetition is known by it. */
export function removedBefore(retention: Retention, what: Removable, now: number): number | null {
  const days = retention[what]
  const least = what === 'deliveries' ? repeatWindowMs : 0
  return days === 0 ? null : now - Math.max(days * dayMs, least)
}
