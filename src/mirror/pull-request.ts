import type { PullRequest } from '../../contract/mirror.ts'
import { closingReferencesIn } from '../domain/closing-references.ts'
import {
  flagIn,
  objectIn,
  objectsIn,
  optionalIntegerIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import {
  conversationColumns,
  conversationFacts,
  conversationTold,
  countReactions,
  lastChangedFirst,
  oldestFirst,
  readConversation,
  withoutBody,
} from './conversation.ts'
import type { Kind } from './kind.ts'
import { peopleIn, personIn } from './people.ts'

/** A pull request with its body. null is what GitHub leaves out in some places: in lists and in reviews. */
export type PullRequestFacts = Omit<PullRequest, 'body' | 'checks' | Untold> & { body: string | null } & {
  [Name in Untold]: PullRequest[Name] | null
} & {
  /** When it was told as a pull request; its issue side may be later. null: as `updated_at`. */
  told_at: string | null
}
type Untold = 'comments' | 'reactions' | 'mergeable_state' | 'additions' | 'deletions' | 'changed_files'

const { plain, times, flags, json, parts, person } = columnsOf<PullRequestFacts>()

/** https://docs.github.com/en/rest/pulls/pulls */
export const pullRequest = {
  name: 'pull_request',
  version: 1,
  table: 'pull_requests',
  key: ['repository_id', 'number'],
  columns: [
    ...conversationColumns<PullRequestFacts>(),
    ...flags('draft'),
    ...times('merged_at', 'told_at'),
    parts('head', 'ref', 'sha'),
    parts('base', 'ref'),
    ...json('requested_reviewers', 'requested_teams', 'auto_merge'),
    person('merged_by'),
    ...plain('comments', 'mergeable_state', 'additions', 'deletions', 'changed_files'),
  ],
  read(object, { repositoryId }) {
    const head = objectIn(object, 'head')
    const autoMerge = optionalObjectIn(object, 'auto_merge')
    return {
      ...readConversation(object, repositoryId),
      told_at: timeIn(object, 'updated_at'),
      draft: flagIn(object, 'draft'),
      merged_at: optionalTimeIn(object, 'merged_at'),
      head: { ref: textIn(head, 'ref'), sha: textIn(head, 'sha') },
      base: { ref: textIn(objectIn(object, 'base'), 'ref') },
      requested_reviewers: peopleIn(object, 'requested_reviewers'),
      requested_teams: objectsIn(object, 'requested_teams').map((team) => textIn(team, 'name')),
      auto_merge: autoMerge && {
        merge_method: textIn(autoMerge, 'merge_method'),
        enabled_by: personIn(autoMerge, 'enabled_by')?.login ?? null,
      },
      merged_by: personIn(object, 'merged_by'),
      comments: optionalIntegerIn(object, 'comments', null),
      mergeable_state: optionalTextIn(object, 'mergeable_state'),
      additions: optionalIntegerIn(object, 'additions', null),
      deletions: optionalIntegerIn(object, 'deletions', null),
      changed_files: optionalIntegerIn(object, 'changed_files', null),
    }
  },
  told: {
    columns: [
      ...conversationTold,
      ...['draft', 'merged_at', 'comments', 'mergeable_state', 'additions', 'deletions', 'changed_files'],
    ],
    columnsAlone: ['comments', 'mergeable_state', 'additions', 'deletions', 'changed_files'],
    alone: [
      ...['merged', 'mergeable', 'rebaseable', 'merged_by', 'review_comments', 'maintainer_can_modify'],
      'commits',
    ],
  },
  untold: {
    comments: 0,
    reactions: {},
    merged_by: null,
    mergeable_state: 'unknown',
    additions: 0,
    deletions: 0,
    changed_files: 0,
  },
  // A comment tells its new time and count by the issue side; what else changed until then may still come.
  replaces: (incoming, stored) => toldAt(incoming) >= toldAt(stored),
  keeps: (incoming, { updated_at, comments }) =>
    incoming.updated_at < updated_at ? { updated_at, comments } : {},
  shows: ({ told_at: _, ...item }) => item,
  begins: ['pull_request.opened'],
  counts: { column: 'open_pull_requests', counted: ({ state }) => state === 'open' },
  events: {
    pull_request: { at: 'pull_request', subject: true },
    pull_request_review: { at: 'pull_request' },
    pull_request_review_comment: { at: 'pull_request' },
    pull_request_review_thread: { at: 'pull_request' },
  },
  listed: {
    resource: 'pulls',
    route: 'GET /repos/{owner}/{repo}/pulls',
    query: () => lastChangedFirst,
    newestFirst: true,
    sweep: oldestFirst,
  },
  searched: {
    version: 2,
    title: ({ title }) => title,
    body: ({ body }) => body,
    facts: (item) => [
      ...conversationFacts(item),
      ...item.requested_reviewers.map(({ login }) => `review-requested:${login}`),
      ...item.requested_teams.map((name) => `team-review-requested:${slugOf(name)}`),
      `head:${item.head.ref}`,
      `sha:${item.head.sha}`,
      `base:${item.base.ref}`,
      ...(item.draft ? ['is:draft'] : []),
    ],
    state: ({ state, merged_at }) => (merged_at === null ? state : 'merged'),
    created: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    comments: ({ comments }) => comments ?? 0,
    reactions: countReactions,
    closes: ({ body }) => closingReferencesIn(body),
    people: ({ user, assignees, requested_reviewers }) => [user, ...assignees, ...requested_reviewers],
  },
  needs: ({ number, title, state, user, assignees, requested_reviewers, updated_at }) => ({
    subject: { kind: 'pull_request', number, title },
    actor: user?.login ?? null,
    at: updated_at,
    people:
      state === 'open'
        ? [
            ...requested_reviewers.map(({ login }) => ({ login, reason: 'review_requested' as const })),
            ...assignees.map(({ login }) => ({ login, reason: 'assigned' as const })),
          ]
        : [],
  }),
  change: ({ item, action, full_name }) =>
    item && {
      kind: 'pull_request.updated',
      data: { action, pull_request: shownPull(item), full_name },
    },
} satisfies Kind<PullRequestFacts>

const toldAt = ({ told_at, updated_at }: PullRequestFacts) => told_at ?? updated_at

/** What lists and changes show: all but the body, which can be long, and what only order needs. */
export function shownPull({ told_at: _, ...item }: PullRequestFacts): PullRequest {
  return withoutBody(item) as PullRequest
}

/** GitHub tells the name of a team that is asked for a review; people search for it by what its address has. */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_]+/gu, '-')
    .replace(/^-|-$/g, '')
}
