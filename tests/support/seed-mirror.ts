import { type ItemOf, kinds } from '../../src/mirror/kinds.ts'
import { saveAccess } from '../../src/store/access.ts'
import { saveListed } from '../../src/store/mirror.ts'
import { recountOpen } from '../../src/store/open-counts.ts'
import { saveRepository } from '../../src/store/repositories.ts'
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
    visibility: 'private',
    homepage: null,
    license: 'MIT',
    is_template: false,
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
  const item: ItemOf<'issue'> = {
    id: repositoryId * 1000 + number,
    node_id: `I_${number}`,
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
    type: null,
    locked: false,
    pinned: false,
    sub_issues: { total: 0, completed: 0 },
    parent: '',
    dependencies: { blocked_by: 0, blocking: 0 },
    reactions: {},
    comments: 0,
    html_url: url(`issues/${number}`),
    created_at,
    updated_at: created_at,
    closed_at: state === 'closed' ? created_at : null,
  }
  await saveListed(tx, kinds.issue, { repositoryId, items: [item] })
  await recountOpen(tx, repositoryId)
}

/** The numbers and ids of what `seedContents` makes. */
export const seeded = {
  issue: 1,
  pull: 2,
  comment: 1001,
  reviewComment: 1011,
  actionsRun: 7001,
  actionsJob: 8001,
  deployment: 9001,
  discussion: 3,
}

