import type { RunState } from '../../../contract/run.ts'
import type { WorkflowGraph } from '../../../contract/workflows.ts'
import { shortNames } from './job-parts.ts'
import type { Needy } from './stages.ts'

/** A job as the graph draws it. Times are milliseconds since the epoch. */
export interface GraphJob extends Needy {
  name: string
  steps: number
  stepsDone: number
  /** null: a definition, nothing has run. */
  status: string | null
  conclusion: string | null
  startedAt: number | null
  completedAt: number | null
}

/** The jobs of a definition, to be drawn before anything ran. */
export function jobsOfDefinition(graph: WorkflowGraph): GraphJob[] {
  return graph.jobs.map(({ id, name, needs, steps }) => ({
    id,
    name,
    needs,
    steps: steps.length,
    stepsDone: 0,
    status: null,
    conclusion: null,
    startedAt: null,
    completedAt: null,
  }))
}

/** The jobs of a run as they stand in one state of it: now, or at any moment of its past. */
export function jobsOfRun(run: RunState): GraphJob[] {
  const names = shortNames(run.jobs)
  return run.jobs.map((job) => ({
    id: job.id,
    name: names.get(job.id)!,
    parent: job.parent,
    needs: job.needs,
    steps: job.steps.length,
    stepsDone: job.steps.filter((step) => step.status === 'completed').length,
    status: job.status,
    conclusion: job.conclusion,
    startedAt: millis(job.started_at),
    completedAt: millis(job.completed_at),
  }))
}

/** Milliseconds since the epoch of an ISO 8601 time. */
export function millis(at: string): number
export function millis(at: string | null): number | null
export function millis(at: string | null): number | null {
  return at === null ? null : Date.parse(at)
}
