import { QueryClient } from '@tanstack/react-query'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { ChangeData, ChangeKind } from '../../contract/changes.ts'
import type { CheckRun } from '../../contract/checks.ts'
import type { Change } from '../../contract/live.ts'
import type { Commit, Delivery, Issue, Milestone, PullRequest, Repository } from '../../contract/mirror.ts'
import { tellChange } from '../../web/src/components/tell-change.ts'
import { nextCursor, type Query } from '../../web/src/data/api.ts'
import { createFolder } from '../../web/src/data/fold-change.ts'
import { openList } from '../../web/src/data/list-cache.ts'
import type { ListKey } from '../../web/src/data/list-query.ts'
import { deliveries } from '../../web/src/data/listings.ts'
import {
  changesQuery,
  commitsQuery,
  deliveriesQuery,
  issueQuery,
  issuesQuery,
  pullRequestsQuery,
  repositoryQuery,
} from '../../web/src/data/queries.ts'

const repo = 'harborline/quay'
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

const issue = (number: number, more: Partial<Issue> = {}): Issue => ({
  id: number,
  node_id: `I_${number}`,
  repository_id: 1,
  number,
  title: `Issue ${number}`,
  state: 'open',
  state_reason: null,
  user: null,
  labels: [],
  assignees: [],
  milestone: null,
  type: null,
  locked: false,
  pinned: false,
  sub_issues: { total: 0, completed: 0 },
  parent: '',
  dependencies: { blocked_by: 0, blocking: 0 },
  reactions: {},
  comments: 0,
  html_url: `https://github.com/${repo}/issues/${number}`,
  created_at: at(number),
  updated_at: at(number),
  closed_at: null,
  ...more,
})

let seq = 0
function change<K extends ChangeKind>(kind: K, data: ChangeData[K]): Change {
  seq += 1
  return {
    seq,
    at: at(50),
    topic: 'repo:1',
    kind,
    actor: 'ada',
    repository_id: 1,
    delivery_id: null,
    received_at: null,
    data,
  }
}
const issueChange = (item: Issue) =>
  change('issue.updated', { action: 'edited', issue: item, full_name: repo })

/** A cache that holds one loaded page of issues, newest first; `next`: there is more to load. */
function withIssues({
  params = {},
  items,
  next = null,
}: {
  params?: Query
  items: Issue[]
  next?: string | null
}) {
  const queryClient = new QueryClient()
  const key = issuesQuery(repo, params).queryKey
  queryClient.setQueryData(key, { pages: [{ items, next }], pageParams: [null] })
  const shown = () => queryClient.getQueryData(key)!.pages.flatMap((page) => page.items)
  return { queryClient, shown, folder: createFolder(queryClient) }
}

describe('an issue that moved', () => {
  test('is replaced where it stands, keeping the body of the loaded one', () => {
    const { queryClient, folder, shown } = withIssues({ items: [issue(3), issue(2), issue(1)] })
    queryClient.setQueryData(issueQuery(repo, 2).queryKey, issue(2, { body: 'Steps to see it' }))
    folder.fold(issueChange(issue(2, { title: 'Better title', updated_at: at(40) })))
    expect(shown().map(({ title }) => title)).toEqual(['Issue 3', 'Better title', 'Issue 1'])
    expect(queryClient.getQueryData(issueQuery(repo, 2).queryKey)).toMatchObject({
      title: 'Better title',
      body: 'Steps to see it',
    })
  })

  test('never goes back to an older truth', () => {
    const { folder, shown } = withIssues({ items: [issue(1, { title: 'New', updated_at: at(30) })] })
    folder.fold(issueChange(issue(1, { title: 'Old', updated_at: at(20) })))
    expect(shown()[0]!.title).toBe('New')
  })

  test('that is new comes where the order wants it', () => {
    const { folder, shown } = withIssues({ items: [issue(9), issue(5), issue(1)] })
    for (const number of [12, 7]) folder.fold(issueChange(issue(number)))
    expect(shown().map(({ number }) => number)).toEqual([12, 9, 7, 5, 1])
  })

  test('that belongs to a page not loaded yet stays away', () => {
    const { folder, shown } = withIssues({ items: [issue(9), issue(5)], next: 'more' })
    folder.fold(issueChange(issue(2)))
    expect(shown().map(({ number }) => number)).toEqual([9, 5])
  })

  test('comes only into lists whose filter it fits', () => {
    const bug = { name: 'bug', color: 'ff0000' }
    const closed = withIssues({ params: { state: 'closed' }, items: [] })
    const labelled = withIssues({ params: { state: 'all', labels: 'bug' }, items: [] })
    for (const { folder } of [closed, labelled]) {
      folder.fold(issueChange(issue(1)))
      folder.fold(issueChange(issue(2, { state: 'closed', labels: [bug] })))
    }
    expect(closed.shown().map(({ number }) => number)).toEqual([2])
    expect(labelled.shown().map(({ number }) => number)).toEqual([2])
  })
})

