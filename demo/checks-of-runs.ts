import type { EmulatorParts } from './emulate.ts'
import type { JobRow, WorkflowRunRow } from './emulate-actions-rows.ts'
import type { Hook, HookPayload } from './hook-payloads.ts'

/**
 * What GitHub makes of Actions beside runs and jobs, and emulate does not: each job is a check run, each run a check
 * suite; a run on the default branch deploys, and one that ended leaves a status. All of it is derived from what is
 * stored, so that it needs no memory of its own.
 */
export interface ChecksOfRuns {
  /** What a list of a repository answers; undefined for other lists. */
  list(repo: Repository, path: string): unknown
  /** What GitHub sends besides this webhook of a run or a job. */
  follow(hook: Hook): Hook[]
}

interface Repository {
  id: number
  full_name: string
  default_branch: string
}
type Stored<T> = T & { id: number; created_at: string; updated_at: string }
type Run = Stored<WorkflowRunRow>
type Job = Stored<JobRow>

export function createChecksOfRuns({ rows, baseUrl }: Pick<EmulatorParts, 'rows' | 'baseUrl'>): ChecksOfRuns {
  function list(repo: Repository, path: string): unknown {
    const [, sha, what] = /^commits\/([^/]+)\/(check-runs|check-suites|statuses)$/.exec(path) ?? []
    if (sha) {
      const runs = runsOf(repo).filter((run) => run.head_sha === sha)
      if (what === 'statuses') return runs.filter(isStatus).map((run) => statusOf(run))
      if (what === 'check-suites') return counted('check_suites', runs.map(suiteOf))
      const jobs = runs.flatMap((run) => jobsOf(run).map((job) => checkRunOf(repo, run, job)))
      return counted('check_runs', jobs)
    }
    if (path === 'deployments') return deployments(repo).map((run) => deploymentOf(repo, run))
    const [, id] = /^deployments\/(\d+)\/statuses$/.exec(path) ?? []
    if (id) return statusesOf(repo, rows.workflowRuns.get(Number(id)))
    if (path === 'rulesets') return []
    if (path === 'environments') return counted('environments', environmentsOf(repo))
    return undefined
  }

  function follow({ event, action, payload }: Hook): Hook[] {
    const { repository, sender, workflow_run, workflow_job } = payload as HookPayload & {
      workflow_job?: { id: number; run_id: number }
    }
    const about = { repository, sender }
    const run = rows.workflowRuns.get(workflow_run?.id ?? workflow_job?.run_id ?? 0) as Run | undefined
    if (!run) return []
    const hook = (name: string, act: string | undefined, more: object): Hook => ({
      event: name,
      action: act,
      payload: { ...(act && { action: act }), ...more, ...about },
    })
    const job = workflow_job && (rows.jobs.get(workflow_job.id) as Job | undefined)
    if (event === 'workflow_job' && job && (action === 'queued' || action === 'completed')) {
      const check_run = checkRunOf(repository, run, job)
      return [hook('check_run', action === 'queued' ? 'created' : 'completed', { check_run })]
    }
    if (event !== 'workflow_run' || action !== 'completed') return []
    const deployment = deploymentOf(repository, run)
    const [deployment_status] = statusesOf(repository, run)
    return [
      hook('check_suite', 'completed', { check_suite: suiteOf(run) }),
      ...(isStatus(run) ? [hook('status', undefined, { ...statusOf(run), name: repository.full_name })] : []),
      ...(environmentOf(repository, run)
        ? [
            hook('deployment', 'created', { deployment }),
            hook('deployment_status', 'created', { deployment, deployment_status }),
          ]
        : []),
    ]
  }

  const counted = (name: string, items: unknown[]) => ({ total_count: items.length, [name]: items })
  const runsOf = ({ id }: Repository) => rows.workflowRuns.findBy('repo_id', id) as Run[]
  const jobsOf = (run: Run) => rows.jobs.findBy('run_id', run.id) as Job[]
  function accountOf(userId: number) {
    const user = rows.users.get(userId)
    return user ? { id: user.id, login: user.login, avatar_url: `${baseUrl}/avatars/u/${user.login}` } : null
  }

  const web = (repo: Repository) => `${baseUrl}/${repo.full_name}`

  function suiteOf(run: Run) {
    const { head_branch, head_sha, status, conclusion, created_at, updated_at } = run
    return { id: run.id, head_branch, head_sha, status, conclusion, app, created_at, updated_at }
  }

  function checkRunOf(repo: Repository, run: Run, job: Job) {
    const failed = job.steps.find((step) => step.conclusion === 'failure')
    const address = `${web(repo)}/actions/runs/${run.id}/job/${job.id}`
    return {
      id: job.id,
      head_sha: run.head_sha,
      name: job.name,
      status: job.status,
      conclusion: job.conclusion,
      started_at: job.started_at ?? job.created_at,
      completed_at: job.completed_at,
      html_url: address,
      details_url: address,
      output: {
        title: failed ? `${failed.name} failed` : null,
        summary: null,
        text: null,
        annotations_count: failed ? 1 : 0,
      },
      check_suite: suiteOf(run),
      app,
      pull_requests: [],
    }
  }

  /** How much of the code the tests of a commit reach, as a service outside would tell. */
  function statusOf(run: Run) {
    const reached = 800 + (Number.parseInt(run.head_sha.slice(0, 6), 16) % 190)
    return {
      id: run.id * 10 + 1,
      sha: run.head_sha,
      context: 'coverage',
      state: reached < 820 ? 'failure' : 'success',
      description: `${(reached / 10).toFixed(1)} % of the lines are tested`,
      target_url: null,
      creator: accountOf(run.actor_id),
      created_at: run.updated_at,
      updated_at: run.updated_at,
    }
  }

  const isStatus = (run: Run) => run.name === 'CI' && run.status === 'completed'

  /** Where a run deploys to; null for one that does not. */
  function environmentOf(repo: Repository, run: Run): string | null {
    if (run.name === 'Preview') return 'preview'
    if (run.name === 'Deploy') return 'production'
    return run.event === 'push' && run.head_branch === repo.default_branch ? 'production' : null
  }

  /** The newest first, as GitHub lists them. */
  function deployments(repo: Repository): Run[] {
    return runsOf(repo)
      .filter((run) => environmentOf(repo, run) !== null)
      .sort((a, b) => b.id - a.id)
  }

  function deploymentOf(repo: Repository, run: Run) {
    const environment = environmentOf(repo, run)
    return {
      id: run.id,
      sha: run.head_sha,
      ref: run.head_branch,
      task: 'deploy',
      payload: {},
      environment,
      original_environment: environment,
      description: null,
      transient_environment: environment === 'preview',
      production_environment: environment === 'production',
      creator: accountOf(run.actor_id),
      created_at: run.created_at,
      updated_at: run.updated_at,
    }
  }

  function statusesOf(repo: Repository, run: WorkflowRunRow | undefined) {
    if (!run) return []
    const { id, created_at, updated_at, status, conclusion, actor_id } = run as Run
    const of = (place: number, state: string, at: string) => ({
      id: id * 10 + place,
      state,
      environment: environmentOf(repo, run as Run),
      description: '',
      target_url: `${web(repo)}/actions/runs/${id}`,
      log_url: `${web(repo)}/actions/runs/${id}`,
      environment_url: '',
      creator: accountOf(actor_id),
      created_at: at,
      updated_at: at,
    })
    const begun = of(1, 'in_progress', created_at)
    if (status !== 'completed') return [begun]
    return [of(2, conclusion === 'success' ? 'success' : 'failure', updated_at), begun]
  }

  function environmentsOf(repo: Repository) {
    const oldest = new Map(deployments(repo).map((run) => [environmentOf(repo, run)!, run]))
    return [...oldest].map(([name, { created_at }], index) => ({
      id: repo.id * 10 + index,
      name,
      html_url: `${web(repo)}/deployments/${name}`,
      created_at,
      updated_at: created_at,
      protection_rules: name === 'production' ? [{ id: 1, type: 'branch_policy' }] : [],
    }))
  }

  return { list, follow }
}

const app = { id: 15368, slug: 'github-actions', name: 'GitHub Actions' }

/** One page of what a list holds, wrapped as it is. A full page without a `Link` is followed by the next. */
export function pageOf(list: unknown, query: URLSearchParams): unknown {
  const size = Number(query.get('per_page') ?? 30)
  const start = (Number(query.get('page') ?? 1) - 1) * size
  if (Array.isArray(list)) return list.slice(start, start + size)
  return Object.fromEntries(
    Object.entries(list as Record<string, unknown>).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.slice(start, start + size) : value,
    ]),
  )
}
