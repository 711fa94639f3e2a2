import type {
  Expansion,
  InGroup,
  JobState,
  Progress,
  RunChange,
  RunChangeData,
  RunState,
  StepState,
} from './run.ts'
import type { WorkflowGraph } from './workflows.ts'

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
 * The state of a run after one more change, on the server that executes it and in the browser that draws it live or
 * scrubs through it afterwards; hence no import here but types. Pure, and the old state stays as it was. A kind that only a newer
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
