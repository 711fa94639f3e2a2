import { placeOfComment } from './comment-place.ts'
import type { CommitRow, GithubRows } from './emulate-rows.ts'
import { organisation } from './people.ts'

/** A webhook's payload, as far as it is read here. */
export interface HookPayload {
  action?: string
  repository: { id: number; full_name: string; default_branch: string; html_url: string }
  sender: { login: string } | null
  ref?: string
  before?: string
  after?: string
  commits?: PushedCommit[]
  issue?: { id: number; number: number; comments: number; html_url: string; url: string; head?: unknown }
  pull_request?: {
    number: number
    merged: boolean
    merge_commit_sha: string | null
    base: { ref: string; sha: string }
    head: { ref: string; sha: string }
  }
  comment?: { id: number }
  workflow_run?: { id: number; workflow_id: number; head_sha: string }
  workflow_job?: { id: number }
  [field: string]: unknown
}

interface PushedCommit {
  id: string
  message: string
  author: { name: string; email: string }
}

export interface Hook {
  event: string
  action: string | undefined
  payload: HookPayload
}

export const NO_COMMIT = '0'.repeat(40)

/** A commit as the payload of a push lists it. */
export function pushedCommit(commit: CommitRow) {
  return {
    id: commit.sha,
    message: commit.message,
    timestamp: commit.committer_date,
    author: { name: commit.author_name, email: commit.author_email },
    added: [],
    removed: [],
    modified: [],
  }
}

/** Adds to a payload of emulate what GitHub's has; the event itself may turn out to be another. */
export function completePayload({ event, action, payload: given }: Hook, rows: GithubRows): Hook {
  const org = rows.orgs.findOneBy('login', organisation.login)
  const payload: HookPayload = {
    ...(action && { action }),
    ...given,
    organization: { id: org?.id, node_id: org?.node_id, login: org?.login, description: org?.description },
  }
  const { issue, pull_request } = payload
  if (event === 'issues' && issue && 'head' in issue) {
    // emulate labels a pull request as an issue, with the pull request where the issue belongs
    const { issue: pull, ...rest } = payload
    const turned = { ...rest, number: issue.number, pull_request: pull as HookPayload['pull_request'] }
    return { event: 'pull_request', action, payload: turned as HookPayload }
  }
  if (event === 'pull_request' && pull_request) payload.number = pull_request.number
  if (event === 'push') Object.assign(payload, completedPush(payload, rows))
  if (event === 'create') payload.ref = payload.ref?.replace(/^refs\/(heads|tags)\//, '')
  if (event === 'issue_comment' && issue) payload.issue = completedIssue(issue, rows)
  const said = event === 'pull_request_review_comment' && rows.comments.get(payload.comment?.id ?? 0)
  if (said) payload.comment = { ...payload.comment, ...placeOfComment(rows, said), id: said.id }
  if (payload.workflow_job) {
    payload.workflow_job = ofItsAttempt(rows, payload.workflow_job, payload.repository.html_url)
  }
  if (event === 'workflow_run' && payload.workflow_run) {
    payload.workflow_run = titledByCommit(rows, payload.workflow_run)
    const workflow = rows.workflows.get(payload.workflow_run.workflow_id)
    const { html_url, default_branch } = payload.repository
    payload.workflow = workflow && {
      ...workflow,
      repo_id: undefined,
      html_url: `${html_url}/blob/${default_branch}/${workflow.path}`,
    }
  }
  return { event, action, payload }
}

function completedPush(
  { ref, before, after, commits = [], repository, sender }: HookPayload,
  rows: GithubRows,
) {
  const pusher = rows.users.findOneBy('login', sender?.login ?? '')
  const completed = commits.map((commit) => {
    const author = rows.users.all().find((user) => user.email === commit.author.email)
    return {
      ...commit,
      tree_id: rows.commits.findOneBy('sha', commit.id)?.tree_sha,
      distinct: true,
      url: `${repository.html_url}/commit/${commit.id}`,
      author: { ...commit.author, username: author?.login },
      committer: { ...commit.author, username: author?.login },
    }
  })
  return {
    commits: completed,
    head_commit: completed.at(-1) ?? null,
    pusher: { name: pusher?.login, email: pusher?.email },
    created: before === NO_COMMIT,
    deleted: after === NO_COMMIT,
    forced: false,
    base_ref: null,
    compare: `${repository.html_url}/compare/${before?.slice(0, 12)}...${after?.slice(0, 12)}`,
    ref,
  }
}

/** The comment counts already, and a pull request says that it is one. */
function completedIssue(issue: NonNullable<HookPayload['issue']>, rows: GithubRows) {
  const row = rows.issues.get(issue.id)
  const pulls = row?.is_pull_request && {
    pull_request: {
      url: issue.url.replace('/issues/', '/pulls/'),
      html_url: issue.html_url.replace('/issues/', '/pull/'),
    },
  }
  return { ...issue, comments: row?.comments ?? issue.comments, ...pulls }
}

/** An Actions run titled as GitHub does, by the commit that it runs on, not by its workflow. */
export function titledByCommit<T extends { head_sha?: unknown }>(rows: GithubRows, run: T): T {
  const commit = rows.commits.findOneBy('sha', String(run.head_sha))
  if (!commit) return run
  return {
    ...run,
    display_title: commit.message.split('\n')[0],
    head_commit: {
      id: commit.sha,
      tree_id: commit.tree_sha,
      message: commit.message,
      timestamp: commit.committer_date,
      author: { name: commit.author_name, email: commit.author_email },
      committer: { name: commit.committer_name, email: commit.committer_email },
    },
  }
}

/** A job with the attempt that it belongs to and a page of its own, which emulate's have not. */
export function ofItsAttempt<T extends { id?: unknown }>(rows: GithubRows, job: T, web: string): T {
  const row = rows.jobs.get(Number(job.id))
  if (!row) return job
  return {
    ...job,
    run_attempt: row.run_attempt,
    html_url: `${web}/actions/runs/${row.run_id}/job/${row.id}`,
    workflow_name: rows.workflowRuns.get(row.run_id)?.name,
  }
}
