import type { WorkflowGraph, WorkflowInput } from '../../../contract/workflows.ts'

/** A workflow as parsed from its source: plain JSON, stored with each version. Texts may hold `${{ }}`. */
export interface WorkflowDefinition {
  name: string
  run_name: string | null
  on: Triggers
  env: Record<string, string>
  /** In the order of the source. */
  jobs: JobDefinition[]
}

export interface Triggers {
  events: EventTrigger[]
  /** As `scheduleText` writes them. */
  schedules: string[]
  /** Inputs of `workflow_dispatch`; null: it cannot be started by hand. */
  dispatch: WorkflowInput[] | null
}

/** When a GitHub event starts the workflow; an absent filter lets everything pass. */
export interface EventTrigger {
  event: string
  types?: string[]
  branches?: string[]
  'branches-ignore'?: string[]
  tags?: string[]
  'tags-ignore'?: string[]
  paths?: string[]
  'paths-ignore'?: string[]
  /** Of `workflow_run`: names of GitHub Actions workflows. */
  workflows?: string[]
  /** Patterns of `owner/name`: GitHub's workflows live in one repository, ours may listen to many. */
  repositories?: string[]
  /** Also what other workflows, or itself, have caused starts it. */
  chain?: boolean
}

export interface JobDefinition {
  id: string
  name: string
  needs: string[]
  if: string | null
  env: Record<string, string>
  outputs: Record<string, string>
  /** A text only where an expression decides. */
  continue_on_error: boolean | string
  steps: StepDefinition[]
  /** Why it cannot run here; absent: it can. */
  unable?: string
}

export interface StepDefinition {
  /** As written, or `__<number>`; ids that people write never begin with two underscores. */
  id: string
  name: string
  uses: string
  with: Record<string, string>
  env: Record<string, string>
  if: string | null
  continue_on_error: boolean | string
  /** null: the step kind's own limit; a text where an expression decides. */
  timeout_minutes: number | string | null
  /** Why it cannot run here; absent: it can. */
  unable?: string
}

/** The places of a definition, by name: a version never changes. */
interface Places {
  jobs: Map<string, JobDefinition>
  /** Job → where it stands in the source. */
  order: Map<string, number>
  /** Job → the jobs that need it. */
  dependents: Map<string, JobDefinition[]>
  /** Job → all jobs that it needs, and those that they need. */
  ancestors: Map<string, string[]>
}

const places = new WeakMap<WorkflowDefinition, Places>()

function placesOf(definition: WorkflowDefinition): Places {
  let found = places.get(definition)
  if (!found) {
    const jobs = new Map(definition.jobs.map((job) => [job.id, job]))
    const dependents = new Map<string, JobDefinition[]>(definition.jobs.map(({ id }) => [id, []]))
    for (const job of definition.jobs) for (const id of job.needs) dependents.get(id)?.push(job)
    const order = new Map(definition.jobs.map(({ id }, index) => [id, index]))
    found = { jobs, order, dependents, ancestors: new Map() }
    places.set(definition, found)
  }
  return found
}

/** The job of that id, or undefined. */
export function jobDefinition(definition: WorkflowDefinition, id: string): JobDefinition | undefined {
  return placesOf(definition).jobs.get(id)
}

/** The item of that id, or undefined. */
export function withId<T extends { id: string }>(items: readonly T[], id: string): T | undefined {
  for (const item of items) if (item.id === id) return item
  return undefined
}

/** Where the job of that id stands in the source, from 0 on. Throws when there is none. */
export function jobPlace(definition: WorkflowDefinition, id: string): number {
  const place = placesOf(definition).order.get(id)
  if (place === undefined) throw new Error(`the workflow has no job ${id}`)
  return place
}

/** The jobs that need a job. */
export function dependentsOf(definition: WorkflowDefinition, id: string): readonly JobDefinition[] {
  return placesOf(definition).dependents.get(id) ?? []
}

/** The ids of all jobs that a job needs, directly or behind others. */
export function ancestorsOf(definition: WorkflowDefinition, job: JobDefinition): readonly string[] {
  const { jobs, ancestors } = placesOf(definition)
  let known = ancestors.get(job.id)
  if (!known) {
    const found = new Set<string>()
    const visit = (ids: readonly string[]): void => {
      for (const id of ids) {
        if (found.has(id)) continue
        found.add(id)
        visit(jobs.get(id)?.needs ?? [])
      }
    }
    visit(job.needs)
    known = [...found]
    ancestors.set(job.id, known)
  }
  return known
}

/** Ids of jobs and steps. Two leading underscores are ours. */
export const idPattern = /^(?!__)[A-Za-z_][A-Za-z0-9_-]{0,98}$/

/** The jobs, their needs and their steps: what the page of a workflow or of a run draws. */
export function describeGraph(definition: WorkflowDefinition): WorkflowGraph {
  return {
    jobs: definition.jobs.map(({ id, name, needs, steps }) => ({
      id,
      name,
      needs,
      steps: steps.map((step) => ({ id: step.id, name: step.name, uses: step.uses })),
    })),
  }
}

/** What a workflow listens to, in the words of `on:`. */
export function triggerNames({ events, schedules, dispatch }: Triggers): string[] {
  return [
    ...new Set(events.map((trigger) => trigger.event)),
    ...(schedules.length > 0 ? ['schedule'] : []),
    ...(dispatch ? ['workflow_dispatch'] : []),
  ]
}
