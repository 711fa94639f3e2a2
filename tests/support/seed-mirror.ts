import { saveAccess } from '../../src/store/access.ts'
import { saveActionsJobs, saveActionsRuns, saveActionsWorkflows } from '../../src/store/actions.ts'
import { saveBranch } from '../../src/store/branches.ts'
import { saveComments } from '../../src/store/comments.ts'
import { saveCommits } from '../../src/store/commits.ts'
import { saveIssues } from '../../src/store/issues.ts'
import { replaceLabels } from '../../src/store/labels.ts'
import { savePullRequests } from '../../src/store/pull-requests.ts'
import { saveRepository } from '../../src/store/repositories.ts'
import { saveReviews } from '../../src/store/reviews.ts'
import type { Db } from '../../src/store/store.ts'

export const at = '2026-01-02T03:04:05.000Z'
const person = { login: 'octocat', avatar_url: null }
const url = (fullName: string, path = '') => `https://github.example/${fullName}${path}`

/** Puts a repository into the mirror, private unless told otherwise, that these users may read. */
export async function seedRepository(
  tx: Db,
  repository: { id: number; fullName: string; readers: readonly string[]; private?: boolean },
): Promise<void> {
  const { id, fullName, readers } = repository
  const [owner = '', name = ''] = fullName.split('/')
  const facts = {
    id,
    owner,
    name,
    full_name: fullName,
    private: repository.private ?? true,
    fork: false,
    archived: false,
    description: 'A repository of tests',
    default_branch: 'main',
    language: 'TypeScript',
    topics: ['tests'],
    stargazers_count: 3,
    forks_count: 1,
    html_url: url(fullName),
    created_at: at,
    updated_at: at,
    pushed_at: at,
  }
  const now = Date.parse(at)
  await saveRepository(tx, facts, { revive: true })
  for (const user_id of readers) {
    await saveAccess(tx, [{ user_id, repository_id: id, permission: 'push', synced_at: now }])
  }
}

/** Puts an issue into a repository of the mirror. */
export async function seedIssue(
  tx: Db,
  issue: {
    repositoryId: number
    number: number
    title?: string
    state?: 'open' | 'closed'
    labels?: string[]
  },
): Promise<void> {
  const { repositoryId, number, title = `Issue ${number}`, state = 'open', labels = [] } = issue
  const created_at = new Date(Date.parse(at) + number * 1000).toISOString()
  await saveIssues(tx, [
    {
      id: repositoryId * 1000 + number,
      repository_id: repositoryId,
      number,
      title,
      body: `Text of ${title}`,
      state,
      state_reason: null,
      user: person,
      labels: labels.map((name) => ({ name, color: 'd73a4a' })),
      assignees: [],
      milestone: null,
      comments: 0,
      html_url: url(`issues/${number}`),
      created_at,
      updated_at: created_at,
      closed_at: state === 'closed' ? created_at : null,
    },
  ])
}

/** The numbers and ids of what `seedContents` makes. */
export const seeded = { issue: 1, pull: 2, actionsRun: 7001, actionsJob: 8001 }

/** Puts one of everything that the mirror keeps into a repository. */
export async function seedContents(
  tx: Db,
  { repositoryId, fullName }: { repositoryId: number; fullName: string },
) {
  const id = repositoryId * 1000
  await saveBranch(tx, {
    repositoryId,
    branch: { name: 'main', sha: 'a'.repeat(40), protected: true, updated_at: at },
  })
  const author = { login: 'octocat', name: 'Octo Cat', avatar_url: null }
  const commit = {
    sha: 'a'.repeat(40),
    message: 'Begin',
    author,
    author_email: 'octocat@github.example',
    authored_at: at,
    committed_at: at,
    parents: [],
    html_url: url(fullName, '/commit/a'),
  }
  await saveCommits(tx, { repositoryId, commits: [commit] })
  await replaceLabels(tx, {
    repositoryId,
    labels: [{ id, name: 'bug', color: 'd73a4a', description: 'Broken' }],
  })
  await seedIssue(tx, { repositoryId, number: seeded.issue, labels: ['bug'] })
  await savePullRequests(tx, [
    {
      id: id + seeded.pull,
      repository_id: repositoryId,
      number: seeded.pull,
      title: 'Add a thing',
      body: 'It adds a thing',
      state: 'open',
      draft: false,
      merged_at: null,
      user: person,
      head: { ref: 'thing', sha: 'b'.repeat(40) },
      base: { ref: 'main' },
      labels: [],
      assignees: [person],
      requested_reviewers: [],
      comments: 1,
      html_url: url(fullName, '/pull/2'),
      created_at: at,
      updated_at: at,
      closed_at: null,
    },
  ])
  const comments = [seeded.issue, seeded.pull].map((issue_number) => ({
    id: id + issue_number,
    issue_number,
    user: person,
    body: 'Well said',
    html_url: url(fullName, `/issues/${issue_number}#issuecomment`),
    created_at: at,
    updated_at: at,
  }))
  await saveComments(tx, { repositoryId, comments })
  const review = {
    id: id + 3,
    pull_number: seeded.pull,
    user: person,
    state: 'APPROVED',
    body: null,
    html_url: url(fullName, '/pull/2#review'),
    submitted_at: at,
  }
  await saveReviews(tx, { repositoryId, reviews: [review] })
  const workflow = { id: id + 4, name: 'CI', path: '.github/workflows/ci.yml', state: 'active' }
  await saveActionsWorkflows(tx, {
    repositoryId,
    workflows: [{ ...workflow, html_url: url(fullName, '/actions'), updated_at: at }],
  })
  await saveActionsRuns(tx, [
    {
      id: seeded.actionsRun,
      repository_id: repositoryId,
      workflow_id: workflow.id,
      name: 'CI',
      display_title: 'Begin',
      event: 'push',
      status: 'completed',
      conclusion: 'success',
      head_branch: 'main',
      head_sha: 'a'.repeat(40),
      run_number: 1,
      run_attempt: 1,
      actor: person,
      html_url: url(fullName, '/actions/runs/7001'),
      created_at: at,
      updated_at: at,
      run_started_at: at,
    },
  ])
  const job = { id: seeded.actionsJob, run_id: seeded.actionsRun, run_attempt: 1, name: 'test' }
  const steps = [
    { name: 'Run', number: 1, status: 'completed', conclusion: 'success', started_at: at, completed_at: at },
  ]
  await saveActionsJobs(tx, {
    repositoryId,
    jobs: [
      {
        ...job,
        status: 'completed',
        conclusion: 'success',
        steps,
        started_at: at,
        completed_at: at,
        html_url: url(fullName, '/actions/jobs/8001'),
      },
    ],
  })
}
