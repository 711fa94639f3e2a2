import { expect } from 'vitest'
import type { SearchCounts, SearchHit } from '../../contract/search/answers.ts'
import type { Kind } from '../../src/mirror/kind.ts'
import { type ItemOf, kinds } from '../../src/mirror/kinds.ts'
import { saveListed } from '../../src/store/mirror.ts'
import type { Db, Store } from '../../src/store/store.ts'
import { at, seedRepository } from './seed-mirror.ts'
import { openTestApp, type SignedIn } from './test-app.ts'

type IssueFacts = ItemOf<'issue'>
type PullFacts = ItemOf<'pull_request'>

export const someone = (login: string) => ({ login, avatar_url: null })
export const timeOf = (number: number) => new Date(Date.parse(at) + number * 3_600_000).toISOString()

/** An issue of a repository, as the mirror keeps it. */
export function issueOf(repositoryId: number, number: number, rest: Partial<IssueFacts> = {}): IssueFacts {
  return {
    id: repositoryId * 1000 + number,
    node_id: '',
    repository_id: repositoryId,
    number,
    title: `Issue ${number}`,
    body: null,
    state: 'open',
    state_reason: null,
    user: someone('octocat'),
    labels: [],
    assignees: [],
    milestone: null,
    type: null,
    locked: false,
    pinned: false,
    sub_issues: null,
    parent: null,
    dependencies: null,
    reactions: null,
    comments: 0,
    html_url: '',
    created_at: timeOf(number),
    updated_at: timeOf(number),
    closed_at: null,
    ...rest,
  }
}

/** A pull request of a repository, as the mirror keeps it. */
export function pullOf(repositoryId: number, number: number, rest: Partial<PullFacts> = {}): PullFacts {
  const {
    state_reason: _,
    type: __,
    pinned: ___,
    sub_issues: ____,
    parent: _____,
    dependencies: ______,
    ...conversation
  } = issueOf(repositoryId, number)
  return {
    ...conversation,
    mergeable_state: null,
    requested_teams: [],
    auto_merge: null,
    merged_by: null,
    additions: null,
    deletions: null,
    changed_files: null,
    draft: false,
    merged_at: null,
    told_at: null,
    head: { ref: 'topic', sha: 'b'.repeat(40) },
    base: { ref: 'main' },
    requested_reviewers: [],
    ...rest,
  }
}

export const label = (name: string) => ({ name, color: 'd73a4a', description: null })
export const saveIssues = (tx: Db, repositoryId: number, items: IssueFacts[]) =>
  saveListed(tx, kinds.issue as Kind<object>, { repositoryId, items })
export const savePulls = (tx: Db, repositoryId: number, items: PullFacts[]) =>
  saveListed(tx, kinds.pull_request as Kind<object>, { repositoryId, items })

/** A hub in which Ada reads 1 (private) and 2, Bob only 2, and what they ask of its search. */
export async function openSearchingHub(dialect: Store['dialect']) {
  const hub = await openTestApp({ dialect })
  const ada = await hub.signIn({ login: 'ada' })
  const bob = await hub.signIn({ login: 'bob' })
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/secret', readers: [ada.userId] })
    await seedRepository(tx, {
      id: 2,
      fullName: 'other/site',
      readers: [ada.userId, bob.userId],
      private: false,
    })
  })
  const get = async <T>(as: SignedIn, url: string): Promise<T> => {
    const answer = await hub.ask({ method: 'GET', url: `/api/v1${url}`, as })
    expect(answer.statusCode, answer.body).toBe(200)
    return answer.json<T>()
  }
  /** What a search finds, as `owner/name#number`, in its order. */
  const find = async (as: SignedIn, q: string, type = 'issues') => {
    const hits = await get<SearchHit[]>(as, `/search?type=${type}&limit=100&q=${encodeURIComponent(q)}`)
    return hits.map(({ item }) => nameOf(item as Named))
  }
  const list = async (as: SignedIn, path: string, q: string) => {
    const items = await get<Named[]>(as, `${path}?limit=100&q=${encodeURIComponent(q)}`)
    return items.map(nameOf)
  }
  const count = async (as: SignedIn, q: string) => {
    const { counts } = await get<SearchCounts>(as, `/search/counts?q=${encodeURIComponent(q)}`)
    return Object.fromEntries(counts.filter(({ count }) => count > 0).map(({ type, count }) => [type, count]))
  }
  return { ...hub, ada, bob, get, find, list, count }
}

export interface Named {
  repository?: string
  number?: number
  id?: number
  sha?: string
  login?: string
  full_name?: string
  name?: string
}
/** A thing that was found, as `owner/name#number`. */
export function nameOf({ repository, number, sha, login, full_name, id, name }: Named): string {
  if (repository) return `${repository}#${number ?? sha?.slice(0, 4) ?? id}`
  return login ?? full_name ?? name ?? ''
}
