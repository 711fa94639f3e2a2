import type { JobRow, JobStep, WorkflowRunRow } from './emulate-actions-rows.ts'
import type { CommitRow } from './emulate-rows.ts'
import { day, insertAt, type PlantedRepository, type Planting } from './planting.ts'
import { between, pick } from './random.ts'
import type { RepositorySeed } from './seed/read-seed.ts'
import { readWorkflowFile, type WorkflowFile, type WorkflowJob } from './workflow-files.ts'

const WORKFLOWS = '.github/workflows/'

/** Repositories with so many stars are busy: something is always being built there. */
const BUSY = 150

type Run = Omit<WorkflowRunRow, 'node_id'>

/** Plants the Actions workflows that the repository's files define, and their runs of the past weeks. */
export function plantRuns(planting: Planting, repository: PlantedRepository, seed: RepositorySeed): void {
  const { rows, random, now } = planting
  const repo = repository.row
  const onMain = mainLine(planting, repo.id)
  const commits = rows.commits.findBy('repo_id', repo.id)
  const pulls = rows.pullRequests.findBy('repo_id', repo.id).filter((pull) => pull.state === 'open')
  for (const [path, text] of Object.entries(seed.files).filter(([file]) => file.startsWith(WORKFLOWS))) {
    const file = readWorkflowFile(text)
    const workflow = insertAt(
      rows.workflows,
      'Workflow',
      { repo_id: repo.id, name: file.name, path, state: 'active', badge_url: '' },
      new Date(repo.created_at),
    )
    let number = 0
    const describe = (event: string, branch: string, commit: CommitRow, at: number): Run => ({
      repo_id: repo.id,
      workflow_id: workflow.id,
      name: file.name,
      head_branch: branch,
      head_sha: commit.sha,
      run_number: ++number,
      event,
      status: 'completed',
      conclusion: pick(random, [
        'success',
        'success',
        'success',
        'success',
        'success',
        'failure',
        'cancelled',
      ]),
      actor_id: commit.user_id ?? repository.readers[0]!.id,
      run_attempt: 1,
      run_started_at: new Date(at + 9_000).toISOString(),
    })
    if (file.runsOn('push', 'main')) {
      for (const commit of onMain.slice(-7)) {
        plantPastRun(planting, file, describe('push', 'main', commit, Date.parse(commit.committer_date)))
      }
      if (seed.stars >= BUSY) {
        const started = now.getTime() - between(random, 20, 80) * 1000
        plantRunInProgress(planting, file, describe('push', 'main', onMain.at(-1)!, started))
      }
    }
    if (file.runsOn('pull_request', 'main')) {
      for (const [index, pull] of pulls.entries()) {
        const commit = commits.find((candidate) => candidate.sha === pull.head_sha)!
        const run = describe('pull_request', pull.head_ref, commit, Date.parse(pull.created_at))
        // Whoever looks at a busy repository finds a red build, whenever it was planted.
        const red = index === 0 && seed.stars >= BUSY
        plantPastRun(planting, file, red ? { ...run, conclusion: 'failure' } : run)
      }
    }
    if (file.runsOn('workflow_dispatch', 'main') && !file.runsOn('push', 'main')) {
      const head = onMain.at(-1)!
      plantPastRun(planting, file, {
        ...describe('workflow_dispatch', 'main', head, now.getTime() - 2 * day),
        conclusion: 'success',
      })
      plantRunInProgress(
        planting,
        file,
        describe('workflow_dispatch', 'main', head, now.getTime() - between(random, 20, 80) * 1000),
      )
    }
    if (file.runsOn('schedule', 'main')) {
      for (let nights = 6; nights > 0; nights--) {
        const night = new Date(now.getTime() - nights * day).setUTCHours(2, 30, between(random, 0, 40), 0)
        plantPastRun(planting, file, describe('schedule', 'main', onMain.at(-1)!, night))
      }
    }
  }
}

/** The commits of the default branch, oldest first. */
function mainLine({ rows }: Planting, repoId: number): CommitRow[] {
  const commits = new Map(rows.commits.findBy('repo_id', repoId).map((commit) => [commit.sha, commit]))
  const line: CommitRow[] = []
  let sha = rows.branches.findBy('repo_id', repoId).find((branch) => branch.name === 'main')?.sha
  while (sha) {
    const commit = commits.get(sha)!
    line.unshift(commit)
    sha = commit.parent_shas[0]
  }
  return line
}

/** A run that has begun a moment ago: the Actions runner takes it up and finishes it. */
function plantRunInProgress({ rows }: Planting, file: WorkflowFile, run: Run): void {
  const started = new Date(run.run_started_at)
  const row = insertAt(
    rows.workflowRuns,
    'WorkflowRun',
    { ...run, status: 'in_progress', conclusion: null },
    started,
  )
  for (const job of file.jobs) insertAt(rows.jobs, 'Job', queuedJob(row, job), started)
}

function plantPastRun({ rows, random }: Planting, file: WorkflowFile, run: Run): void {
  const started = new Date(run.run_started_at)
  const row = insertAt(rows.workflowRuns, 'WorkflowRun', run, started)
  const broken = run.conclusion === 'success' ? undefined : pick(random, file.jobs).name
  const skipped = new Set<string>()
  let clock = started.getTime()
  for (const job of file.jobs) {
    if (job.needs.some((need) => need === broken || skipped.has(need))) skipped.add(job.name)
    const conclusion = skipped.has(job.name) ? 'skipped' : job.name === broken ? run.conclusion : 'success'
    const steps = conclusion === 'skipped' ? [] : pastSteps(random, job, conclusion, clock)
    const jobStarted = new Date(clock)
    const jobEnded = new Date(steps.at(-1)?.completed_at ?? jobStarted)
    clock = jobEnded.getTime()
    insertAt(
      rows.jobs,
      'Job',
      {
        ...queuedJob(row, job),
        status: 'completed',
        conclusion,
        started_at: jobStarted.toISOString(),
        completed_at: jobEnded.toISOString(),
        runner_id: between(random, 1, 9),
        runner_name: 'hosted',
        steps,
      },
      jobStarted,
      jobEnded,
    )
  }
  row.updated_at = new Date(clock).toISOString()
}

/** A job of a run as it waits for its turn. */
export function queuedJob(
  run: { id: number; repo_id: number; run_attempt: number },
  job: Pick<WorkflowJob, 'name'>,
): Omit<JobRow, 'node_id'> {
  return {
    repo_id: run.repo_id,
    run_id: run.id,
    run_attempt: run.run_attempt,
    name: job.name,
    status: 'queued',
    conclusion: null,
    started_at: null,
    completed_at: null,
    runner_id: null,
    runner_name: null,
    steps: [],
  }
}

function pastSteps(
  random: Planting['random'],
  job: WorkflowJob,
  conclusion: string | null,
  started: number,
): JobStep[] {
  const failing = conclusion === 'success' ? -1 : between(random, 1, job.steps.length - 2)
  let clock = started
  return job.steps.map((name, index) => {
    const started_at = new Date(clock).toISOString()
    const reached = failing < 0 || index <= failing || index === job.steps.length - 1
    if (reached) clock += between(random, 2, 45) * 1000
    return {
      name,
      status: 'completed',
      conclusion: index === failing ? conclusion : reached ? 'success' : 'skipped',
      number: index + 1,
      started_at,
      completed_at: new Date(clock).toISOString(),
    }
  })
}
