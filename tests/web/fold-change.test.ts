import { QueryClient } from '@tanstack/react-query'
import { describe, expect, test } from 'vitest'
import type { ChangeData, ChangeKind } from '../../contract/changes.ts'
import type { Change } from '../../contract/live.ts'
import type { Commit, Issue, Repository } from '../../contract/mirror.ts'
import { nextCursor, type Query } from '../../web/src/data/api.ts'
import { createFolder } from '../../web/src/data/fold-change.ts'
import {
  changesQuery,
  commitsQuery,
  issueQuery,
  issuesQuery,
  repositoryQuery,
} from '../../web/src/data/queries.ts'

const repo = 'harborline/quay'
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()

const issue = (number: number, more: Partial<Issue> = {}): Issue => ({
  id: number,
  repository_id: 1,
  number,
  title: `Issue ${number}`,
  state: 'open',
  state_reason: null,
  user: null,
  labels: [],
  assignees: [],
  milestone: null,
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
