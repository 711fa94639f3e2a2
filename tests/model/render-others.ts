import { exampleOf, type Json } from '../support/github-server.ts'
import { reactions } from './render-conversations.ts'
import { accountOf, apiOf, pushedCommitOf, repositoryOf, webOf } from './render-repository.ts'
import type {
  CheckRun,
  CheckSuite,
  Deployment,
  DeploymentStatus,
  Discussion,
  DiscussionComment,
  Environment,
  Job,
  Release,
  Repository,
  Rule,
  Run,
  Status,
  Workflow,
} from './state.ts'

const checkExample = exampleOf('check_run', 'check_run')
const app = checkExample.app as Json
const deploymentExample = exampleOf('deployment', 'deployment')
const deploymentStatusExample = exampleOf('deployment_status', 'deployment_status')
const runExample = exampleOf('workflow_run', 'workflow_run')
const jobExample = exampleOf('workflow_job', 'workflow_job', 1)
const releaseExample = exampleOf('release', 'release')
const protectionExample = exampleOf('branch_protection_rule', 'rule')
const discussionExample = exampleOf('discussion', 'discussion')
const discussionCommentExample = exampleOf('discussion_comment', 'comment')

export function suiteOf(repository: Repository, suite: CheckSuite): Json {
  return { ...suite, url: `${apiOf(repository)}/check-suites/${suite.id}`, app, pull_requests: [] }
}

export function checkOf(repository: Repository, { suite, ...check }: CheckRun): Json {
  return {
    ...checkExample,
    ...check,
    node_id: `CR_${check.id}`,
    head_sha: suite.head_sha,
    url: `${apiOf(repository)}/check-runs/${check.id}`,
    html_url: `${webOf(repository)}/runs/${check.id}`,
    output: { title: null, summary: null, text: null, annotations_count: 0, annotations_url: '' },
    pull_requests: [],
    check_suite: suiteOf(repository, suite),
  }
}

export function statusOf(repository: Repository, { sha, ...status }: Status): Json {
  return {
    ...{ ...status, creator: accountOf(status.creator), node_id: `SC_${status.id}` },
    ...{ description: null, target_url: null, avatar_url: null },
    url: `${apiOf(repository)}/statuses/${sha}`,
  }
}

/** The webhook is the status itself, with what it is about. */
export function statusEventOf({ sha, creator: _, ...status }: Status): Json {
  return { ...status, sha, name: 'it', description: null, target_url: null, branches: [], avatar_url: null }
}

export function deploymentOf(repository: Repository, deployment: Deployment): Json {
  const url = `${apiOf(repository)}/deployments/${deployment.id}`
  return {
    ...deploymentExample,
    ...deployment,
    ...{ creator: accountOf(deployment.creator), url, statuses_url: `${url}/statuses` },
    ...{ node_id: `DE_${deployment.id}`, original_environment: deployment.environment },
    ...{ repository_url: apiOf(repository), transient_environment: false, production_environment: true },
  }
}

export function deploymentStatusOf(
  repository: Repository,
  { deployment, ...status }: DeploymentStatus,
): Json {
  const url = `${apiOf(repository)}/deployments/${deployment}`
  return {
    ...deploymentStatusExample,
    ...{ ...status, creator: accountOf(status.creator), node_id: `DES_${status.id}` },
    ...{ deployment_url: url, url: `${url}/statuses/${status.id}`, repository_url: apiOf(repository) },
  }
}

export function environmentOf(repository: Repository, environment: Environment): Json {
  const url = `${apiOf(repository)}/environments/${environment.name}`
  const html_url = `${webOf(repository)}/deployments`
  return {
    ...{ ...environment, url, html_url, node_id: `EN_${environment.id}`, protection_rules: [] },
    deployment_branch_policy: null,
  }
}

export function workflowOf(repository: Repository, workflow: Workflow): Json {
  const url = `${apiOf(repository)}/actions/workflows/${workflow.id}`
  const html_url = `${webOf(repository)}/blob/main/${workflow.path}`
  return { ...workflow, state: 'active', url, html_url, badge_url: html_url, node_id: `W_${workflow.id}` }
}

export function runOf(repository: Repository, { workflow, title, attempt, ...run }: Run): Json {
  const url = `${apiOf(repository)}/actions/runs/${run.id}`
  const head = repository.commits.get(run.head_sha)
  return {
    ...runExample,
    ...{ ...run, name: workflow.name, path: workflow.path, display_title: title, event: 'push' },
    ...{ workflow_id: workflow.id, run_attempt: attempt, node_id: `WFR_${run.id}`, pull_requests: [] },
    ...{ actor: accountOf(run.actor), triggering_actor: accountOf(run.actor), url },
    html_url: `${webOf(repository)}/actions/runs/${run.id}`,
    previous_attempt_url: null,
    head_commit: head ? pushedCommitOf(repository, head) : null,
    ...{ repository: repositoryOf(repository), head_repository: repositoryOf(repository) },
  }
}

export function jobOf(repository: Repository, { run, attempt, ...job }: Job): Json {
  const isBegun = job.status === 'in_progress' || job.status === 'completed'
  const step = { name: 'Set up job', number: 1, status: job.status, conclusion: job.conclusion }
  return {
    ...jobExample,
    ...{ ...job, run_id: run, run_attempt: attempt, node_id: `J_${job.id}` },
    run_url: `${apiOf(repository)}/actions/runs/${run}`,
    url: `${apiOf(repository)}/actions/jobs/${job.id}`,
    html_url: `${webOf(repository)}/actions/runs/${run}/job/${job.id}`,
    steps: isBegun ? [{ ...step, started_at: job.started_at, completed_at: job.completed_at }] : [],
  }
}

export function releaseOf(repository: Repository, { tag, ...release }: Release): Json {
  return {
    ...releaseExample,
    ...{ ...release, tag_name: tag, target_commitish: 'main', body: 'What is new', assets: [] },
    ...{ author: accountOf(release.author), node_id: `RE_${release.id}`, immutable: false },
    url: `${apiOf(repository)}/releases/${release.id}`,
    html_url: `${webOf(repository)}/releases/tag/${tag}`,
  }
}

export function rulesetOf(repository: Repository, { id, name, strict, created_at, updated_at }: Rule): Json {
  const source = `${repository.owner.login}/${repository.name}`
  return {
    ...{ id, name, target: 'branch', source_type: 'Repository', source, node_id: `RRS_${id}` },
    ...{ enforcement: strict ? 'active' : 'disabled', created_at, updated_at },
  }
}

export function protectionOf(
  repository: Repository,
  { id, name, strict, created_at, updated_at }: Rule,
): Json {
  return {
    ...{ ...protectionExample, id, repository_id: repository.id, name, created_at, updated_at },
    admin_enforced: strict,
  }
}

export function discussionOf(repository: Repository, discussion: Discussion): Json {
  const { discussionComments } = repository
  const { number } = discussion
  return {
    ...discussionExample,
    ...{ ...discussion, user: accountOf(discussion.user), node_id: `D_${discussion.id}`, reactions },
    comments: [...discussionComments.values()].filter((comment) => comment.number === number).length,
    html_url: `${webOf(repository)}/discussions/${number}`,
    repository_url: apiOf(repository),
  }
}

export function discussionCommentOf(repository: Repository, { number, ...comment }: DiscussionComment): Json {
  return {
    ...discussionCommentExample,
    ...{ ...comment, user: accountOf(comment.user), node_id: `DC_${comment.id}`, reactions },
    html_url: `${webOf(repository)}/discussions/${number}#discussioncomment-${comment.id}`,
    repository_url: apiOf(repository),
  }
}
