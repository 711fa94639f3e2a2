import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { ChangeData, ChangeKind } from '../../../contract/changes.ts'
import type { Change } from '../../../contract/live.ts'
import type {
  ActionsRun,
  Delivery,
  Issue,
  PullRequest,
  Repository,
  SyncProgress,
} from '../../../contract/mirror.ts'
import { api, type Query } from './api.ts'
import { cachedLists, type Listing, openList } from './list-cache.ts'
import type { ListKey, Resource } from './list-query.ts'
import {
  actionsJobs,
  actionsRuns,
  branches,
  changes,
  comments,
  commits,
  deliveries,
  issues,
  pullRequests,
  repositories,
  reviews,
} from './listings.ts'
import { actionsRunQuery, issueQuery, pullRequestQuery, repositoryQuery, syncQuery } from './queries.ts'

export interface Folder {
  /** Folds one change into what is loaded; answers whether anything shown could have moved. */
  fold: (change: Change) => boolean
}

/** Folds changes into the query cache, so that pages follow GitHub without asking again. */
export function createFolder(queryClient: QueryClient): Folder {
  const soon = createThrottle((queryKey) => queryClient.invalidateQueries({ queryKey }))
  const headSoon = createThrottle((queryKey) => loadHead(queryClient, queryKey as unknown as ListKey))
  const deliveriesMoved = () => {
    for (const list of cachedLists(queryClient, deliveries, null)) headSoon(list.key)
  }

  /** Brings an item into every loaded list that it belongs to. */
  function place<T>(
    listing: Listing<T>,
    scope: string,
    item: T,
    options: { newer?: (next: T, held: T) => boolean; fits?: (params: Query) => boolean } = {},
  ): boolean {
    const { newer, fits = () => true } = options
    let moved = false
    for (const list of cachedLists(queryClient, listing, scope)) {
      const judged = Object.entries(list.params).every(
        ([name, value]) => value === undefined || JUDGED.has(name),
      )
      if (list.replace(item, newer) || (judged && fits(list.params) && list.insert(item))) moved = true
      if (!judged) soon(list.key, 2_000)
    }
    return moved
  }

  /** Replaces one loaded object, keeping what changes leave out (its body). */
  function replace<T extends { updated_at: string }>(key: QueryKey, item: T): boolean {
    const held = queryClient.getQueryData<T>(key)
    if (!held || !isNewer(item, held)) return false
    queryClient.setQueryData<T>(key, { ...held, ...item })
    return true
  }

  function remove<T>(listing: Listing<T>, scope: string, same: (item: T) => boolean): boolean {
    return cachedLists(queryClient, listing, scope)
      .map((list) => list.remove(same))
      .some(Boolean)
  }

  const folds: { [K in ChangeKind]: (data: ChangeData[K], change: Change) => boolean } = {
    'repository.updated'({ repository }) {
      const { full_name } = repository
      let held = false
      for (const list of cachedLists(queryClient, repositories, full_name))
        held = list.replace(repository as Repository, isNewer) || held
      if (!held) soon(['list', 'repositories'], 2_000)
      return replace(repositoryQuery(full_name).queryKey, repository as Repository) || held
    },
    'repository.removed'({ repository_id, full_name }) {
      queryClient.removeQueries({ queryKey: repositoryQuery(full_name).queryKey })
      return remove(repositories, full_name, ({ id }) => id === repository_id)
    },
    push({ ref, branch, deleted, forced, commits: pushed, full_name }, { at }) {
      const name = ref.replace(/^refs\/heads\//, '')
      const key = repositoryQuery(full_name).queryKey
      const repository = queryClient.getQueryData<Repository>(key)
      let moved = false
      if (deleted) moved = remove(branches, full_name, (item) => item.name === name)
      else if (branch) moved = place(branches, full_name, branch)
      if (forced || !repository) soon(['list', 'commits', full_name])
      else if (repository.default_branch === name)
        for (const commit of pushed) moved = place(commits, full_name, commit) || moved
      if (repository) queryClient.setQueryData(key, { ...repository, pushed_at: at })
      return moved || repository !== undefined
    },
    'issue.updated'({ action, issue, full_name }) {
      const item = { ...issue, repository: full_name }
      const fits = (params: Query) => fitsState(params, issue.state) && fitsLabels(params, issue)
      const listed = place(issues, full_name, item, { newer: isNewer, fits })
      if (MOVES_COUNTS.has(action)) soon(repositoryQuery(full_name).queryKey, 3_000)
      return replace<Issue>(issueQuery(full_name, issue.number).queryKey, item) || listed
    },
    'issue.removed': ({ number, full_name }) =>
      remove(
        issues,
        full_name,
        (item) => item.number === number && (item.repository ?? full_name) === full_name,
      ),
    'pull_request.updated'({ action, pull_request, full_name }) {
      const item = { ...pull_request, repository: full_name }
      const fits = (params: Query) => fitsState(params, pull_request.state)
      const listed = place(pullRequests, full_name, item, { newer: isNewer, fits })
      if (MOVES_COUNTS.has(action)) soon(repositoryQuery(full_name).queryKey, 3_000)
      const key = pullRequestQuery(full_name, pull_request.number).queryKey
      return replace<PullRequest>(key, item) || listed
    },
    'review.updated': ({ review, full_name }) => place(reviews, `${full_name}#${review.pull_number}`, review),
    'comment.updated': ({ comment, full_name }) =>
      place(comments, `${full_name}#${comment.issue_number}`, comment, { newer: isNewer }),
    'comment.removed': ({ id, issue_number, full_name }) =>
      remove(comments, `${full_name}#${issue_number}`, (comment) => comment.id === id),
    'actions_run.updated'({ actions_run, full_name }) {
      const item = { ...actions_run, repository: full_name }
      const listed = place(actionsRuns, full_name, item, { newer: isNewer })
      return replace<ActionsRun>(actionsRunQuery(full_name, actions_run.id).queryKey, item) || listed
    },
    'actions_job.updated': ({ actions_job, full_name }) =>
      place(actionsJobs, `${full_name}#${actions_job.run_id}`, actions_job),
    'delivery.stored': () => false,
    'delivery.failed': () => false,
    'sync.progress'(data, { at, repository_id }) {
      const { full_name: repository, ...progress } = data
      const row: SyncProgress = { ...progress, repository, repository_id, updated_at: at }
      const rows = queryClient.getQueryData<SyncProgress[]>(syncQuery.queryKey)
      const others = rows?.filter((held) => held.repository !== repository || held.resource !== row.resource)
      if (others) queryClient.setQueryData(syncQuery.queryKey, [...others, row])
      soon(['list', 'repositories'], 2_000)
      if (repository) {
        soon(repositoryQuery(repository).queryKey, 2_000)
        for (const resource of SYNCED)
          for (const scope of [repository, null]) soon(['list', resource, scope], 2_000)
      }
      return others !== undefined
    },
    'workflow.updated'({ workflow_id }) {
      soon(['list', 'workflows'], 200)
      soon(['one', 'workflow', workflow_id], 200)
      return true
    },
    /** Somebody's rights on GitHub moved: what they may see of every list did too. */
    'access.updated'() {
      void queryClient.invalidateQueries({ queryKey: ['list'] })
      return true
    },
    'user.updated'() {
      soon(['one', 'users'], 200)
      return true
    },
  }

  return {
    fold(change) {
      const recorded = place(changes, '', change, {
        fits: ({ topic }) => topic === undefined || topic === change.topic,
      })
      if (change.delivery_id) deliveriesMoved()
      if (change.topic.startsWith('run:')) {
        soon(['list', 'runs'], 500)
        soon(['one', 'run', change.topic.slice('run:'.length)], 500)
      }
      const fold = folds[change.kind as ChangeKind] as
        | ((data: unknown, change: Change) => boolean)
        | undefined
      return (fold?.(change.data, change) ?? false) || recorded
    },
  }
}

/** Filters that an arrival can be judged by; a list with any other is loaded anew instead. */
const JUDGED = new Set(['state', 'labels', 'sort', 'direction', 'limit', 'topic'])
/** What of GitHub's actions moves a repository's counts. */
const MOVES_COUNTS = new Set(['opened', 'closed', 'reopened', 'deleted', 'transferred'])
const SYNCED: Resource[] = ['branches', 'commits', 'pull_requests', 'issues', 'actions_runs']

const isNewer = <T extends { updated_at: string }>(next: T, held: T) => next.updated_at >= held.updated_at
const fitsState = (params: Query, state: string) =>
  params.state === 'all' || (params.state ?? 'open') === state

const fitsLabels = (params: Query, issue: Issue) =>
  !params.labels ||
  String(params.labels)
    .split(',')
    .every((name) => issue.labels.some((label) => label.name === name))

/** Loads the newest deliveries into a list that is shown; one that is not will be loaded when it is. */
async function loadHead(queryClient: QueryClient, key: ListKey): Promise<void> {
  const query = queryClient.getQueryCache().find({ queryKey: key })
  if (!query?.isActive()) return queryClient.invalidateQueries({ queryKey: key, refetchType: 'none' })
  const { items } = await api.list<Delivery>('/deliveries', { query: { limit: 50, ...key[3] } })
  const list = openList(queryClient, deliveries, key)
  for (const item of items.toReversed()) if (!list.replace(item)) list.insert(item)
}

/** Does something about a list after a while, once however often it is asked for in between. */
function createThrottle(
  act: (queryKey: QueryKey) => Promise<void>,
): (queryKey: QueryKey, ms?: number) => void {
  const waiting = new Set<string>()
  return (queryKey, ms = 1_000) => {
    const name = JSON.stringify(queryKey)
    if (waiting.has(name)) return
    waiting.add(name)
    setTimeout(() => {
      waiting.delete(name)
      act(queryKey).catch(() => {
        // The hub is away; once it is back, what is shown is asked for again.
      })
    }, ms)
  }
}
