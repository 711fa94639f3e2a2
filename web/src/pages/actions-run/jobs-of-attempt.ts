import type { WorkflowFile } from '../../../../contract/actions.ts'
import type { ActionsJob } from '../../../../contract/mirror.ts'
import { type GraphJob, millis } from '../../graph/graph-job.ts'

/**
 * The jobs of an attempt as GitHub shows them: those that were run in it, and of the others what earlier attempts left.
 */
export function jobsOfAttempt(jobs: readonly ActionsJob[], attempt: number): ActionsJob[] {
  const last = new Map<string, ActionsJob>()
  for (const job of jobs) {
    const held = last.get(job.name)
    const isLater =
      !held ||
      job.run_attempt > held.run_attempt ||
      (job.run_attempt === held.run_attempt && job.id > held.id)
    if (job.run_attempt <= attempt && isLater) last.set(job.name, job)
  }
  return [...last.values()].toSorted((a, b) => a.id - b.id)
}

/** The job that somebody wants to see first: what failed, else what goes on, else the first. */
export function firstToSee(jobs: readonly ActionsJob[]): ActionsJob | undefined {
  return (
    jobs.find(({ conclusion }) => conclusion === 'failure' || conclusion === 'timed_out') ??
    jobs.find(({ status }) => status === 'in_progress' || status === 'waiting') ??
    jobs[0]
  )
}

/** The jobs of a run as a graph, by what their workflow's file says that they need. */
export function graphOf(jobs: readonly ActionsJob[], file: WorkflowFile): GraphJob[] {
  const planOf = new Map(jobs.map((job) => [job.id, file.jobs.find(({ name }) => isOf(job.name, name))?.id]))
  return jobs.map((job) => {
    const needs = file.jobs.find(({ id }) => id === planOf.get(job.id))?.needs ?? []
    return {
      id: String(job.id),
      name: job.name,
      needs: jobs.filter(({ id }) => needs.includes(planOf.get(id) ?? '')).map(({ id }) => String(id)),
      steps: job.steps.length,
      stepsDone: job.steps.filter(({ status }) => status === 'completed').length,
      status: job.status,
      conclusion: job.conclusion,
      startedAt: millis(job.started_at),
      completedAt: millis(job.completed_at),
    }
  })
}

/** A job of a matrix or of a called workflow begins with the name of its entry; one with expressions, with their text. */
function isOf(job: string, planned: string): boolean {
  const [fixed = ''] = planned.split('${{', 1)
  if (fixed !== planned) return job.startsWith(fixed)
  return job === planned || job.startsWith(`${planned} (`) || job.startsWith(`${planned} / `)
}
