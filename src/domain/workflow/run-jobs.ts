import type { ExpandedJob, Expansion, RunState } from '../../../contract/run.ts'
import type { JobDefinition, StepDefinition, WorkflowDefinition } from './definition.ts'

/** A job of a run: one of the definition, or one that another became. */
export interface RunJob extends JobDefinition {
  /** Absent: the definition names it. */
  part?: Part
}

/** What a job is that stands, with others, in the place of another. */
export interface Part {
  parent: string
  /** As the source names it. */
  job: string
  matrix: ExpandedJob['matrix']
  /** The context `strategy`. */
  strategy: Readonly<Record<string, unknown>>
}

/** The jobs of a run and how they hang together; the order is that of its state. */
export interface RunJobs {
  jobs: readonly RunJob[]
  /** Job → where it stands. */
  places: ReadonlyMap<string, number>
  /** Job → the jobs that need it. */
  dependents: ReadonlyMap<string, readonly RunJob[]>
  /** Job → what it has become. */
  parts: ReadonlyMap<string, Expansion>
  /** Job → all jobs that it needs, and those that they need; filled when asked. */
  ancestors: Map<string, readonly string[]>
}

const written = new WeakMap<WorkflowDefinition, RunJobs>()
const expanded = new WeakMap<readonly Expansion[], RunJobs>()

/** The jobs of a run as far as it has come: a version never changes, and expansions are only added. */
export function runJobs({
  definition,
  state: { expansions },
}: {
  definition: WorkflowDefinition
  state: Pick<RunState, 'expansions'>
}): RunJobs {
  const known = expansions ? expanded.get(expansions) : written.get(definition)
  if (known) return known
  const made = makeJobs(definition, expansions ?? [])
  if (expansions) expanded.set(expansions, made)
  else written.set(definition, made)
  return made
}

function makeJobs(definition: WorkflowDefinition, expansions: readonly Expansion[]): RunJobs {
  const jobs: RunJob[] = [...definition.jobs]
  const places = new Map(jobs.map(({ id }, place) => [id, place]))
  for (const expansion of expansions) {
    const whole = jobs[places.get(expansion.job) ?? -1]
    if (!whole) throw new Error(`the workflow has no job ${expansion.job}`)
    for (const [index, { id, matrix }] of expansion.jobs.entries()) {
      const job = whole.part?.job ?? whole.id
      const part = {
        parent: whole.id,
        job,
        matrix,
        strategy: strategyContext({
          fail_fast: expansion.fail_fast,
          max_parallel: expansion.max_parallel,
          total: expansion.jobs.length,
          index,
        }),
      }
      places.set(id, jobs.length)
      jobs.push({ ...whole, id, part })
    }
  }
  const dependents = new Map<string, RunJob[]>(jobs.map(({ id }) => [id, []]))
  for (const job of definition.jobs) for (const id of job.needs) dependents.get(id)?.push(job)
  const parts = new Map(expansions.map((expansion) => [expansion.job, expansion]))
  return { jobs, places, dependents, parts, ancestors: new Map() }
}

/** The context `strategy` of one job of a matrix. */
export function strategyContext(place: {
  fail_fast: boolean
  max_parallel: number
  total: number
  index: number
}): Part['strategy'] {
  const { fail_fast, max_parallel, total, index } = place
  return {
    'fail-fast': fail_fast,
    'job-index': index,
    'job-total': total,
    'max-parallel': max_parallel,
  }
}

/** The ids of all jobs that a job needs, directly or behind others. */
export function ancestorsOf({ jobs, places, ancestors }: RunJobs, job: RunJob): readonly string[] {
  let known = ancestors.get(job.id)
  if (!known) {
    const found = new Set<string>()
    const visit = (ids: readonly string[]): void => {
      for (const id of ids) {
        if (found.has(id)) continue
        found.add(id)
        visit(jobs[places.get(id) ?? -1]?.needs ?? [])
      }
    }
    visit(job.needs)
    known = [...found]
    ancestors.set(job.id, known)
  }
  return known
}

/** What a run's definition says of a step. Throws when it has none of that name. */
export function stepDefinition(
  run: Parameters<typeof runJobs>[0],
  ref: { job: string; step: string },
): { job: RunJob; step: StepDefinition } {
  const { jobs, places } = runJobs(run)
  const job = jobs[places.get(ref.job) ?? -1]
  const step = job?.steps.find(({ id }) => id === ref.step)
  if (!job || !step) throw new Error(`the workflow has no step ${ref.job}/${ref.step}`)
  return { job, step }
}
