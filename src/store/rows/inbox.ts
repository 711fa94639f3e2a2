import type { InboxReason } from '../../../contract/inbox.ts'
import type { Flag } from './flag.ts'

/**
 * A thread that needs a person, or did. Indexes: (user_id, repository_id, kind, number) primary,
 * (user_id, done, at, repository_id, number, kind).
 */
export interface InboxItemRow {
  user_id: string
  repository_id: number
  kind: 'issue' | 'pull_request' | 'actions_run'
  number: number
  title: string
  reason: InboxReason
  actor: string | null
  at: number
  unread: Flag
  done: Flag
  /** Nothing brings it back. */
  muted: Flag
  snoozed_until: number | null
}