describe('a list keeps to its filter', () => {
  const closed = { state: 'closed' as const, updated_at: at(40), closed_at: at(40) }

  test('what is closed is seen to be, and then leaves the open ones', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { folder, shown } = withIssues({ items: [issue(3), issue(2), issue(1)] })
    expect(folder.fold(issueChange(issue(2, closed)))).toBe(true)
    expect(shown().map(({ number, state }) => [number, state])).toEqual([
      [3, 'open'],
      [2, 'closed'],
      [1, 'open'],
    ])
    vi.runAllTimers()
    expect(shown().map(({ number }) => number)).toEqual([3, 1])
  })

  test('what is opened again meanwhile stays', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { folder, shown } = withIssues({ items: [issue(2), issue(1)] })
    folder.fold(issueChange(issue(2, closed)))
    folder.fold(issueChange(issue(2, { updated_at: at(41) })))
    vi.runAllTimers()
    expect(shown().map(({ number }) => number)).toEqual([2, 1])
  })

  test('an old word of it changes nothing', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const { folder, shown } = withIssues({ items: [issue(2, { updated_at: at(45) })] })
    expect(folder.fold(issueChange(issue(2, closed)))).toBe(false)
    vi.runAllTimers()
    expect(shown()).toMatchObject([{ state: 'open' }])
  })

  test('a label that is taken off, and a pull request that is merged', () => {
    vi.useFakeTimers()
    onTestFinished(() => void vi.useRealTimers())
    const bug = { name: 'bug', color: 'ff0000' }
    const labelled = withIssues({ params: { labels: 'bug' }, items: [issue(2, { labels: [bug] })] })
    labelled.folder.fold(issueChange(issue(2, { updated_at: at(40) })))
    const queryClient = new QueryClient()
    const key = pullRequestsQuery(repo).queryKey
    const pull = { ...issue(7), draft: false, merged_at: null } as unknown as PullRequest
    queryClient.setQueryData(key, { pages: [{ items: [pull], next: null }], pageParams: [null] })
    const merged = { ...pull, ...closed, merged_at: at(40) }
    createFolder(queryClient).fold(
      change('pull_request.updated', { action: 'closed', pull_request: merged, full_name: repo }),
    )
    vi.runAllTimers()
    expect(labelled.shown()).toEqual([])
    expect(queryClient.getQueryData(key)!.pages[0]!.items).toEqual([])
  })

  test('sorted by update, what moves comes first; past the end of what is loaded it leaves', () => {
    const sorted = withIssues({ params: { sort: 'updated' }, items: [issue(3), issue(2), issue(1)] })
    sorted.folder.fold(issueChange(issue(1, { updated_at: at(40) })))
    expect(sorted.shown().map(({ number }) => number)).toEqual([1, 3, 2])
    const ascending = withIssues({
      params: { sort: 'updated', direction: 'asc' },
      items: [issue(1), issue(2)],
      next: 'more',
    })
    ascending.folder.fold(issueChange(issue(1, { updated_at: at(40) })))
    expect(ascending.shown().map(({ number }) => number)).toEqual([2])
  })

  test('the head of a list that is loaded again takes away what the hub no longer tells of it', () => {
    const delivery = (id: string, minute: number) =>
      ({ id, event: 'push', state: 'pending', repository: repo, received_at: at(minute) }) as Delivery
    const queryClient = new QueryClient()
    const key = deliveriesQuery({ state: 'pending' }).queryKey as unknown as ListKey
    const items = [delivery('d', 4), delivery('c', 3), delivery('b', 2), delivery('a', 1)]
    queryClient.setQueryData(key, { pages: [{ items, next: null }], pageParams: [null] })
    const list = openList(queryClient, deliveries, key)
    list.mergeHead([delivery('e', 5), delivery('d', 4), delivery('b', 2)], false)
    const shown = () =>
      queryClient.getQueryData<{ pages: { items: Delivery[] }[] }>(key)!.pages[0]!.items.map(({ id }) => id)
    expect(shown()).toEqual(['e', 'd', 'b', 'a'])
    list.mergeHead([delivery('e', 5)], true)
    expect(shown()).toEqual(['e'])
  })
})

