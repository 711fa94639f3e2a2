import type { ExpandedJob, Expansion, RunInputs, RunState } from '../../../contract/run.ts'
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
  /** Its combination; absent: it is no job of a matrix. */
  matrix?: ExpandedJob['matrix']
  /** The context `strategy` of one that is. */
  strategy?: Readonly<Record<string, unknown>>
  /** The workflow that it is a part of; absent: that of the run. */
  called?: Called
}

/** A workflow that a job called. */
export interface Called {
  /** The job that did. */
  caller: string
  workflow: WorkflowDefinition
  inputs: RunInputs
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
    const parts = expansion.inputs ? calledJobs(whole, expansion) : matrixJobs(whole, expansion)
    for (const job of parts) {
      places.set(job.id, jobs.length)
      jobs.push(job)
    }
  }
  const dependents = new Map<string, RunJob[]>(jobs.map(({ id }) => [id, []]))
  // What a job of a matrix needs is over.
  for (const job of jobs) if (!job.part?.matrix) for (const id of job.needs) dependents.get(id)?.push(job)
  const parts = new Map(expansions.map((expansion) => [expansion.job, expansion]))
  return { jobs, places, dependents, parts, ancestors: new Map() }
}

function matrixJobs(whole: RunJob, { jobs, fail_fast, max_parallel }: Expansion): RunJob[] {
  const { strategy: _, ...shape } = whole
  return jobs.map(({ id, matrix = {} }, index) => {
    const strategy = strategyContext({ fail_fast, max_parallel, total: jobs.length, index })
    const part = { ...whole.part, parent: whole.id, job: whole.part?.job ?? whole.id, matrix, strategy }
    return { ...shape, id, part }
  })
}

function calledJobs(whole: RunJob, { jobs, inputs = {} }: Expansion): RunJob[] {
  const workflow = whole.call?.workflow
  if (!workflow) throw new Error(`the workflow that job ${whole.id} called is not known`)
  const called = { caller: whole.id, workflow, inputs }
  return workflow.jobs.map((job, index) => ({
    ...job,
    id: jobs[index]!.id,
    needs: job.needs.map((id) => `${whole.id}.${id}`),
    part: { parent: whole.id, job: job.id, called },
  }))
}

/** The workflow that a job is in: the run's, or one that a job called. */
export function workflowOf(
  { definition }: { definition: WorkflowDefinition },
  job: RunJob,
): WorkflowDefinition {
  return job.part?.called?.workflow ?? definition
}

/** The context `strategy` of one job of a matrix. */
export function strategyContext(place: {
  fail_fast: boolean
  max_parallel: number
  total: number
  index: number
}): NonNullable<Part['strategy']> {
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
