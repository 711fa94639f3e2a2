import type { QueryClient, QueryKey } from '@tanstack/react-query'
import type { ChangeData, ChangeKind, PlainChanges } from '../../../contract/changes.ts'
import { faces } from '../../../contract/faces.ts'
import type { Change } from '../../../contract/live.ts'
import type { Delivery, Issue, Repository } from '../../../contract/mirror.ts'
import { plainFaces } from '../../../contract/plain-faces.ts'
import type { SyncProgress } from '../../../contract/sync.ts'
import { api } from './api.ts'
import { cachedLists, type Listing, listsWithin, openList } from './list-cache.ts'
import type { ListKey } from './list-query.ts'
import { branches, changes, commits, deliveries, faceOf, listingOf, repositories } from './listings.ts'
import { deliveryQuery, type InRepository, repositoryQuery, syncQuery } from './queries.ts'

export interface Folder {
  /** Folds one change into what is loaded; answers whether anything shown could have moved. */
  fold: (change: Change) => boolean
  /** Brings in an item as the hub answered it, without a change that tells of it. */
  take: (kind: string, item: object, fullName: string) => void
  /** Takes an item away that is gone. */
  drop: (kind: string, id: number | string, at: { fullName: string; under?: number }) => void
}

/** Folds changes into the query cache, so that pages follow GitHub without asking again. */
export function createFolder(queryClient: QueryClient): Folder {
  const soon = createThrottle((queryKey) => queryClient.invalidateQueries({ queryKey }))
  /** Asks a list anew wherever it is shown: of all repositories, of one, and of whatever is in that one. */
  const movedSoon = createThrottle(([, list, within]) =>
    queryClient.invalidateQueries({
      predicate: ({ queryKey: [what, name, scope] }) =>
        what === 'list' && name === list && (scope === null || String(scope).split('#')[0] === within),
    }),
  )
  const headSoon = createThrottle((queryKey) => loadHead(queryClient, queryKey as unknown as ListKey))
  const deliveriesMoved = () => {
    for (const list of cachedLists(queryClient, deliveries, null)) headSoon(list.key)
  }

  /** Brings every loaded list that it belongs to, or no longer does, up to date with an item. */
  function place<T>(
    listing: Listing<T>,
    scope: string,
    item: T,
    newer?: (next: T, held: T) => boolean,
  ): boolean {
    let moved = false
    for (const list of cachedLists(queryClient, listing, scope)) {
      if (list.put(item, newer)) moved = true
      if (!list.judged) soon(list.key, 2_000)
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

  /** Brings an item of a mirrored kind into its lists, and to where it is shown alone. */
  function foldUpdated(
    kind: string,
    item: object,
    { action, full_name }: { action: string; full_name: string },
  ): boolean {
    const face = faceOf(kind)
    if (!face) return false
    const { updated, under, alone, moves = [], refreshes } = face
    const scope = under ? `${full_name}#${under(item)}` : full_name
    const shown = under ? item : { ...item, repository: full_name }
    const newer = updated && ((next: object, held: object) => updated(next) >= updated(held))
    const listed = place(listingOf(face), scope, shown, newer)
    if (face.counted && MOVES_COUNTS.has(action)) soon(repositoryQuery(full_name).queryKey, 3_000)
    if (refreshes && under) soon(['one', refreshes, full_name, parentIn(scope)], 300)
    for (const list of moves) movedSoon(['list', list, full_name], 1_000)
    const key = alone && ['one', kind, full_name, alone(item)]
    return (key ? replace(key, shown as { updated_at: string }) : false) || listed
  }

  /** A kind of which nothing special is told. */
  function foldPlain(change: Change): boolean {
    const [kind = '', what] = change.kind.split('.')
    const face = Object.hasOwn(plainFaces, kind) ? faceOf(kind) : undefined
    if (!face) return false
    const data = change.data as { action: string; full_name: string; id: number | string } & Record<
      string,
      object
    >
    if (what === 'updated') return foldUpdated(kind, data[kind]!, data)
    // A removal does not say what the item hung under.
    const listing = listingOf(face)
    const within = (scope: string | null) => scope === null || scope.split('#')[0] === data.full_name
    return listsWithin(queryClient, listing, within)
      .map((list) => {
        const removed = list.remove((item) => face.identity(item) === data.id)
        if (removed && face.refreshes)
          soon(['one', face.refreshes, data.full_name, parentIn(String(list.key[2]))], 300)
        return removed
      })
      .some(Boolean)
  }

  const folds: {
    [K in Exclude<ChangeKind, keyof PlainChanges>]: (data: ChangeData[K], change: Change) => boolean
  } = {
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
    'issue.updated': (data) => foldUpdated('issue', data.issue, data),
    'issue.removed': ({ number, full_name }) =>
      remove(
        listingOf(faces.issue),
        full_name,
        (item: InRepository<Issue>) => item.number === number && (item.repository ?? full_name) === full_name,
      ),
    'pull_request.updated': (data) => foldUpdated('pull_request', data.pull_request, data),
    'review.updated': (data) => foldUpdated('review', data.review, data),
    'comment.updated': (data) => foldUpdated('comment', data.comment, data),
    'comment.removed': ({ id, issue_number, full_name }) =>
      remove(listingOf(faces.comment), `${full_name}#${issue_number}`, (comment) => comment.id === id),
    'actions_run.updated': (data) => foldUpdated('actions_run', data.actions_run, data),
    'actions_job.updated': (data) => foldUpdated('actions_job', data.actions_job, data),
    'delivery.stored': () => false,
    'delivery.failed': () => false,
    'sync.progress'(data, { at, repository_id }) {
      const { full_name: repository, ...progress } = data
      const row: SyncProgress = { healed: 0, ...progress, repository, repository_id, updated_at: at }
      const rows = queryClient.getQueryData<SyncProgress[]>(syncQuery.queryKey)
      const others = rows?.filter((held) => held.repository !== repository || held.resource !== row.resource)
      if (others) queryClient.setQueryData(syncQuery.queryKey, [...others, row])
      // What was told while the list was on its way.
      soon(syncQuery.queryKey, 5_000)
      soon(['list', 'repositories'], 2_000)
      if (repository) {
        soon(repositoryQuery(repository).queryKey, 2_000)
        for (const resource of SYNCED)
          for (const scope of [repository, null]) soon(['list', resource, scope], 2_000)
        for (const key of SEARCHES) soon(key, 2_000)
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
    'inbox.updated'() {
      soon(['list', 'inbox'], 200)
      soon(['one', 'inbox-count'], 200)
      return true
    },
    'user.updated'() {
      soon(['one', 'users'], 200)
      return true
    },
  }

  return {
    take(kind, item, full_name) {
      foldUpdated(kind, item, { action: 'answered', full_name })
    },
    drop(kind, id, { fullName, under }) {
      const face = faceOf(kind)
      const scope = under === undefined ? fullName : `${fullName}#${under}`
      if (face) remove(listingOf(face), scope, (item) => face.identity(item) === id)
    },
    fold(change) {
      const recorded = place(changes, '', change)
      if (change.delivery_id) {
        deliveriesMoved()
        const { queryKey } = deliveryQuery(change.delivery_id)
        if (queryClient.getQueryState(queryKey)) soon(queryKey, 300)
      }
      if (MEASURED.test(change.kind)) soon(['one', 'insights'], 1_000)
      // Whatever moves may be a link of the chain that somebody looks at.
      soon(['one', 'chain'], 1_000)
      if (change.topic.startsWith('run:')) {
        soon(['list', 'runs'], 500)
        soon(['one', 'run', change.topic.slice('run:'.length)], 500)
      }
      const fold = folds[change.kind as keyof typeof folds] as
        | ((data: unknown, change: Change) => boolean)
        | undefined
      return (fold ? fold(change.data, change) : foldPlain(change)) || recorded
    },
  }
}

/** The number of what a list hangs under, of its scope: `owner/name#12`, `owner/name#12/blocked_by`. */
const parentIn = (scope: string) => Number.parseInt(scope.split('#')[1] ?? '', 10)
/** What of GitHub's actions moves a repository's counts; `answered`: somebody did something from here. */
const MOVES_COUNTS = new Set(['opened', 'closed', 'reopened', 'deleted', 'transferred', 'answered'])
/** The lists that a sync may have filled: all of GitHub's. */
const SYNCED = [...Object.values(faces), ...Object.values(plainFaces)].map(({ list }) => list)
/** What is found may be there only now. */
const SEARCHES = [
  ['list', 'search'],
  ['one', 'search-counts'],
  ['one', 'search-head'],
  ['one', 'search-values'],
]
/** What insights are computed from. */
const MEASURED = /^(pull_request|review|actions_run|actions_job|deployment|deployment_status)\./

const isNewer = <T extends { updated_at: string }>(next: T, held: T) => next.updated_at >= held.updated_at

/**
 * Loads the newest deliveries into a list that is shown; one that is not will be loaded when it is. What the hub no
 * longer tells of that stretch has left the list.
 */
async function loadHead(queryClient: QueryClient, key: ListKey): Promise<void> {
  const query = queryClient.getQueryCache().find({ queryKey: key })
  if (!query?.isActive()) return queryClient.invalidateQueries({ queryKey: key, refetchType: 'none' })
  const { items, next } = await api.list<Delivery>('/deliveries', { query: { limit: 50, ...key[3] } })
  openList(queryClient, deliveries, key).mergeHead(items, next === null)
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
