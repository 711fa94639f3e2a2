/** What `on:` may say about an event besides `types` and `repositories`. */
type Filter = 'branches' | 'tags' | 'workflows'

interface GithubEvent {
  /** Activity types (`action` of the payload); none: the event has no types. */
  types: readonly string[]
  /** Types that count when `types` is absent, where GitHub does not take all. */
  defaultTypes?: readonly string[]
  filters?: readonly Filter[]
}

const created = ['created', 'edited', 'deleted'] as const

/**
 * Events that start workflows, with GitHub's activity types, defaults and filters.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 * `workflow_job`, `star`, `commit_comment` and `repository` only exist as webhooks; the hub receives those too.
 */
const events: Readonly<Record<string, GithubEvent>> = {
  branch_protection_rule: { types: created },
  check_run: { types: ['created', 'rerequested', 'completed', 'requested_action'] },
  check_suite: { types: ['completed', 'requested', 'rerequested'], defaultTypes: ['completed'] },
  commit_comment: { types: ['created'] },
  create: { types: [] },
  delete: { types: [] },
  deployment: { types: ['created'] },
  deployment_status: { types: ['created'] },
  discussion: {
    types: [
      'created',
      'edited',
      'deleted',
      'transferred',
      'pinned',
      'unpinned',
      'labeled',
      'unlabeled',
      'locked',
      'unlocked',
      'category_changed',
      'answered',
      'unanswered',
    ],
  },
  discussion_comment: { types: created },
  fork: { types: [] },
  gollum: { types: [] },
  issue_comment: { types: created },
  issues: {
    types: [
      'opened',
      'edited',
      'deleted',
      'transferred',
      'pinned',
      'unpinned',
      'closed',
      'reopened',
      'assigned',
      'unassigned',
      'labeled',
      'unlabeled',
      'locked',
      'unlocked',
      'milestoned',
      'demilestoned',
      'typed',
      'untyped',
    ],
  },
  label: { types: created },
  milestone: { types: ['created', 'closed', 'opened', 'edited', 'deleted'] },
  page_build: { types: [] },
  public: { types: [] },
  pull_request: {
    types: [
      'assigned',
      'unassigned',
      'labeled',
      'unlabeled',
      'opened',
      'edited',
      'closed',
      'reopened',
      'synchronize',
      'converted_to_draft',
      'locked',
      'unlocked',
      'enqueued',
      'dequeued',
      'milestoned',
      'demilestoned',
      'ready_for_review',
      'review_requested',
      'review_request_removed',
      'auto_merge_enabled',
      'auto_merge_disabled',
    ],
    defaultTypes: ['opened', 'synchronize', 'reopened'],
    filters: ['branches'],
  },
  pull_request_review: { types: ['submitted', 'edited', 'dismissed'] },
  pull_request_review_comment: { types: created },
  push: { types: [], filters: ['branches', 'tags'] },
  release: {
    types: ['published', 'unpublished', 'created', 'edited', 'deleted', 'prereleased', 'released'],
  },
  repository: {
    types: [
      'created',
      'deleted',
      'archived',
      'unarchived',
      'edited',
      'renamed',
      'transferred',
      'publicized',
      'privatized',
    ],
  },
  repository_dispatch: { types: ['*'] },
  star: { types: ['created', 'deleted'] },
  status: { types: [] },
  watch: { types: ['started'] },
  workflow_job: { types: ['queued', 'waiting', 'in_progress', 'completed'] },
  workflow_run: {
    types: ['completed', 'requested', 'in_progress'],
    filters: ['branches', 'workflows'],
  },
}

/** Names of the GitHub events that can start a workflow. */
export const githubEventNames = Object.keys(events)

/** An event's activity types and filters, or undefined when no workflow can listen to it. */
export function githubEvent(name: string): GithubEvent | undefined {
  return Object.hasOwn(events, name) ? events[name] : undefined
}
