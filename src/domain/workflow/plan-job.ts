import type { Expansion, JobState, RunError } from '../../../contract/run.ts'
import type { Conclusion } from '../../../contract/workflows.ts'
import { readGroup } from './concurrency.ts'
import { decide } from './decide.ts'
import type { Concurrency } from './definition.ts'
import { evaluatedName, expandCall, expandJob, joinParts } from './expand-job.ts'
import { type Contexts, evaluateFlag } from './expressions.ts'
import { type Draft, emit, jobAt, jobOf, placeIn, runError, unableError } from './plan-draft.ts'
import { planStep } from './plan-step.ts'
import { filled, jobCondition, jobContexts, jobState, stepContexts } from './run-contexts.ts'
import { type Part, type RunJob, runJobs } from './run-jobs.ts'
import { stepTimeout } from './step-timeout.ts'

/** Brings a job as far as it goes now; whether it ended by that. `look`: others are to be looked at again. */
export function endsNow(draft: Draft, index: number, job: RunJob, look: (id: string) => void): boolean {
  const { status, expanded } = jobAt(draft, index, job)
  if (status === 'completed') return false
  if (status === 'queued') {
    if (job.needs.some((id) => jobState(draft.state, id).status !== 'completed')) return false
    const begun = job.part?.matrix ? beginPart(draft, job, job.part) : beginJob(draft, job)
    if (begun === 'expanded') {
      for (const { id } of draft.run.parts.get(job.id)!.jobs) look(id)
      return false
    }
    if (begun !== 'begun') return begun === 'over'
  }
  if (expanded) return endWhole(draft, job)
  const cancelling = isCancelling(draft, job)
  for (let at = 0; at < job.steps.length; at++) {
    // Most of a long job is over, or not begun.
    if (jobAt(draft, index, job).steps[at]?.status === 'completed') continue
    const place = { index, at, job, step: job.steps[at]!, cancelling }
    if (planStep(draft, place) === 'waits') return false
  }
  finishJob(draft, job, { cancelling, error: null })
  return true
}

type Begun = 'begun' | 'expanded' | 'waits' | 'over'

function beginJob(draft: Draft, job: RunJob): Begun {
  if (job.part && isStopped(draft, job)) {
    endUnbegun(draft, job.id, null)
    return 'over'
  }
  const { value: runs, error } = decide(() => jobCondition(draft, job))
  if (error) finishJob(draft, job, { cancelling: false, error })
  else if (!runs) emit(draft, 'job.skipped', { job: job.id })
  else if (job.unable) finishJob(draft, job, { cancelling: false, error: unableError(job.unable) })
  if (!runs || job.unable) return 'over'
  const { strategy } = job
  if (strategy) return expand(draft, job, (around) => expandJob(job, strategy, around))
  const turn = job.concurrency ? takesTurn(draft, job, job.concurrency) : 'begun'
  if (turn !== 'begun') return turn
  const { call } = job
  if (call) return expand(draft, job, (around) => expandCall(job, call, around))
  startRun(draft)
  const { name } = evaluatedName(job, () => jobContexts(draft, job))
  emit(draft, 'job.started', { job: job.id, ...(name && { name: nameBefore(draft, job) + name }) })
  return 'begun'
}

/** A job becomes those of its matrix, or of the workflow that it calls. */
function expand(
  draft: Draft,
  job: RunJob,
  into: (around: Parameters<typeof expandCall>[2]) => Expansion,
): Begun {
  const { value: expansion, error } = decide(() => {
    const within = job.call && !job.strategy ? `${jobOf(draft, job.id).name} / ` : nameBefore(draft, job)
    return into({ contexts: jobContexts(draft, job), others: draft.state.jobs, within })
  })
  if (error) finishJob(draft, job, { cancelling: false, error })
  else if (expansion.jobs.length === 0) emit(draft, 'job.skipped', { job: job.id })
  if (error || expansion.jobs.length === 0) return 'over'
  startRun(draft)
  emit(draft, 'job.expanded', expansion)
  draft.run = runJobs(draft)
  return 'expanded'
}

function beginPart(draft: Draft, job: RunJob, { parent }: Part): Begun {
  const { jobs, max_parallel } = draft.run.parts.get(parent)!
  if (isCancelling(draft, job)) {
    finishJob(draft, job, { cancelling: true, error: null })
    return 'over'
  }
  const running = jobs.filter(({ id }) => jobOf(draft, id).status === 'in_progress').length
  if (running >= max_parallel) return 'waits'
  const turn = job.concurrency ? takesTurn(draft, job, job.concurrency) : 'begun'
  if (turn !== 'begun') return turn
  const { call } = job
  if (call) return expand(draft, job, (around) => expandCall(job, call, around))
  emit(draft, 'job.started', { job: job.id })
  return 'begun'
}

/** What stands before the name of a job: the name of the one that called its workflow. */
function nameBefore(draft: Draft, { part }: RunJob): string {
  return part?.called ? `${jobOf(draft, part.called.caller).name} / ` : ''
}

