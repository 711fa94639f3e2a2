import type { Conclusion, Run, WorkflowGraph } from './workflows.ts'

/**
 * The journal of a run: its entries, numbered 1, 2, 3 … Sockets follow it as the topic `run:<id>`. The state of a run is always
 * `journal.reduce(reduce)`, on the server that executes it and in the browser that draws it live or scrubs
 * through it afterwards; hence no import here but types.
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

interface Progress {
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

const untouched: Progress = {
  status: 'queued',
  outcome: null,
  conclusion: null,
  outputs: {},
  error: null,
  started_at: null,
  completed_at: null,
}

/**
 * The state of a run after one more change; pure, and the old state stays as it was. A kind that only a newer
 * hub knows leaves the state alone. Throws when a journal does not begin with `run.created`.
 */
export function reduce(state: RunState | null, change: RunChange): RunState {
  if (change.kind === 'run.created') return created(change.data, change.at)
  if (!state) throw new Error(`a journal begins with run.created, not with ${change.kind}`)
  const { at } = change
  switch (change.kind) {
    case 'run.started':
      return { ...state, status: 'in_progress', started_at: at }
    case 'run.cancel_requested':
      return { ...state, cancel_requested_at: state.cancel_requested_at ?? at }
    case 'concurrency.waiting': {
      const { job, group } = change.data
      const concurrency: InGroup = { group, since: at, entered_at: null }
      return job === null
        ? { ...state, concurrency }
        : withJob(state, job, (each) => ({ ...each, concurrency }))
    }
    case 'concurrency.entered': {
      const { job } = change.data
      return job === null ? entered(state, at) : withJob(state, job, (each) => entered(each, at))
    }
    case 'job.cancel_requested':
      return withJob(state, change.data.job, (job) => ({ ...job, cancel_requested_at: at }))
    case 'run.finished':
      return { ...state, status: 'completed', conclusion: change.data.conclusion, completed_at: at }
    case 'job.started':
      return withJob(state, change.data.job, (job) => ({
        ...job,
        name: change.data.name ?? job.name,
        status: 'in_progress',
        started_at: at,
      }))
    case 'job.expanded':
      return expanded(state, change.data, at)
    case 'job.skipped':
      return withJob(state, change.data.job, (job) => closed(job, at))
    case 'job.finished': {
      const { job: id, ...ending } = change.data
      return withJob(state, id, (job) => ({ ...closed(job, at), ...ending }))
    }
    case 'step.started': {
      const { attempt, wake_at, name } = change.data
      return withStep(state, change.data, (step) => ({
        ...step,
        name: name ?? step.name,
        status: 'in_progress',
        attempt,
        wake_at,
        error: null,
        started_at: step.started_at ?? at,
      }))
    }
    case 'step.waiting': {
      const { error, wake_at } = change.data
      return withStep(state, change.data, (step) => ({ ...step, error, wake_at }))
    }
    case 'step.skipped':
      return withStep(state, change.data, (step) => ({
        ...skipped(step, at),
        name: change.data.name ?? step.name,
      }))
    case 'step.finished': {
      const { outcome, conclusion, error, outputs, log, env } = change.data
      return withStep(state, change.data, (step) => ({
        ...step,
        ...{ outcome, conclusion, error, outputs, log },
        ...(env && { env }),
        status: 'completed',
        started_at: step.started_at ?? at,
        completed_at: at,
      }))
    }
    default:
      return unknownKind(change, state)
  }
}

function created(data: RunChangeData['run.created'], at: string): RunState {
  const { graph, payload: _, ...identity } = data
  return {
    ...identity,
    status: 'queued',
    conclusion: null,
    cancel_requested_at: null,
    created_at: at,
    started_at: null,
    completed_at: null,
    jobs: graph.jobs.map((job) => ({
      ...untouched,
      ...job,
      steps: job.steps.map(unbegun),
    })),
  }
}

function unbegun(step: WorkflowGraph['jobs'][number]['steps'][number]): StepState {
  return { ...untouched, ...step, attempt: 0, wake_at: null, log: '' }
}

function entered<T extends { concurrency?: InGroup }>(part: T, at: string): T {
  return part.concurrency ? { ...part, concurrency: { ...part.concurrency, entered_at: at } } : part
}

/** The parts have the steps of the job that they take the place of. */
function expanded(state: RunState, expansion: Expansion, at: string): RunState {
  const whole = state.jobs[indexOf(state.jobs, expansion.job)]
  if (!whole) return state
  const parts = expansion.jobs.map(({ id, name, needs, steps }): JobState => {
    const { concurrency: _, cancel_requested_at: __, ...shape } = whole
    return {
      ...shape,
      ...untouched,
      ...{ id, name, parent: whole.id, needs: needs ?? whole.needs },
      steps: steps?.map(unbegun) ?? whole.steps,
    }
  })
  const started = withJob(state, whole.id, (job) => ({
    ...job,
    status: 'in_progress',
    started_at: at,
    steps: [],
    expanded: true,
  }))
  return {
    ...started,
    jobs: [...started.jobs, ...parts],
    expansions: [...(state.expansions ?? []), expansion],
  }
}

/** A job that is over; what it never reached was skipped. */
function closed(job: JobState, at: string): JobState {
  const steps = job.steps.map((step) => (step.status === 'completed' ? step : skipped(step, at)))
  return { ...skipped(job, at), steps }
}

function skipped<T extends Progress>(part: T, at: string): T {
  return { ...part, status: 'completed', outcome: 'skipped', conclusion: 'skipped', completed_at: at }
}

function withJob(state: RunState, id: string, change: (job: JobState) => JobState): RunState {
  const at = indexOf(state.jobs, id)
  return at < 0 ? state : { ...state, jobs: withItem(state.jobs, at, change(state.jobs[at]!)) }
}

function withStep(
  state: RunState,
  place: { job: string; step: string },
  change: (step: StepState) => StepState,
): RunState {
  const at = indexOf(state.jobs, place.job)
  const job = state.jobs[at]
  const index = job ? indexOf(job.steps, place.step) : -1
  if (!job || index < 0) return state
  const steps = withItem(job.steps, index, change(job.steps[index]!))
  return { ...state, jobs: withItem(state.jobs, at, { ...job, steps }) }
}

function indexOf(items: readonly { id: string }[], id: string): number {
  for (let at = 0; at < items.length; at++) if (items[at]!.id === id) return at
  return -1
}

/** The list with one item changed. */
function withItem<T>(items: readonly T[], at: number, item: T): readonly T[] {
  const changed = items.slice()
  changed[at] = item
  return changed
}

/** Keeps the switch exhaustive at compile time and forgiving at run time. */
function unknownKind(_change: never, state: RunState): RunState {
  return state
}
