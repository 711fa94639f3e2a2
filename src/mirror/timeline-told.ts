import type { TimelineDetail, TimelineEvent } from '../../contract/timeline.ts'
import {
  type Fields,
  integerIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { personIn } from './people.ts'

type Told = Omit<TimelineEvent, 'name'>

/** Actions of webhooks that GitHub's timeline has another word for; of those that it has none for there is no entry. */
const shared: Readonly<Record<string, string>> = {
  labeled: 'labeled',
  unlabeled: 'unlabeled',
  assigned: 'assigned',
  unassigned: 'unassigned',
  milestoned: 'milestoned',
  demilestoned: 'demilestoned',
  edited: 'renamed',
  closed: 'closed',
  reopened: 'reopened',
  locked: 'locked',
  unlocked: 'unlocked',
}
const ofIssues: Readonly<Record<string, string>> = {
  ...shared,
  pinned: 'pinned',
  unpinned: 'unpinned',
  typed: 'issue_type_added',
  untyped: 'issue_type_removed',
}
const ofPullRequests: Readonly<Record<string, string>> = {
  ...shared,
  ready_for_review: 'ready_for_review',
  converted_to_draft: 'convert_to_draft',
  review_requested: 'review_requested',
  review_request_removed: 'review_request_removed',
  auto_merge_enabled: 'auto_merge_enabled',
  auto_merge_disabled: 'auto_merge_disabled',
  enqueued: 'added_to_merge_queue',
  dequeued: 'removed_from_merge_queue',
}

/** What the webhook of an issue tells for its timeline; null: nothing. */
export function toldByIssue(issue: Fields, payload: Fields): Told | null {
  // The issue side of a pull request has its own webhooks.
  return optionalObjectIn(issue, 'pull_request') ? null : tell(issue, payload, ofIssues)
}

/** The same of a pull request: one that was merged is closed, too, and only the former is told. */
export function toldByPullRequest(pull: Fields, payload: Fields): Told | null {
  const told = tell(pull, payload, ofPullRequests)
  if (told?.event !== 'closed' || optionalTextIn(pull, 'merged_at') === null) return told
  const commit = optionalTextIn(pull, 'merge_commit_sha')
  return { ...told, event: 'merged', detail: commit === null ? {} : { commit } }
}

function tell(thread: Fields, payload: Fields, words: Readonly<Record<string, string>>): Told | null {
  const event = words[optionalTextIn(payload, 'action') ?? '']
  if (event === undefined) return null
  const detail = detailOf(event, thread, payload)
  if (event === 'renamed' && detail.to === undefined) return null
  return {
    issue_number: integerIn(thread, 'number'),
    event,
    actor: personIn(payload, 'sender'),
    created_at: timeIn(thread, 'updated_at'),
    detail,
  }
}

function detailOf(event: string, thread: Fields, payload: Fields): TimelineDetail {
  const at = (name: string) => optionalObjectIn(payload, name)
  switch (event) {
    case 'labeled':
    case 'unlabeled': {
      const label = at('label')
      const color = (label && optionalTextIn(label, 'color')) ?? 'ededed'
      return label ? { label: { name: textIn(label, 'name'), color } } : {}
    }
    case 'milestoned':
    case 'demilestoned': {
      const milestone = at('milestone') ?? optionalObjectIn(thread, 'milestone')
      return milestone ? { milestone: textIn(milestone, 'title') } : {}
    }
    case 'renamed': {
      const changes = at('changes')
      const title = changes && optionalObjectIn(changes, 'title')
      return title ? { from: optionalTextIn(title, 'from') ?? '', to: textIn(thread, 'title') } : {}
    }
    case 'closed':
    case 'locked': {
      const field = event === 'closed' ? 'state_reason' : 'active_lock_reason'
      const reason = optionalTextIn(thread, field)
      return reason === null ? {} : { reason }
    }
    default: {
      const person = personIn(payload, 'assignee') ?? personIn(payload, 'requested_reviewer')
      const team = at('requested_team')
      return { ...(person && { person: person.login }), ...(team && { team: textIn(team, 'name') }) }
    }
  }
}
