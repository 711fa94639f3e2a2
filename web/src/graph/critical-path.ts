import type { GraphJob } from './graph-job.ts'

/**
 * The chain of jobs that decided how long the run took: from the job that ended last back through, each time, the
 * need that ended last. Its length is what a person shortens to make the run faster. Jobs in order of execution;
 * empty while no job has started, and for a single job, which decides nothing.
 *
 * @param now when a job that still runs counts as ending
 */
export function criticalPath(jobs: readonly GraphJob[], now: number): string[] {
  const byId = new Map(
    jobs.filter((job) => job.startedAt !== null && job.parent === undefined).map((job) => [job.id, job]),
  )
  const lastOf = (among: Iterable<GraphJob>) => {
    let last: GraphJob | undefined
    for (const job of among) if (!last || end(job, now) > end(last, now)) last = job
    return last
  }
  const path: string[] = []
  for (let job = lastOf(byId.values()); job; ) {
    path.unshift(job.id)
    const needs = job.needs.flatMap((need) => byId.get(need) ?? [])
    job = lastOf(needs.filter((need) => !path.includes(need.id)))
  }
  return path.length > 1 ? path : []
}

function end(job: GraphJob, now: number): number {
  return job.completedAt ?? now
}
