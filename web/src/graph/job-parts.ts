import type { JobState } from '../../../contract/run.ts'

/** Each job followed by what it expanded to, at any depth; otherwise in the order of the run. */
export function withParts<T extends Pick<JobState, 'id' | 'parent'>>(jobs: readonly T[]): T[] {
  const parts = Map.groupBy(
    jobs.filter(({ parent }) => parent !== undefined),
    ({ parent }) => parent,
  )
  const follow = (job: T): T[] => [job, ...(parts.get(job.id) ?? []).flatMap(follow)]
  return jobs.filter(({ parent }) => parent === undefined).flatMap(follow)
}

/** What tells a part from the others, where the job that it is a part of stands above it. */
function partName(name: string, whole: string): string {
  if (name.startsWith(`${whole} (`) && name.endsWith(')')) return name.slice(whole.length + 2, -1)
  return name.startsWith(`${whole} / `) ? name.slice(whole.length + 3) : name
}

/** The name of a job as it is shown below the one that it is a part of, if any. */
export function shortNames(jobs: readonly Pick<JobState, 'id' | 'name' | 'parent'>[]): Map<string, string> {
  const names = new Map(jobs.map(({ id, name }) => [id, name]))
  return new Map(
    jobs.map(({ id, name, parent }) => [
      id,
      parent === undefined ? name : partName(name, names.get(parent) ?? ''),
    ]),
  )
}
