import { setTimeout } from 'node:timers/promises'
import type { Approvals } from './approvals.ts'
import type { JobRow, JobStep, WorkflowRunRow } from './emulate-actions-rows.ts'
import type { GithubRows } from './emulate-rows.ts'
import { fileOnDefaultBranch } from './file-at.ts'
import type { Hook, HookPayload } from './hook-payloads.ts'
import { queuedJob } from './plant-runs.ts'
import { insertAt } from './planting.ts'
import { between, type Random } from './random.ts'
import { waitsForYes } from './runs-of-forks.ts'
import { sendRunHook } from './send-run-hook.ts'
import { readWorkflowFile, type WorkflowFile, type WorkflowJob } from './workflow-files.ts'

export interface ActionsRunner {
  /** Starts the workflows that an event triggers. */
  hear(hook: Hook): void
  /** Begins the next attempt of a run that is over, with the jobs that are chosen and those that need them. */
  again(runId: number, chosen: (job: JobRow & { id: number }) => boolean): void
  /** Takes up runs that were under way when the local GitHub stopped. */
  resume(): void
  stop(): void
}

/** What deploys there waits for somebody to say yes. */
const GUARDED = 'production'

/** So many runs of a workflow are kept; a demo that runs for days stays small. */
const MOST_RUNS = 100

/**
 * Acts GitHub Actions out: emulate keeps workflows, runs and jobs, but nothing ever happens to them. Jobs wait for
 * their needs and for approval, steps take a second or three, one job in eight fails, and all of a commit that says
 * `[red]`, unless they are tried again or started by hand; `workflow_run` and `workflow_job` are sent on the way. No step is
 * really executed. `ask` reads the local GitHub's REST API.
 */
