import type { ActionsJob, ActionsRun, Branch, Comment, Commit, Issue, PullRequest, Review } from './mirror.ts'

/**
 * How lists know the items of a kind, and how a change finds its place in them. `under` is the number of what an item
 * belongs to besides its repository: its pull request, its run.
 */
export interface Face<Item> {
  /** The web's list of them. */
  list: string
  identity(item: Item): string | number
  /** What the list is in the order of: the newest first, or `ascending`. */
  rank(item: Item, params: { sort?: unknown }): string | number
  ascending?: true
  under?(item: Item): number | string
  /** Tells when it changed last: an older one never replaces what is shown. */
  updated?(item: Item): string
  /** What one is shown alone by, where one is. */
  alone?(item: Item): number
  /** Lists show those of one state, and those that carry labels. */
  state?(item: Item): string
  labels?(item: Item): readonly string[]
  /** Its repository counts those that are open. */
  counted?: true
  /** Lists that show something of it without holding it: they are asked for anew when it changes. */
  moves?: readonly string[]
  /** What it hangs under shows how many there are: that is asked for anew when one comes or goes. */
  refreshes?: 'issue'
}

const face = <Item>(described: Face<Item>) => described

const conversation = {
  identity: ({ id }: { id: number }) => id,
  rank: (
    { created_at, updated_at }: Pick<Issue, 'created_at' | 'updated_at'>,
    { sort }: { sort?: unknown },
  ) => (sort === 'updated' ? updated_at : created_at),
  updated: ({ updated_at }: Pick<Issue, 'updated_at'>) => updated_at,
  alone: ({ number }: Pick<Issue, 'number'>) => number,
  state: ({ state }: Pick<Issue, 'state'>) => state,
  counted: true,
} as const

/** The kinds of which something special is told: `changes.ts` says what. */
export const faces = {
  branch: face<Branch>({
    list: 'branches',
    identity: ({ name }) => name,
    rank: ({ name }) => name,
    ascending: true,
  }),
  commit: face<Commit>({
    list: 'commits',
    identity: ({ sha }) => sha,
    rank: ({ committed_at }) => committed_at,
  }),
  issue: face<Issue>({
    list: 'issues',
    ...conversation,
    moves: ['timeline_events', 'sub_issues', 'issue_dependencies'],
    labels: ({ labels }) => labels.map(({ name }) => name),
  }),
  pull_request: face<PullRequest>({ list: 'pull_requests', ...conversation, moves: ['timeline_events'] }),
  review: face<Review>({
    list: 'reviews',
    identity: ({ id }) => id,
    rank: ({ submitted_at }) => submitted_at,
    ascending: true,
    under: ({ pull_number }) => pull_number,
  }),
  comment: face<Comment>({
    list: 'comments',
    identity: ({ id }) => id,
    rank: ({ created_at }) => created_at,
    ascending: true,
    under: ({ issue_number }) => issue_number,
    updated: ({ updated_at }) => updated_at,
  }),
  actions_run: face<ActionsRun>({
    list: 'actions_runs',
    identity: ({ id }) => id,
    rank: ({ created_at }) => created_at,
    updated: ({ updated_at }) => updated_at,
    alone: ({ id }) => id,
  }),
  actions_job: face<ActionsJob>({
    list: 'actions_jobs',
    identity: ({ id }) => id,
    rank: ({ id }) => id,
    ascending: true,
    under: ({ run_id }) => run_id,
  }),
} as const
