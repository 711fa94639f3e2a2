import type { InboxReason } from '../../../contract/inbox.ts'

/** What a thread of an inbox is about. */
export interface Subject {
  kind: 'issue' | 'pull_request' | 'actions_run'
  /** As in `#12`; of a run GitHub's id. */
  number: number
  title: string
}

/** Somebody whom something concerns, by their login. */
export interface Concern {
  login: string
  reason: InboxReason
}

/** What happened to a thread, and to whom that matters. */
export interface Concerned {
  subject: Subject
  actor: string | null
  /** ISO 8601. */
  at: string
  people: readonly Concern[]
}

/** The needs that arose with a change of an item, and those that are met: nobody waits for them any more. */
export function compareNeeds(
  before: readonly Concern[],
  now: readonly Concern[],
): { arose: Concern[]; met: Concern[] } {
  const isIn = (list: readonly Concern[], one: Concern) =>
    list.some(({ login, reason }) => reason === one.reason && login.toLowerCase() === one.login.toLowerCase())
  return {
    arose: now.filter((one) => !isIn(before, one)),
    met: before.filter((one) => !isIn(now, one)),
  }
}

/** Of several reasons for one person the first counts; nobody is told of what they did themselves. */
export function oncePerPerson(people: readonly Concern[], actor: string | null): Concern[] {
  const byLogin = new Map<string, Concern>()
  for (const concern of people) {
    const key = concern.login.toLowerCase()
    if (key === actor?.toLowerCase() && concern.reason !== 'failed') continue
    if (!byLogin.has(key)) byLogin.set(key, concern)
  }
  return [...byLogin.values()]
}
