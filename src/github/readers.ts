import type {
  ActionsJob,
  ActionsRun,
  ActionsWorkflow,
  Branch,
  Comment,
  Repository,
  Review,
} from '../../contract/mirror.ts'
import type { CommitFacts, LabelFacts, PullRequestFacts, RepositoryFacts } from '../domain/mirror/facts.ts'
import { type Fields, fieldsOf, integerIn, objectsIn, timeIn } from '../domain/mirror/fields.ts'
import { readActionsJob, readActionsRun, readActionsWorkflow } from '../domain/mirror/read-actions.ts'
import { readCommit } from '../domain/mirror/read-commit.ts'
import {
  isPullRequest,
  readComment,
  readIssue,
  readPullRequest,
  readRepositoryLabel,
  readReview,
} from '../domain/mirror/read-issue.ts'
import { readBranch, readPermission, readRepository } from '../domain/mirror/read-repository.ts'
import { coded } from '../errors.ts'
import type { GithubClient } from './create-client.ts'

/** One page of a list of GitHub, parsed. */
export interface Listing<T> {
  items: T[]
  /** The next page, or null after the last. Only its number is taken from GitHub, never an address. */
  next: number | null
  /** How many there are in all, at most, where GitHub lets that be known. */
  total: number | null
}

/** Where and how to read: one page of a repository's list. */
export interface PageOf {
  owner: string
  repo: string
  page: number
  signal: AbortSignal
}

/** The largest page that GitHub gives. */
const per_page = 100

export type ReadableRepository = { repository: RepositoryFacts; permission: Repository['permission'] }

/** The repositories that the user owns, works on, or reads through an organisation. In an order that stays. */
export async function listRepositories(
  client: GithubClient,
  { page, signal }: Pick<PageOf, 'page' | 'signal'>,
): Promise<Listing<ReadableRepository>> {
  const answer = await client.request('GET /user/repos', {
    per_page,
    page,
    sort: 'full_name',
    request: { signal },
  })
  return listing(answer, page, readReadable)
}

/** One repository by its id, as the user sees it; throws `github_not_found` when not at all. */
export async function getRepository(
  client: GithubClient,
  { id, signal }: { id: number; signal: AbortSignal },
): Promise<ReadableRepository> {
  const { data } = await client.request('GET /repositories/{id}', { id, request: { signal } })
  return readReadable(fieldsOf(data, 'repository'))
}

function readReadable(repository: Fields): ReadableRepository {
  return { repository: readRepository(repository), permission: readPermission(repository) }
}

/** All branches, and when that was so by GitHub's own clock: a push may be later than this answer. */
export async function listBranches(
  client: GithubClient,
  at: PageOf,
): Promise<Listing<Branch> & { asOf: string }> {
  const answer = await client.request('GET /repos/{owner}/{repo}/branches', paging(at))
  const asOf = timeIn(fieldsOf(answer.headers, 'headers'), 'date')
  return { ...listing(answer, at.page, (branch) => readBranch(branch, asOf)), asOf }
}

/** The commits of a branch, newest first, optionally of a time after `since`. */
export async function listCommits(
  client: GithubClient,
  { sha, since, ...at }: PageOf & { sha: string; since: string | null },
): Promise<Listing<CommitFacts>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/commits', {
    ...paging(at),
    sha,
    ...(since ? { since } : {}),
  })
  return listing(answer, at.page, readCommit)
}

/** All pull requests, the last changed first. */
export async function listPullRequests(
  client: GithubClient,
  { repositoryId, ...at }: PageOf & { repositoryId: number },
): Promise<Listing<PullRequestFacts>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/pulls', {
    ...paging(at),
    state: 'all',
    sort: 'updated',
    direction: 'desc',
  })
  return listing(answer, at.page, (pull) => readPullRequest(pull, repositoryId))
}

/** The reviews of one pull request: its first hundred. */
export async function listReviews(
  client: GithubClient,
  { pull_number, ...at }: PageOf & { pull_number: number },
): Promise<Listing<Review>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews', {
    ...paging(at),
    pull_number,
  })
  const page = listing(answer, at.page, (review) => readReview(review, pull_number))
  return { ...page, items: page.items.filter((review) => review !== null) }
}

