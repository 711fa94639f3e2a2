import type { Conclusion, Run, WorkflowGraph } from './workflows.ts'

/**
 * The journal of a run: its entries, numbered 1, 2, 3 … Sockets follow it as the topic `run:<id>`. The state of a run is always
 * `journal.reduce(reduce)`, see `reduce-run.ts`.
 */
export interface RunChangeData {
  /** `payload`: what expressions see as `github.event`; null when the delivery holds it. */
  'run.created': RunIdentity & { inputs: RunInputs; payload: unknown; graph: WorkflowGraph }
  'run.started': Record<never, never>
  /** `by`: login of the person, null when the hub itself asks; `group`: another one in it takes its place. */
  'run.cancel_requested': { by: string | null; group?: string }
  /** It, or one of its jobs, wants to be alone in its concurrency group, and waits for its turn. */
  'concurrency.waiting': { job: string | null; group: string; cancel_in_progress: boolean; queue: GroupQueue }
  /** It is its turn. */
  'concurrency.entered': { job: string | null }
  /** Another one in its group takes its place. */
  'job.cancel_requested': { job: string; group: string }
  'run.finished': { conclusion: Conclusion }
  /** `name`: what its expressions gave; absent: as the graph says. */
  'job.started': { job: string; name?: string }
  /** A job that stands for others, one for each combination of its matrix, began with them. */
  'job.expanded': Expansion
  'job.skipped': { job: string }
  'job.finished': { job: string; error: RunError | null; outputs: Outputs } & Ending
  /** `attempt` above 1: it waited for an error to pass, or its process died and nobody knows how far it came. */
  'step.started': { job: string; step: string; attempt: number; wake_at: string | null; name?: string }
  /** An error that may pass ended this attempt; the next one begins at `wake_at`. */
  'step.waiting': { job: string; step: string; attempt: number; error: RunError; wake_at: string }
  'step.skipped': { job: string; step: string; name?: string }
  'step.finished': {
    job: string
    step: string
    error: RunError | null
    outputs: Outputs
    log: string
    /** What it set for the steps after it, by `$GITHUB_ENV`. */
    env?: Outputs
  } & Ending
}

/** What one entry of a journal says. */
export type RunChange = {
  [K in keyof RunChangeData]: { kind: K; at: string; data: RunChangeData[K] }
}[keyof RunChangeData]

/** An entry that is on disk, with its number; `seq`: where the log of changes stood with the commit that holds it. */
export type RunEntry = RunChange & { n: number; seq: number }

/** What a run is, known when it is created. */
export interface RunIdentity
  extends Omit<Run, 'status' | 'conclusion' | 'created_at' | 'started_at' | 'completed_at'> {
  /** Who caused the first attempt, where this is a later one. */
  first_actor?: string | null
  /** The workflows that its jobs call, by what `uses` says, as they were when it began. */
  calls?: Readonly<Record<string, CalledVersion>>
}

export interface CalledVersion {
  id: string
  version: number
}

/** Who of a group waits: the newest, or all in the order in which they came. */
export type GroupQueue = 'single' | 'max'

/** The concurrency group that something wants to be alone in. */
export interface InGroup {
  group: string
  /** When it began to wait. */
  since: string
  /** null: it waits. */
  entered_at: string | null
}

/** What a job became when it began: the jobs of its matrix, or of the workflow that it calls, in order. */
export interface Expansion {
  job: string
  /** What the called workflow was given; absent: it is a matrix. */
  inputs?: RunInputs
  jobs: readonly ExpandedJob[]
  fail_fast: boolean
  /** So many of them run at the same time, at most. */
  max_parallel: number
}

/** One job that stands in the place of another. */
export interface ExpandedJob {
  id: string
  name: string
  /** Of a matrix. */
  matrix?: Readonly<Record<string, unknown>>
  /** Of a called workflow; absent: as the job that it takes the place of. */
  needs?: readonly string[]
  steps?: WorkflowGraph['jobs'][number]['steps']
}

export type RunInputs = Record<string, string | number | boolean>
export type Outputs = Record<string, string>
export type Status = 'queued' | 'in_progress' | 'completed'

/** Why something failed: a code of the error table and a sentence for people. */
export interface RunError {
  code: string
  message: string
}

/** As in GitHub's `steps` context: `outcome` is what happened, `conclusion` what counts (`continue-on-error`). */
interface Ending {
  outcome: Conclusion
  conclusion: Conclusion
}

/** How far a job or a step has come. */
export interface Progress {
  status: Status
  outcome: Conclusion | null
  conclusion: Conclusion | null
  outputs: Outputs
  error: RunError | null
  started_at: string | null
  completed_at: string | null
}

export interface RunState extends Run, Pick<RunIdentity, 'first_actor' | 'calls'> {
  inputs: RunInputs
  cancel_requested_at: string | null
  /** Absent: it wants to be alone in none. */
  concurrency?: InGroup
  /** Those of the graph, then what they expanded to. */
  jobs: readonly JobState[]
  /** In the order in which it happened; absent: nothing did. */
  expansions?: readonly Expansion[]
}

export interface JobState extends Progress {
  id: string
  name: string
  needs: readonly string[]
  steps: readonly StepState[]
  /** The job that it is a part of. */
  parent?: string
  concurrency?: InGroup
  /** Another one in its group took its place. */
  cancel_requested_at?: string
  /** It stands for others and has no steps. */
  expanded?: true
}

export interface StepState extends Progress {
  id: string
  name: string
  uses: string
  /** 0 until started. */
  attempt: number
  /** A sleeping step ends at this time; one that has an error and is not over begins its next attempt then. */
  wake_at: string | null
  log: string
  /** What it set for the steps after it; absent: nothing. */
  env?: Outputs
}