/** Puts one of everything that the mirror keeps into a repository. */
export async function seedContents(
  tx: Db,
  { repositoryId, fullName }: { repositoryId: number; fullName: string },
) {
  const id = repositoryId * 1000
  const branch = { name: 'main', sha: 'a'.repeat(40), protected: true, updated_at: at, committed_at: null }
  await saveListed(tx, kinds.branch, { repositoryId, items: [branch] })
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
  await saveListed(tx, kinds.commit, { repositoryId, items: [commit] })
  const label = { id, name: 'bug', color: 'd73a4a', description: 'Broken' }
  await saveListed(tx, kinds.label, { repositoryId, items: [label] })
  await seedIssue(tx, { repositoryId, number: seeded.issue, labels: ['bug'] })
  const pull: ItemOf<'pull_request'> = {
    id: id + seeded.pull,
    node_id: `PR_${seeded.pull}`,
    repository_id: repositoryId,
    number: seeded.pull,
    told_at: null,
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
    requested_teams: ['reviewers'],
    milestone: null,
    locked: false,
    mergeable_state: 'clean',
    auto_merge: { merge_method: 'squash', enabled_by: 'octocat' },
    merged_by: null,
    additions: 3,
    deletions: 1,
    changed_files: 2,
    reactions: {},
    comments: 1,
    html_url: url(fullName, '/pull/2'),
    created_at: at,
    updated_at: at,
    closed_at: null,
  }
  await saveListed(tx, kinds.pull_request, { repositoryId, items: [pull] })
  const comments = [seeded.issue, seeded.pull].map((issue_number) => ({
    id: id + issue_number,
    issue_number,
    user: person,
    body: 'Well said',
    reactions: { heart: 1 },
    html_url: url(fullName, `/issues/${issue_number}#issuecomment`),
    created_at: at,
    updated_at: at,
  }))
  await saveListed(tx, kinds.comment, { repositoryId, items: comments })
  const review = {
    id: id + 3,
    pull_number: seeded.pull,
    user: person,
    state: 'APPROVED',
    body: null,
    html_url: url(fullName, '/pull/2#review'),
    submitted_at: at,
  }
  await saveListed(tx, kinds.review, { repositoryId, items: [review] })
  const workflow = { id: id + 4, name: 'CI', path: '.github/workflows/ci.yml', state: 'active' }
  await saveListed(tx, kinds.actions_workflow, {
    repositoryId,
    items: [{ ...workflow, html_url: url(fullName, '/actions'), updated_at: at }],
  })
  const run: ItemOf<'actions_run'> = {
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
  }
  await saveListed(tx, kinds.actions_run, { repositoryId, items: [run] })
  const job = { id: seeded.actionsJob, run_id: seeded.actionsRun, run_attempt: 1, name: 'test' }
  const steps = [
    { name: 'Run', number: 1, status: 'completed', conclusion: 'success', started_at: at, completed_at: at },
  ]
  await saveListed(tx, kinds.actions_job, {
    repositoryId,
    items: [
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
  await seedReviewComments(tx, { repositoryId, fullName, sha: pull.head.sha })
  await seedReleases(tx, { repositoryId, fullName, sha: commit.sha })
  await seedDiscussion(tx, { repositoryId, fullName })
  await seedChecks(tx, { repositoryId, fullName, sha: pull.head.sha })
  await seedDeployments(tx, { repositoryId, fullName, sha: commit.sha })
}

interface AboutCommit {
  repositoryId: number
  fullName: string
  sha: string
}

/** What is said of a commit: a check run that failed, in its suite, and a status. */
async function seedChecks(tx: Db, { repositoryId, fullName, sha }: AboutCommit) {
  const id = repositoryId * 1000
  const ended = { status: 'completed', conclusion: 'failure', app: 'Octo CI' }
  const suite = { ...ended, id: id + 5, head_branch: 'thing', head_sha: sha, created_at: at, updated_at: at }
  await saveListed(tx, kinds.check_suite, { repositoryId, items: [suite] })
  const run: ItemOf<'check_run'> = {
    ...ended,
    id: id + 6,
    check_suite_id: suite.id,
    head_sha: sha,
    name: 'lint',
    title: '2 problems',
    summary: 'Two lines are too long',
    annotations_count: 2,
    html_url: url(fullName, '/runs/6'),
    details_url: null,
    started_at: at,
    completed_at: at,
  }
  await saveListed(tx, kinds.check_run, { repositoryId, items: [run] })
  const status: ItemOf<'commit_status'> = {
    id: id + 7,
    sha,
    context: 'coverage',
    state: 'success',
    description: '94 %',
    target_url: null,
    creator: person,
    created_at: at,
    updated_at: at,
  }
  await saveListed(tx, kinds.commit_status, { repositoryId, items: [status] })
}

/** A deployment that went well, and where it went. */
async function seedDeployments(tx: Db, { repositoryId, fullName, sha }: AboutCommit) {
  const id = repositoryId * 1000
  const times = { created_at: at, updated_at: at }
  const deployment: ItemOf<'deployment'> = {
    ...times,
    id: seeded.deployment,
    sha,
    ref: 'main',
    task: 'deploy',
    environment: 'production',
    description: null,
    transient_environment: false,
    production_environment: true,
    creator: person,
  }
  await saveListed(tx, kinds.deployment, { repositoryId, items: [deployment] })
  const status: ItemOf<'deployment_status'> = {
    ...times,
    id: id + 8,
    deployment_id: deployment.id,
    state: 'success',
    environment: 'production',
    description: null,
    target_url: null,
    log_url: null,
    environment_url: 'https://hello.example',
    creator: person,
  }
  await saveListed(tx, kinds.deployment_status, { repositoryId, items: [status] })
  const environment: ItemOf<'environment'> = {
    ...times,
    id: id + 9,
    name: 'production',
    protection_rules: ['required_reviewers'],
    html_url: url(fullName, '/deployments/production'),
  }
  await saveListed(tx, kinds.environment, { repositoryId, items: [environment] })
}

/** A thread on one line of the pull request, which is resolved. */
async function seedReviewComments(tx: Db, { repositoryId, fullName, sha }: AboutCommit) {
  const comment: ItemOf<'review_comment'> = {
    id: repositoryId * 1000 + 11,
    review_id: repositoryId * 1000 + 3,
    pull_number: seeded.pull,
    in_reply_to_id: null,
    path: 'src/thing.ts',
    line: 2,
    start_line: null,
    side: 'RIGHT',
    original_line: 2,
    commit_id: sha,
    original_commit_id: sha,
    diff_hunk: '@@ -1 +1,2 @@\n a\n+b',
    body: 'Why b?',
    reactions: {},
    user: person,
    html_url: url(fullName, '/pull/2#discussion_r11'),
    created_at: at,
    updated_at: at,
  }
  await saveListed(tx, kinds.review_comment, { repositoryId, items: [comment] })
  const thread = { id: comment.id, node_id: 'T_1', pull_number: seeded.pull, resolved: true, updated_at: at }
  await saveListed(tx, kinds.review_thread, { repositoryId, items: [thread] })
}

/** A release with what can be downloaded, its tag, and the rules that guard both. */
async function seedReleases(tx: Db, { repositoryId, fullName, sha }: AboutCommit) {
  const times = { created_at: at, updated_at: at }
  const release: ItemOf<'release'> = {
    ...times,
    id: repositoryId * 1000 + 12,
    tag_name: 'v1',
    target_commitish: 'main',
    name: 'The first',
    body: 'It works',
    prerelease: false,
    author: person,
    assets: [
      {
        id: 1,
        name: 'thing.tgz',
        content_type: 'application/gzip',
        size: 1024,
        download_count: 3,
        browser_download_url: url(fullName, '/releases/download/v1/thing.tgz'),
      },
    ],
    html_url: url(fullName, '/releases/tag/v1'),
    published_at: at,
  }
  await saveListed(tx, kinds.release, { repositoryId, items: [release] })
  await saveListed(tx, kinds.tag, { repositoryId, items: [{ name: 'v1', sha, updated_at: at }] })
  const rule: ItemOf<'branch_protection_rule'> = {
    ...times,
    id: repositoryId * 1000 + 13,
    name: 'main',
    required_approving_review_count: 1,
    required_status_checks: ['lint'],
    require_code_owner_review: false,
    dismiss_stale_reviews_on_push: true,
    admin_enforced: true,
    requires_linear_history: true,
    requires_signatures: false,
    requires_conversation_resolution: false,
    allows_force_pushes: false,
    allows_deletions: false,
  }
  await saveListed(tx, kinds.branch_protection_rule, { repositoryId, items: [rule] })
  const ruleset: ItemOf<'ruleset'> = {
    ...times,
    id: repositoryId * 1000 + 14,
    name: 'Tags stay',
    target: 'tag',
    source: fullName,
    enforcement: 'active',
  }
  await saveListed(tx, kinds.ruleset, { repositoryId, items: [ruleset] })
}

/** A discussion with one comment. */
async function seedDiscussion(tx: Db, { repositoryId, fullName }: Omit<AboutCommit, 'sha'>) {
  const times = { created_at: at, updated_at: at }
  const html_url = url(fullName, '/discussions/3')
  const discussion: ItemOf<'discussion'> = {
    ...times,
    id: repositoryId * 1000 + 15,
    node_id: 'D_3',
    number: seeded.discussion,
    title: 'Where next?',
    body: 'Ideas are welcome',
    category: 'Ideas',
    state: 'open',
    state_reason: null,
    locked: false,
    answer_html_url: null,
    user: person,
    comments: 1,
    reactions: {},
    html_url,
  }
  await saveListed(tx, kinds.discussion, { repositoryId, items: [discussion] })
  const comment: ItemOf<'discussion_comment'> = {
    ...times,
    id: repositoryId * 1000 + 16,
    node_id: 'DC_1',
    discussion_number: seeded.discussion,
    parent_id: null,
    body: 'Further',
    user: person,
    html_url,
  }
  await saveListed(tx, kinds.discussion_comment, { repositoryId, items: [comment] })
}
