import type { Kind } from '../../src/mirror/kind.ts'
import { kinds } from '../../src/mirror/kinds.ts'
import type { Page, PageRequest } from '../../src/store/keyset.ts'
import { listItems } from '../../src/store/plain-lists.ts'
import type { Db } from '../../src/store/store.ts'
import {
  exampleOf,
  type GithubServer,
  issueOf,
  type PlantedRepository,
  pictureOf,
  plantRepository,
  startGithubServer,
} from './github-server.ts'
import { type dialects, openTempStore } from './temp-store.ts'
import { startTestMirror, type TestMirror } from './test-mirror.ts'

export interface Connected extends TestMirror, AsyncDisposable {
  github: GithubServer
  userId: string
}

type Dialect = (typeof dialects)[number]

/** A hub with one person at a GitHub that has nothing yet. */
export async function connect(
  options: {
    dialect?: Dialect
    webhook?: { url: string; secret: string }
    patience?: { timeoutMs: number; maxBytes: number }
  } = {},
): Promise<Connected> {
  const github = await startGithubServer()
  const store = await openTempStore(options.dialect)
  const { webhook = null, patience } = options
  const mirror = await startTestMirror({ store, url: github.url, webhook, ...(patience && { patience }) })
  github.people.set('mona', { id: 1, login: 'mona' })
  const userId = await mirror.addUser({ githubId: 1, login: 'mona', token: 'mona' })
  return {
    ...mirror,
    github,
    userId,
    async [Symbol.asyncDispose]() {
      await mirror.stop()
      await github[Symbol.asyncDispose]()
      await store.close()
    },
  }
}

/** Reads all pages of a list, small ones, so that every key is used. */
export async function all<T>(list: (page: PageRequest) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = []
  let after: PageRequest['after']
  do {
    const page = await list({ limit: 7, after })
    items.push(...page.items)
    after = page.next ?? undefined
  } while (after)
  return items
}

export const time = (day: number) => new Date(Date.UTC(2026, 0, day)).toISOString()

export function commitOf(index: number) {
  const at = time(index + 1)
  const person = { name: 'Mona', email: 'mona@github.example', date: at }
  return {
    sha: `sha${String(index).padStart(4, '0')}`,
    commit: { message: `Commit ${index}`, author: person, committer: person },
    author: index % 2 ? { login: 'mona', id: 1, avatar_url: pictureOf('mona') } : null,
    parents: index ? [{ sha: `sha${String(index - 1).padStart(4, '0')}` }] : [],
    html_url: 'https://github.example/commit',
  }
}

/** A repository with something of every kind, more than a page of issues, comments and commits. */
export function plantFull(
  id: number,
  name: string,
  rights: Record<string, 'admin' | 'pull'>,
): PlantedRepository {
  const planted = plantRepository({ id, name, private: true }, rights)
  const newestFirst = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, i) => make(count - 1 - i))
  planted.branches = newestFirst(103, (index) => ({
    name: index === 0 ? 'main' : `topic-${index}`,
    commit: { sha: `sha${index}`, url: '' },
    protected: index === 0,
  }))
  planted.commits = newestFirst(120, commitOf)
  planted.issues = newestFirst(230, (index) =>
    issueOf(index + 1, {
      state: index % 3 ? 'open' : 'closed',
      labels: [{ id: 1, name: index % 2 ? 'Bug' : '100% done', color: 'ff0000' }],
    }),
  )
  const pull = exampleOf('pull_request', 'pull_request')
  const { comments: _, ...listedPull } = pull
  planted.pulls = newestFirst(3, (index) => ({
    ...listedPull,
    id: 5000 + index,
    number: 301 + index,
    title: `Pull request ${index}`,
    state: index ? 'open' : 'closed',
    updated_at: time(index + 1),
  }))
  const submitted = exampleOf('pull_request_review', 'review')
  const { submitted_at: _submitted, ...pending } = submitted
  planted.reviews.set(302, [
    { ...submitted, id: id * 10 + 1, state: 'APPROVED', body: '', submitted_at: time(3) },
    // One that is still being written has no time.
    { ...pending, id: id * 10 + 2, state: 'PENDING', body: '' },
  ])
  // GitHub lists pull requests among the issues, and only there with their number of comments.
  planted.issues.unshift(issueOf(302, { comments: 17, pull_request: { url: 'x' }, updated_at: time(2) }))
  planted.comments = newestFirst(105, (index) => ({
    ...exampleOf('issue_comment', 'comment'),
    id: id * 1000 + index,
    body: `Comment ${index}`,
    issue_url: `https://api.github.example/repos/acme/${name}/issues/${index === 0 ? 302 : 1}`,
  }))
  planted.labels = [{ id: 1, name: 'Bug', color: 'ff0000', description: 'Not right' }]
  const { workflow, workflow_run } = {
    workflow: exampleOf('workflow_run', 'workflow'),
    workflow_run: exampleOf('workflow_run', 'workflow_run'),
  }
  planted.workflows = [{ ...workflow, id: id * 10 }]
  planted.runs = newestFirst(130, (index) => ({
    ...workflow_run,
    id: id * 1000 + index,
    run_number: index + 1,
    created_at: time(index + 1),
    updated_at: time(index + 1),
  }))
  planted.jobs.set(id * 1000 + 129, [
    { ...exampleOf('workflow_job', 'workflow_job'), id: id * 10 + 1, run_id: id * 1000 + 129 },
  ])
  return planted
}

export const listLabels = (db: Db, of: { userId: string; repositoryId: number; limit: number }) =>
  listItems(db, kinds.label as Kind<object>, { ...of, direction: 'asc' })