/** Whether a job is alone in its group. */
function takesTurn(draft: Draft, job: RunJob, concurrency: Concurrency): Begun {
  const state = jobOf(draft, job.id)
  if (state.cancel_requested_at !== undefined) {
    endUnbegun(draft, job.id, null)
    return 'over'
  }
  if (state.concurrency) return state.concurrency.entered_at === null ? 'waits' : 'begun'
  startRun(draft)
  const contexts = () => jobContexts(draft, job)
  const { error } = askForTurn(draft, { concurrency, job: job.id, contexts })
  if (!error) return 'waits'
  finishJob(draft, job, { cancelling: false, error })
  return 'over'
}

/** Writes down that a run (`job` null) or a job waits for its turn in a group. */
export function askForTurn(
  draft: Draft,
  asked: { concurrency: Concurrency; job: string | null; contexts: () => Contexts },
): { error: RunError | null } {
  const { concurrency, job, contexts } = asked
  const { value, error } = decide(() => readGroup(concurrency, contexts))
  if (!error) emit(draft, 'concurrency.waiting', { job, ...value })
  return { error }
}

/** Ends a job of which nothing has begun. */
export function endUnbegun(draft: Draft, job: string, error: RunError | null): void {
  const outcome = error ? 'failure' : 'cancelled'
  emit(draft, 'job.finished', { job, outcome, conclusion: outcome, outputs: {}, error })
}

function startRun(draft: Draft): void {
  if (draft.state.status === 'queued') emit(draft, 'run.started', {})
}

/** A job that stands for others ends with the last of them. */
function endWhole(draft: Draft, job: RunJob): boolean {
  const parts = draft.run.parts.get(job.id)!.jobs.map(({ id }) => jobOf(draft, id))
  if (parts.some(({ status }) => status !== 'completed')) return false
  const joined = joinParts(parts)
  const call = draft.run.parts.get(job.id)!.inputs && job.call?.workflow?.on.call
  const given = call ? decide(() => callOutputs(draft, job, call.outputs)) : null
  const outputs = given ? (given.value ?? {}) : joined.outputs
  emit(draft, 'job.finished', { job: job.id, error: given?.error ?? null, ...joined, outputs })
  return true
}

/** What a called workflow gives back. Throws `expression_failed`. */
function callOutputs(draft: Draft, { id }: RunJob, outputs: Record<string, string>): Record<string, string> {
  const { jobs, inputs } = draft.run.parts.get(id)!
  const results = jobs.map((part): [string, unknown] => {
    const { conclusion, outputs: given } = jobOf(draft, part.id)
    return [part.id.slice(id.length + 1), { result: conclusion, outputs: given }]
  })
  return filled(outputs, () => ({ github: draft.github, inputs, jobs: Object.fromEntries(results) }))
}

function finishJob(
  draft: Draft,
  job: RunJob,
  { cancelling, error }: { cancelling: boolean; error: RunError | null },
): void {
  const outputs = decide(() => (error ? {} : filled(job.outputs, () => stepContexts(draft, job))))
  const late = jobLimit(draft, job) <= draft.now
  const reason = error ?? outputs.error ?? (late ? lateError : null)
  const failed = error ?? outputs.error
  const outcome = failed ? 'failure' : jobOutcome(jobState(draft.state, job.id), cancelling)
  const tolerated =
    outcome === 'failure' &&
    decide(() => evaluateFlag(job.continue_on_error, () => jobContexts(draft, job))).value === true
  emit(draft, 'job.finished', {
    job: job.id,
    outcome,
    conclusion: tolerated ? 'success' : outcome,
    outputs: outputs.value ?? {},
    error: reason,
  })
}

const lateError = runError('job_timeout', 'The job took longer than it may.')

function jobOutcome(job: JobState, cancelling: boolean): Conclusion {
  if (cancelling) return 'cancelled'
  return job.steps.some((step) => step.conclusion === 'failure') ? 'failure' : 'success'
}

/** Whether a job is to stop: with a cancelled run, with its matrix, or because its time is over. */
function isCancelling(draft: Draft, job: RunJob): boolean {
  if (isStopped(draft, job)) return true
  if (jobLimit(draft, job) <= draft.now) return true
  if (draft.state.cancel_requested_at === null) return false
  return decide(() => jobCondition(draft, job)).value !== true
}

/** Whether another job stops it: one of its group, or of its matrix; or what stops the job that it is a part of. */
function isStopped(draft: Draft, job: RunJob): boolean {
  if (jobOf(draft, job.id).cancel_requested_at !== undefined) return true
  if (!job.part) return false
  if (job.part.matrix && failsFast(draft, job.part)) return true
  return isStopped(draft, draft.run.jobs[placeIn(draft.run.places, job.part.parent)]!)
}

/** One of a matrix has failed, and the others are not to go on. */
function failsFast(draft: Draft, { parent }: Part): boolean {
  const { fail_fast, jobs } = draft.run.parts.get(parent)!
  return fail_fast && jobs.some(({ id }) => jobOf(draft, id).conclusion === 'failure')
}

/** When a running job has taken all its time, in milliseconds. */
export function jobLimit(draft: Draft, job: RunJob): number {
  if (job.timeout_minutes === undefined) return Number.POSITIVE_INFINITY
  const { started_at, expanded } = jobOf(draft, job.id)
  const written = { timeout_minutes: job.timeout_minutes }
  const { value } = decide(() => stepTimeout(written, () => jobContexts(draft, job)))
  if (started_at === null || expanded || !value) return Number.POSITIVE_INFINITY
  return Date.parse(started_at) + value * 60_000
}