/** An entry of a list of issues: pull requests are in it too, and only there GitHub counts their comments. */
export type ListedIssue =
  | { issue: ReturnType<typeof readIssue> }
  | { pullRequest: { number: number; comments: number } }

/** All issues, the last changed first, optionally those that changed after `since`. */
export async function listIssues(
  client: GithubClient,
  { repositoryId, since, ...at }: PageOf & { repositoryId: number; since: string | null },
): Promise<Listing<ListedIssue>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/issues', {
    ...paging(at),
    state: 'all',
    sort: 'updated',
    direction: 'desc',
    ...(since ? { since } : {}),
  })
  return listing(answer, at.page, (item) =>
    isPullRequest(item)
      ? { pullRequest: { number: integerIn(item, 'number'), comments: integerIn(item, 'comments') } }
      : { issue: readIssue(item, repositoryId) },
  )
}

/** The comments of all issues and pull requests, the last changed first, optionally after `since`. */
export async function listComments(
  client: GithubClient,
  { since, ...at }: PageOf & { since: string | null },
): Promise<Listing<Comment>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/issues/comments', {
    ...paging(at),
    sort: 'updated',
    direction: 'desc',
    ...(since ? { since } : {}),
  })
  return listing(answer, at.page, (comment) => readComment(comment))
}

/** All labels. */
export async function listLabels(client: GithubClient, at: PageOf): Promise<Listing<LabelFacts>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/labels', paging(at))
  return listing(answer, at.page, readRepositoryLabel)
}

/** The workflows of GitHub Actions. */
export async function listActionsWorkflows(
  client: GithubClient,
  at: PageOf,
): Promise<Listing<ActionsWorkflow>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/actions/workflows', paging(at))
  return listing(answer, at.page, readActionsWorkflow, 'workflows')
}

/** The runs of GitHub Actions, newest first. */
export async function listActionsRuns(
  client: GithubClient,
  { repositoryId, ...at }: PageOf & { repositoryId: number },
): Promise<Listing<ActionsRun>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/actions/runs', paging(at))
  return listing(answer, at.page, (run) => readActionsRun(run, repositoryId), 'workflow_runs')
}

/** The jobs of the last attempt of a run: its first hundred. */
export async function listActionsJobs(
  client: GithubClient,
  { run_id, ...at }: PageOf & { run_id: number },
): Promise<Listing<ActionsJob>> {
  const answer = await client.request('GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs', {
    ...paging(at),
    run_id,
  })
  return listing(answer, at.page, readActionsJob, 'jobs')
}

function paging({ owner, repo, page, signal }: PageOf) {
  return { owner, repo, page, per_page, request: { signal } }
}

interface Answer {
  data: unknown
  headers: { link?: string | undefined }
}

/** Reads a page; the lists of Actions are wrapped in an object that also counts. */
function listing<T>(answer: Answer, page: number, read: (item: Fields) => T, wrappedAs?: string): Listing<T> {
  const name = wrappedAs ?? 'list'
  const fields = fieldsOf(wrappedAs === undefined ? { list: answer.data } : answer.data, '')
  if (!Array.isArray(fields.values[name])) {
    throw coded('github_malformed', `GitHub sent no ${name} where it documents one.`)
  }
  const items = objectsIn(fields, name).map(read)
  const { hasNext, last } = linksOf(answer.headers.link)
  const seen = (page - 1) * per_page + items.length
  const counted = hasNext ? (last === undefined ? null : last * per_page) : seen
  return {
    items,
    next: hasNext && items.length > 0 ? page + 1 : null,
    total: wrappedAs === undefined ? counted : integerIn(fields, 'total_count'),
  }
}

/** What a `Link` header tells. https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api */
function linksOf(header = ''): { hasNext: boolean; last: number | undefined } {
  const last = /<[^>]*[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(header)?.[1]
  return { hasNext: /;\s*rel="next"/.test(header), last: last === undefined ? undefined : Number(last) }
}
