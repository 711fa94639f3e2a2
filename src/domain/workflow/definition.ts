import type { GroupQueue } from '../../../contract/run.ts'
import type { WorkflowGraph, WorkflowInput } from '../../../contract/workflows.ts'
import type { Written } from './expressions.ts'

/** A workflow as parsed from its source: plain JSON, stored with each version. Texts may hold `${{ }}`. */
export interface WorkflowDefinition {
  name: string
  run_name: string | null
  on: Triggers
  env: Record<string, string>
  concurrency?: Concurrency
  /** In the order of the source. */
  jobs: JobDefinition[]
}

export interface Triggers {
  events: EventTrigger[]
  /** As `scheduleText` writes them. */
  schedules: string[]
  /** Inputs of `workflow_dispatch`; null: it cannot be started by hand. */
  dispatch: WorkflowInput[] | null
  /** Absent: no job can call it. */
  call?: { inputs: WorkflowInput[]; outputs: Record<string, string> }
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
  /** Labels of the runner that its commands need, as written; absent: any. */
  runs_on?: string[]
  /** Absent: it is one job. */
  strategy?: Strategy
  concurrency?: Concurrency
  /** The workflow that runs in its place. */
  call?: Call
  /** After how many minutes it is stopped; absent: never, each step has a limit of its own. */
  timeout_minutes?: number | string
  /** Why it cannot run here; absent: it can. */
  unable?: string
}

/** A job that calls another workflow. */
export interface Call {
  /** As written: `./name`. */
  uses: string
  with: { readonly [name: string]: Written }
  /** The called version, once a run has looked for it; never stored. */
  workflow?: WorkflowDefinition
}

/** The group in which a run or a job is alone. Texts may hold expressions. */
export interface Concurrency {
  group: string
  cancel_in_progress: boolean | string
  queue: GroupQueue
}

/** The jobs that one job stands for. Texts are expressions. */
export interface Strategy {
  matrix: Written
  fail_fast: boolean | string
  /** null: all of them at the same time. */
  max_parallel: number | string | null
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
  /** It may be done again when nobody knows how far it came. */
  repeatable?: true
}

/** The item of that id, or undefined. */
export function withId<T extends { id: string }>(items: readonly T[], id: string): T | undefined {
  for (const item of items) if (item.id === id) return item
  return undefined
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
