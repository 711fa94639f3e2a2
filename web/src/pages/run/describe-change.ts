import type { RunChange, RunState } from '../../../../contract/run.ts'

/** What one change of a run's journal says, in a few words. */
export function describeChange(change: RunChange, run: RunState): string {
  switch (change.kind) {
    case 'run.created':
      return 'Run created'
    case 'run.started':
      return 'Run started'
    case 'run.cancel_requested':
      if (change.data.group) return `Cancelling: a newer run takes its place in ${change.data.group}`
      return change.data.by ? `${change.data.by} asked to cancel` : 'Cancelling'
    case 'concurrency.waiting':
      return `${waiterName(run, change.data.job)} waits for its turn in ${change.data.group}`
    case 'concurrency.entered':
      return `${waiterName(run, change.data.job)} has its turn`
    case 'job.cancel_requested':
      return `${jobName(run, change.data.job)} is cancelled: a newer one takes its place in ${change.data.group}`
    case 'run.finished':
      return `Run ended: ${change.data.conclusion}`
    case 'job.started':
      return `${jobName(run, change.data.job)} started`
    case 'job.expanded': {
      const { job, jobs } = change.data
      return `${jobName(run, job)} became ${jobs.length === 1 ? '1 job' : `${jobs.length} jobs`}`
    }
    case 'job.skipped':
      return `${jobName(run, change.data.job)} skipped`
    case 'job.finished':
      return `${jobName(run, change.data.job)} ended: ${change.data.conclusion}`
    case 'step.started':
      return `${stepName(run, change.data)} ${change.data.attempt > 1 ? `started again (attempt ${change.data.attempt})` : 'started'}`
    case 'step.waiting':
      return `${stepName(run, change.data)} waits to be tried again: ${change.data.error.message}`
    case 'step.skipped':
      return `${stepName(run, change.data)} skipped`
    case 'step.finished':
      return `${stepName(run, change.data)} ended: ${change.data.conclusion}`
    default:
      return change satisfies never
  }
}

function waiterName(run: RunState, job: string | null): string {
  return job === null ? 'The run' : jobName(run, job)
}

function jobName(run: RunState, id: string): string {
  return run.jobs.find((job) => job.id === id)?.name ?? id
}

function stepName(run: RunState, place: { job: string; step: string }): string {
  const job = run.jobs.find((job) => job.id === place.job)
  const step = job?.steps.find((step) => step.id === place.step)
  return `${job?.name ?? place.job} / ${step?.name ?? place.step}`
}
