import { jobOf, runOf, workflowOf } from '../render-others.ts'
import type { Job, Run } from '../state.ts'
import { type Act, type Acting, anyOf, send } from './acting.ts'

function tellRun(acting: Acting, run: Run, action: string): void {
  const { repository, now } = acting
  run.updated_at = now
  const workflow = workflowOf(repository, run.workflow)
  send(acting, 'workflow_run', { action, workflow_run: runOf(repository, run), workflow })
}

function tellJob(acting: Acting, job: Job): void {
  const { repository, actor: _ } = acting
  send(acting, 'workflow_job', { action: job.status, workflow_job: jobOf(repository, job) })
}

function addJob(acting: Acting, run: Run): void {
  const { world, repository, now } = acting
  const id = world.nextId()
  const job: Job = {
    ...{ id, run: run.id, attempt: run.attempt, name: `job ${id}`, status: 'queued', conclusion: null },
    ...{ created_at: now, started_at: now, completed_at: null },
  }
  repository.jobs.set(id, job)
  tellJob(acting, job)
}

const begin: Act = (acting) => {
  const { world, repository, random, now, actor } = acting
  const branch = repository.default_branch
  const sha = repository.branches.get(branch)
  if (sha === undefined) return
  let workflow = anyOf(random, repository.workflows.values())
  if (!workflow || (repository.workflows.size < 3 && random.chance(0.3))) {
    const id = world.nextId()
    const made = { id, name: `Workflow ${id}`, path: `.github/workflows/${id}.yml` }
    workflow = { ...made, created_at: now, updated_at: now }
    repository.workflows.set(id, workflow)
  }
  const run: Run = {
    ...{ id: world.nextId(), workflow, title: 'A change', status: 'queued', conclusion: null },
    ...{ head_branch: branch, head_sha: sha, run_number: repository.runs.size + 1, attempt: 1 },
    ...{ actor, run_started_at: now, created_at: now, updated_at: now },
  }
  repository.runs.set(run.id, run)
  tellRun(acting, run, 'requested')
  addJob(acting, run)
}

/** Queued, waiting for an approval, queued again, and on. */
const moveJob: Act = (acting) => {
  const { repository, random, now } = acting
  const job = anyOf(random, repository.jobs.values(), ({ status }) => status !== 'completed')
  const run = job && repository.runs.get(job.run)
  if (!run || job.attempt !== run.attempt) return
  if (job.status === 'queued' && random.chance(0.3)) job.status = 'waiting'
  else if (job.status === 'waiting') job.status = 'queued'
  else if (job.status === 'queued') {
    Object.assign(job, { status: 'in_progress', started_at: now })
    if (run.status === 'queued') {
      run.status = 'in_progress'
      tellRun(acting, run, 'in_progress')
    }
  } else Object.assign(job, { status: 'completed', conclusion: 'success', completed_at: now })
  tellJob(acting, job)
}

const complete: Act = (acting) => {
  const { repository, random, now } = acting
  const run = anyOf(random, repository.runs.values(), ({ status }) => status !== 'completed')
  if (!run) return
  const conclusion = random.pick(['success', 'failure', 'cancelled'])!
  for (const job of repository.jobs.values()) {
    if (job.run !== run.id || job.status === 'completed') continue
    Object.assign(job, { status: 'completed', conclusion, completed_at: now })
    tellJob(acting, job)
  }
  Object.assign(run, { status: 'completed', conclusion })
  tellRun(acting, run, 'completed')
}

const runAgain: Act = (acting) => {
  const { repository, random, now } = acting
  const run = anyOf(random, repository.runs.values(), ({ status }) => status === 'completed')
  if (!run) return
  Object.assign(run, { attempt: run.attempt + 1, status: 'queued', conclusion: null, run_started_at: now })
  tellRun(acting, run, 'requested')
  addJob(acting, run)
}

/** Silent, as the deletion of a workflow's file is. */
const removeRun: Act = ({ repository, random }) => {
  const run = anyOf(random, repository.runs.values(), ({ status }) => status === 'completed')
  if (!run) return
  repository.runs.delete(run.id)
  for (const { id, run: of } of repository.jobs.values()) if (of === run.id) repository.jobs.delete(id)
}

export const actionsActs: Record<string, [weight: number, act: Act]> = {
  'begin a run': [4, begin],
  'move a job': [8, moveJob],
  'complete a run': [3, complete],
  'run again': [2, runAgain],
}

export const silentActionsActs: Record<string, [weight: number, act: Act]> = {
  'delete a run': [1, removeRun],
}
