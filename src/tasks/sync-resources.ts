import { coded } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import {
  type Listing,
  listActionsJobs,
  listActionsRuns,
  listActionsWorkflows,
  listBranches,
  listComments,
  listCommits,
  listIssues,
  listLabels,
  listPullRequests,
  listReviews,
} from '../github/readers.ts'
import { saveActionsJobs, saveActionsRuns, saveActionsWorkflows } from '../store/actions.ts'
import { replaceBranches } from '../store/branches.ts'
import { saveComments } from '../store/comments.ts'
import { saveCommits } from '../store/commits.ts'
import { saveIssues } from '../store/issues.ts'
import { replaceLabels } from '../store/labels.ts'
import { savePullRequests, setPullRequestComments } from '../store/pull-requests.ts'
import { recountOpen } from '../store/repositories.ts'
import { saveReviews } from '../store/reviews.ts'
import type { RepositoryRow } from '../store/schema.ts'
import type { Db } from '../store/store.ts'

export interface Reading {
  client: GithubClient
  repository: RepositoryRow
  page: number
  /** Only what changed after this is wanted; null: everything. */
  since: string | null
  signal: AbortSignal
}

/** One page, read and ready to be saved. */
export interface ReadPage {
  count: number
  next: number | null
  total: number | null
  save(tx: Db): Promise<void>
}

/** One kind of thing in a repository. */
export interface Resource {
  name: string
  /** Where the newest so many pages are enough for a first sync. */
  mostPages: number
  read(reading: Reading): Promise<ReadPage>
}

/** Nobody has a million issues; a server that says so is broken. */
const endless = 10_000

/**
 * What is in a repository, in the order in which it is read: what people look at first comes first, and pull
 * requests before issues, since the list of issues tells how many comments each has.
 */
export const resources: readonly Resource[] = [
  { name: 'branches', mostPages: 1, read: readBranches },
  { name: 'commits', mostPages: 100, read: readCommits },
  { name: 'pulls', mostPages: endless, read: readPulls },
  { name: 'issues', mostPages: endless, read: readIssues },
  { name: 'comments', mostPages: endless, read: readComments },
  { name: 'labels', mostPages: 1, read: readLabels },
  { name: 'actions_workflows', mostPages: endless, read: readWorkflows },
  { name: 'actions_runs', mostPages: 10, read: readRuns },
]

function at({ repository, page, signal }: Reading) {
  return { owner: repository.owner, repo: repository.name, page, signal }
}

/** Lists that are replaced as a whole, so that what vanished goes, are read to their end first. */
async function readToEnd<Page extends Listing<unknown>>(
  read: (page: number) => Promise<Page>,
): Promise<Page[]> {
  const pages = [await read(1)]
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null) {
    if (next > endless) throw coded('github_malformed', 'A list of GitHub does not end.')
    pages.push(await read(next))
  }
  return pages
}

async function readBranches(reading: Reading): Promise<ReadPage> {
  const pages = await readToEnd((page) => listBranches(reading.client, { ...at(reading), page }))
  const branches = pages.flatMap(({ items }) => items)
  const repositoryId = reading.repository.id
  // What was pushed after the first page was given may be missing in the list, but is known by its webhook.
  const asOf = pages[0]!.asOf
  return {
    ...whole(branches),
    save: (tx) => replaceBranches(tx, { repositoryId, branches, asOf }),
  }
}

async function readLabels(reading: Reading): Promise<ReadPage> {
  const pages = await readToEnd((page) => listLabels(reading.client, { ...at(reading), page }))
  const labels = pages.flatMap(({ items }) => items)
  return {
    ...whole(labels),
    save: (tx) => replaceLabels(tx, { repositoryId: reading.repository.id, labels }),
  }
}

function whole(items: readonly unknown[]) {
  return { count: items.length, next: null, total: items.length }
}

/** A merge brings commits that are older than itself, so a later sync looks back further than the last one. */
const branchLife = 30 * 24 * 3_600_000

async function readCommits(reading: Reading): Promise<ReadPage> {
  const { client, repository, since } = reading
  const page = await listCommits(client, {
    ...at(reading),
    sha: repository.default_branch,
    since: since && new Date(Date.parse(since) - branchLife).toISOString(),
  })
  return {
    ...progressOf(page),
    save: (tx) => saveCommits(tx, { repositoryId: repository.id, commits: page.items }),
  }
}

/** GitHub lists reviews only by pull request: they are read for the open ones, each page with its own. */
async function readPulls(reading: Reading): Promise<ReadPage> {
  const { client, since } = reading
  const repositoryId = reading.repository.id
  const page = await listPullRequests(client, { ...at(reading), repositoryId })
  const pulls = page.items.filter(({ updated_at }) => since === null || updated_at >= since)
  const open = pulls.filter(({ state }) => state === 'open')
  const reviews = await Promise.all(
    open.map(({ number }) => listReviews(client, { ...at(reading), page: 1, pull_number: number })),
  )
  return {
    ...progressOf(page),
    count: pulls.length,
    next: pulls.length < page.items.length ? null : page.next,
    async save(tx) {
      await savePullRequests(tx, pulls)
      await saveReviews(tx, { repositoryId, reviews: reviews.flatMap(({ items }) => items) })
      await recountOpen(tx, repositoryId)
    },
  }
}

async function readIssues(reading: Reading): Promise<ReadPage> {
  const { client, since } = reading
  const repositoryId = reading.repository.id
  const page = await listIssues(client, { ...at(reading), repositoryId, since })
  return {
    ...progressOf(page),
    async save(tx) {
      await saveIssues(
        tx,
        page.items.flatMap((item) => ('issue' in item ? [item.issue] : [])),
      )
      for (const item of page.items) {
        if ('pullRequest' in item) await setPullRequestComments(tx, { repositoryId, ...item.pullRequest })
      }
      await recountOpen(tx, repositoryId)
    },
  }
}

async function readComments(reading: Reading): Promise<ReadPage> {
  const page = await listComments(reading.client, { ...at(reading), since: reading.since })
  return {
    ...progressOf(page),
    save: (tx) => saveComments(tx, { repositoryId: reading.repository.id, comments: page.items }),
  }
}

async function readWorkflows(reading: Reading): Promise<ReadPage> {
  const page = await listActionsWorkflows(reading.client, at(reading))
  return {
    ...progressOf(page),
    save: (tx) => saveActionsWorkflows(tx, { repositoryId: reading.repository.id, workflows: page.items }),
  }
}

/** Jobs cost a request for each run: they are read for what is going on, and for the runs that people open first. */
const runsWithJobs = 20

async function readRuns(reading: Reading): Promise<ReadPage> {
  const { client, since } = reading
  const repositoryId = reading.repository.id
  const page = await listActionsRuns(client, { ...at(reading), repositoryId })
  const runs = page.items.filter(({ updated_at }) => since === null || updated_at >= since)
  const shown = runs.filter(
    ({ status }, index) => status !== 'completed' || (reading.page === 1 && index < runsWithJobs),
  )
  const jobs = await Promise.all(
    shown.map(({ id }) => listActionsJobs(client, { ...at(reading), page: 1, run_id: id })),
  )
  return {
    ...progressOf(page),
    count: runs.length,
    next: runs.length < page.items.length ? null : page.next,
    async save(tx) {
      await saveActionsRuns(tx, runs)
      await saveActionsJobs(tx, { repositoryId, jobs: jobs.flatMap(({ items }) => items) })
    },
  }
}

function progressOf({ items, next, total }: Listing<unknown>) {
  return { count: items.length, next, total }
}