export function createActionsRunner(parts: {
  rows: GithubRows
  ask: (path: string) => Promise<unknown>
  send: (hook: Hook) => Promise<void>
  /** What deploys to a guarded environment waits here. */
  approvals: Approvals
  random: Random
  /** 1 is the pace of a quick build; less is faster. */
  pace: number
  onError: (error: unknown) => void
}): ActionsRunner {
  const { rows, approvals, random } = parts
  const stopping = new AbortController()
  /** The attempts that are being acted out. */
  const driven = new Set<string>()

  function hear({ event, action, payload }: Hook): void {
    const { repository, workflow_run } = payload
    if (event === 'workflow_run' && action === 'requested' && workflow_run) {
      const run = rows.workflowRuns.get(workflow_run.id)
      if (run) drive(run)
    }
    if (event === 'push' && payload.commits?.length) {
      trigger('push', repository, payload.ref!.replace('refs/heads/', ''), payload.after!, payload.sender)
    }
    if (event === 'pull_request' && (action === 'opened' || action === 'synchronize')) {
      const { ref, sha } = payload.pull_request!.head
      const isHeld = waitsForYes(rows, payload)
      trigger('pull_request', repository, ref, sha, payload.sender, isHeld)
    }
  }

  function trigger(
    event: string,
    repository: HookPayload['repository'],
    branch: string,
    sha: string,
    sender: HookPayload['sender'],
    isHeld = false,
  ): void {
    for (const workflow of rows.workflows.findBy('repo_id', repository.id)) {
      const file = fileOf(repository.id, workflow.path)
      if (!file?.runsOn(event, branch)) continue
      const earlier = rows.workflowRuns.findBy('workflow_id', workflow.id)
      for (const old of earlier.slice(0, -MOST_RUNS)) forget(old.id)
      const now = new Date()
      const run = insertAt(
        rows.workflowRuns,
        'WorkflowRun',
        {
          repo_id: repository.id,
          workflow_id: workflow.id,
          name: workflow.name,
          head_branch: branch,
          head_sha: sha,
          run_number: earlier.reduce((most, other) => Math.max(most, other.run_number), 0) + 1,
          event,
          status: isHeld ? 'completed' : 'queued',
          conclusion: isHeld ? 'action_required' : null,
          actor_id: rows.users.findOneBy('login', sender?.login ?? '')?.id ?? 0,
          run_attempt: 1,
          run_started_at: now.toISOString(),
        },
        now,
      )
      tell(run, 'workflow_run', 'requested', run.id)
        .then(() => (isHeld ? tell(run, 'workflow_run', 'completed', run.id) : drive(run)))
        .catch(parts.onError)
    }
  }

  function forget(runId: number): void {
    for (const job of rows.jobs.findBy('run_id', runId)) rows.jobs.delete(job.id)
    rows.workflowRuns.delete(runId)
  }

  function again(runId: number, chosen: (job: Stored<JobRow>) => boolean): void {
    const before = rows.workflowRuns.get(runId)!
    const file = fileOf(before.repo_id, rows.workflows.get(before.workflow_id)!.path)
    if (!file) return
    const run = rows.workflowRuns.update(runId, {
      status: 'queued',
      conclusion: null,
      run_attempt: before.run_attempt + 1,
      run_started_at: new Date().toISOString(),
    })!
    const names = new Set<string>()
    for (const plan of file.jobs) {
      const last = lastJob(runId, plan.name)
      if (!last || chosen(last) || plan.needs.some((need) => names.has(need))) names.add(plan.name)
    }
    for (const name of names) insertAt(rows.jobs, 'Job', queuedJob(run, { name }), new Date())
    tell(run, 'workflow_run', 'requested', runId)
      .then(() => drive(run))
      .catch(parts.onError)
  }

  function lastJob(runId: number, name: string): Stored<JobRow> | undefined {
    return rows.jobs.findBy('run_id', runId).findLast((job) => job.name === name)
  }

  function drive(run: Stored<WorkflowRunRow>): void {
    const attempt = `${run.id}/${run.run_attempt}`
    if (driven.has(attempt) || isOver(run)) return
    driven.add(attempt)
    // A copy: the row goes on to the next attempt.
    act({ ...run })
      .catch((error: unknown) => stopping.signal.aborted || parts.onError(error))
      .finally(() => driven.delete(attempt))
  }

  async function act(run: Stored<WorkflowRunRow>): Promise<void> {
    const workflow = rows.workflows.get(run.workflow_id)
    const file = workflow && fileOf(run.repo_id, workflow.path)
    if (!file) return
    const jobs = queueJobs(run, file)
    for (const job of jobs) if (!isKept(run, job)) await tell(run, 'workflow_job', 'queued', job.id)
    await pause(between(random, 800, 2500))
    if (isOver(run)) return
    rows.workflowRuns.update(run.id, { status: 'in_progress' })
    await tell(run, 'workflow_run', 'in_progress', run.id)

    const ends = new Map<string, Promise<string>>()
    for (const [index, plan] of file.jobs.entries()) {
      const job = jobs[index]!
      const end = isKept(run, job) ? Promise.resolve(job.conclusion!) : runJob(run, plan, job, ends)
      ends.set(plan.name, end)
    }
    const conclusions = await Promise.all(ends.values())
    if (isOver(run)) return
    const conclusion = conclusions.every((end) => end === 'success') ? 'success' : 'failure'
    rows.workflowRuns.update(run.id, { status: 'completed', conclusion })
    await tell(run, 'workflow_run', 'completed', run.id)
  }

  /** Makes the jobs of the file, or takes those that are there; emulate gives its own runs one called build. */
  function queueJobs(run: Stored<WorkflowRunRow>, file: WorkflowFile): Array<Stored<JobRow>> {
    const there = rows.jobs.findBy('run_id', run.id)
    for (const job of there) if (!file.jobs.some((plan) => plan.name === job.name)) rows.jobs.delete(job.id)
    return file.jobs.map((plan) => {
      const job = lastJob(run.id, plan.name)
      if (job && isKept(run, job)) return job
      const fresh = queuedJob(run, plan)
      return job ? rows.jobs.update(job.id, fresh)! : insertAt(rows.jobs, 'Job', fresh, new Date())
    })
  }

  /** Whether a job stays as an earlier attempt left it. */
  function isKept(run: WorkflowRunRow, job: JobRow): boolean {
    return job.run_attempt < run.run_attempt
  }

  async function runJob(
    run: Stored<WorkflowRunRow>,
    plan: WorkflowJob,
    job: Stored<JobRow>,
    ends: Map<string, Promise<string>>,
  ): Promise<string> {
    const needed = await Promise.all(plan.needs.map((need) => ends.get(need)))
    if (isOver(run) || needed.some((end) => end !== 'success')) {
      return finish(run, job, isOver(run) ? 'cancelled' : 'skipped')
    }
    if (plan.environment === GUARDED) {
      const verdict = await waitForApproval(run, job, plan.environment)
      if (verdict !== 'approved') return finish(run, job, verdict === 'rejected' ? 'failure' : 'cancelled')
    }
    const started_at = new Date().toISOString()
    const runner = between(random, 1, 9)
    rows.jobs.update(job.id, {
      status: 'in_progress',
      started_at,
      runner_id: runner,
      runner_name: `hosted-${runner}`,
      steps: plan.steps.map((name, index) => waitingStep(name, index + 1)),
    })
    await tell(run, 'workflow_job', 'in_progress', job.id)
    const mayFail = run.run_attempt === 1 && run.event !== 'workflow_dispatch'
    const failing =
      mayFail && (isAskedToFail(run) || random() < 0.12) ? between(random, 1, plan.steps.length - 2) : -1
    for (let index = 0; index < plan.steps.length; index++) {
      setStep(job.id, index, { status: 'in_progress', started_at: new Date().toISOString() })
      await pause(between(random, 600, 2800))
      if (isOver(run)) return finish(run, job, 'cancelled')
      const conclusion =
        index === failing ? 'failure' : failing >= 0 && index > failing ? 'skipped' : 'success'
      setStep(job.id, index, { status: 'completed', conclusion, completed_at: new Date().toISOString() })
    }
    return finish(run, job, failing < 0 ? 'success' : 'failure')
  }

  /** Whoever wants to see a red build says so in the commit. */
  function isAskedToFail({ head_sha }: WorkflowRunRow): boolean {
    return rows.commits.findOneBy('sha', head_sha)?.message.includes('[red]') ?? false
  }

  /** GitHub tells that a gated job waits, and then that it is queued once more. */
  async function waitForApproval(run: Stored<WorkflowRunRow>, job: Stored<JobRow>, environment: string) {
    rows.jobs.update(job.id, { status: 'waiting' })
    rows.workflowRuns.update(run.id, { status: 'waiting' })
    const verdict = approvals.wait(run.id, environment)
    await tell(run, 'workflow_job', 'waiting', job.id)
    const decided = await verdict
    if (decided !== 'approved' || isOver(run)) return decided
    rows.workflowRuns.update(run.id, { status: 'in_progress' })
    rows.jobs.update(job.id, { status: 'queued' })
    await tell(run, 'workflow_job', 'queued', job.id)
    return decided
  }

  async function finish(
    run: Stored<WorkflowRunRow>,
    job: Stored<JobRow>,
    conclusion: string,
  ): Promise<string> {
    const completed_at = new Date().toISOString()
    rows.jobs.update(job.id, { status: 'completed', conclusion, completed_at })
    await tell(run, 'workflow_job', 'completed', job.id)
    return conclusion
  }

  function setStep(jobId: number, index: number, change: Partial<JobStep>): void {
    const steps = rows.jobs.get(jobId)?.steps ?? []
    rows.jobs.update(jobId, { steps: steps.with(index, { ...steps[index]!, ...change }) })
  }

  /** Somebody may have cancelled the run meanwhile; emulate then completes it at once. */
  function isOver(run: Stored<WorkflowRunRow>): boolean {
    const now = rows.workflowRuns.get(run.id)
    return !now || now.status === 'completed' || now.run_attempt !== run.run_attempt
  }

  const tell = (
    run: Stored<WorkflowRunRow>,
    event: 'workflow_run' | 'workflow_job',
    action: string,
    id: number,
  ): Promise<void> => sendRunHook(parts, run, { event, action, id })

  function fileOf(repoId: number, path: string): WorkflowFile | undefined {
    const text = fileOnDefaultBranch(rows, repoId, path)
    return text === undefined ? undefined : readWorkflowFile(text)
  }

  const pause = (ms: number) =>
    setTimeout(ms * parts.pace, undefined, { signal: stopping.signal, ref: false })

  return {
    hear,
    again,
    resume() {
      for (const run of rows.workflowRuns.all()) if (run.status !== 'completed') drive(run)
    },
    stop: () => stopping.abort(),
  }
}

type Stored<T> = T & { id: number }

function waitingStep(name: string, number: number): JobStep {
  return { name, status: 'queued', conclusion: null, number, started_at: null, completed_at: null }
}