test('a push brings its commits, newest first, to the list of the default branch only', () => {
  const queryClient = new QueryClient()
  const key = commitsQuery(repo).queryKey
  queryClient.setQueryData(key, { pages: [{ items: [], next: null }], pageParams: [null] })
  queryClient.setQueryData(repositoryQuery(repo).queryKey, { default_branch: 'main' } as Repository)
  const commit = (sha: string, minute: number): Commit => ({
    sha,
    message: sha,
    author: { login: 'ada', name: 'Ada', avatar_url: null },
    authored_at: at(minute),
    committed_at: at(minute),
    parents: [],
    html_url: '',
  })
  const push = (branch: string, commits: Commit[]) =>
    change('push', {
      ref: `refs/heads/${branch}`,
      branch: null,
      deleted: false,
      forced: false,
      count: commits.length,
      commits,
      full_name: repo,
    })
  const folder = createFolder(queryClient)
  folder.fold(push('main', [commit('a', 1), commit('b', 2)]))
  folder.fold(push('topic', [commit('c', 3)]))
  const shown = queryClient.getQueryData(key)!.pages.flatMap((page) => page.items)
  expect(shown.map(({ sha }) => sha)).toEqual(['b', 'a'])
})

test('a change that is told again is listed once, in its place', () => {
  const queryClient = new QueryClient()
  const key = changesQuery().queryKey
  queryClient.setQueryData(key, { pages: [{ items: [], next: null }], pageParams: [null] })
  const folder = createFolder(queryClient)
  const told = [1, 2, 3].map((number) => issueChange(issue(number)))
  for (const each of [told[2]!, told[0]!, told[1]!, told[0]!]) folder.fold(each)
  const shown = queryClient.getQueryData(key)!.pages.flatMap((page) => page.items)
  expect(shown).toEqual(told.toReversed())
})

test('the next page is what the Link header says', () => {
  expect(nextCursor('<http://hub/api/v1/issues?limit=50&after=abc%3D>; rel="next"')).toBe('abc=')
  expect(nextCursor('<http://hub/a?after=x>; rel="prev", <http://hub/a?after=y>; rel="next"')).toBe('y')
  expect(nextCursor('<http://hub/a?after=x>; rel="prev"')).toBeNull()
  expect(nextCursor(null)).toBeNull()
})

describe('a kind of no special words', () => {
  const milestone = (number: number, updated: number): Milestone => ({
    id: 900 + number,
    number,
    title: `v${number}`,
    description: null,
    state: 'open',
    creator: null,
    open_issues: 0,
    closed_issues: 0,
    html_url: `https://github.com/${repo}/milestone/${number}`,
    due_on: null,
    created_at: at(0),
    updated_at: at(updated),
    closed_at: null,
  })

  test('comes into the lists of its repository, is replaced by what is newer only, and goes', () => {
    const queryClient = new QueryClient()
    const key = ['list', 'milestones', repo, { state: 'all' }]
    queryClient.setQueryData(key, { pages: [{ items: [milestone(1, 5)], next: null }], pageParams: [null] })
    const { fold } = createFolder(queryClient)
    const titles = () =>
      queryClient
        .getQueryData<{ pages: { items: Milestone[] }[] }>(key)!
        .pages.flatMap(({ items }) => items.map(({ title }) => title))
    const told = (item: Milestone) =>
      change('milestone.updated', { action: 'edited', milestone: item, full_name: repo })

    expect(fold(told(milestone(2, 1)))).toBe(true)
    expect(titles()).toEqual(['v2', 'v1'])
    fold(told({ ...milestone(1, 4), title: 'too old' }))
    expect(titles()).toEqual(['v2', 'v1'])
    fold(told({ ...milestone(1, 6), title: 'newer' }))
    expect(titles()).toEqual(['v2', 'newer'])
    fold(change('milestone.removed', { action: 'deleted', id: 902, full_name: repo }))
    expect(titles()).toEqual(['newer'])
    expect(tellChange(told(milestone(2, 1)))).toMatchObject({
      verb: 'edited milestone',
      subject: { label: 'v2' },
      where: { label: repo },
    })
  })

  test('is found below what it hangs under, and asks anew for lists that show something of it', async () => {
    const queryClient = new QueryClient()
    const sha = 'a'.repeat(40)
    const key = ['list', 'check_runs', `${repo}#${sha}`, {}]
    const pulls = ['list', 'pull_requests', repo, {}]
    queryClient.setQueryData(key, { pages: [{ items: [], next: null }], pageParams: [null] })
    queryClient.setQueryData(pulls, { pages: [{ items: [], next: null }], pageParams: [null] })
    const { fold } = createFolder(queryClient)
    const held = () => queryClient.getQueryData<{ pages: { items: CheckRun[] }[] }>(key)!.pages[0]!.items
    const told = (run: CheckRun) =>
      change('check_run.updated', { action: 'created', check_run: run, full_name: repo })

    expect(fold(told(checkRun(1, { head_sha: sha })))).toBe(true)
    fold(told(checkRun(2, { head_sha: 'b'.repeat(40) })))
    expect(held().map(({ id }) => id)).toEqual([1])
    await vi.waitFor(() => expect(queryClient.getQueryState(pulls)?.isInvalidated).toBe(true), 10_000)
    fold(change('check_run.removed', { action: 'deleted', id: 1, full_name: repo }))
    expect(held()).toEqual([])
  })

  test('is asked for anew when a sync may have filled its list', async () => {
    const queryClient = new QueryClient()
    const lists: unknown[][] = ['labels', 'milestones', 'issues', 'commits'].map((list) => [
      'list',
      list,
      repo,
      {},
    ])
    lists.push(['one', 'search-head', 'tide', []], ['one', 'search-values', 'author', 'jon', null])
    for (const key of lists)
      queryClient.setQueryData(key, { pages: [{ items: [], next: null }], pageParams: [null] })
    const { fold } = createFolder(queryClient)
    const progress = {
      resource: 'labels',
      state: 'done',
      done: 1,
      total: 1,
      error: null,
      set_aside: 0,
    } as const
    fold(change('sync.progress', { ...progress, full_name: repo }))
    for (const key of lists)
      await vi.waitFor(() => expect(queryClient.getQueryState(key)?.isInvalidated).toBe(true), 10_000)
  })
})

const checkRun = (id: number, more: Partial<CheckRun>): CheckRun => ({
  id,
  check_suite_id: null,
  head_sha: '',
  name: 'lint',
  status: 'queued',
  conclusion: null,
  app: 'CI',
  title: null,
  summary: null,
  annotations_count: 0,
  html_url: null,
  details_url: null,
  started_at: null,
  completed_at: null,
  ...more,
})
