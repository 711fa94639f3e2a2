import type { JobState, RunState, StepState } from '../../../contract/run.ts'
import type { Conclusion } from '../../../contract/workflows.ts'
import { decide } from './decide.ts'
import { type StepDefinition, type WorkflowDefinition, withId } from './definition.ts'
import {
  type Contexts,
  evaluateCondition,
  evaluateTemplate,
  holdExpressions,
  type StatusChecks,
} from './expressions.ts'
import type { GithubContext } from './github-context.ts'
import { ancestorsOf, type RunJob, runJobs, workflowOf } from './run-jobs.ts'
import { noValues, type RunValues } from './run-values.ts'
import { runnerContext } from './runner-context.ts'

/** Where a run stands: everything that expressions and decisions look at. */
export interface Situation {
  definition: WorkflowDefinition
  state: RunState
  github: GithubContext
  /** What it is told besides; absent: nothing. */
  values?: RunValues
}

/** The state of a job; a definition and the journal that began with it name the same jobs. */
export function jobState(state: RunState, id: string): JobState {
  const job = withId(state.jobs, id)
  if (!job) throw new Error(`run ${state.id} has no job ${id}`)
  return job
}

/** The state of a step. */
export function stepState(state: RunState, ref: { job: string; step: string }): StepState {
  const step = withId(jobState(state, ref.job).steps, ref.step)
  if (!step) throw new Error(`run ${state.id} has no step ${ref.job}/${ref.step}`)
  return step
}

/** What `concurrency` of a workflow may look at. */
export function runContexts({ state, github, values = noValues }: Situation): Contexts {
  return { github, inputs: state.inputs, vars: values.vars }
}

/** What `if`, `env` and `continue-on-error` of a job may look at. */
export function jobContexts({ state, github, values = noValues }: Situation, job: RunJob): Contexts {
  const called = job.part?.called
  // Within a called workflow jobs have the names that it gives them.
  const from = called ? called.caller.length + 1 : 0
  const needs = job.needs.map((id) => {
    const { conclusion, outputs } = jobState(state, id)
    return [id.slice(from), { result: conclusion, outputs }]
  })
  return {
    github: { ...github, job: job.part?.job ?? job.id },
    inputs: called?.inputs ?? state.inputs,
    vars: values.vars,
    // Where GitHub has no secrets, such as `if`, the check of the source refuses them.
    secrets: values.secrets,
    needs: Object.fromEntries(needs),
    matrix: job.part?.matrix ?? null,
    strategy: job.part?.strategy ?? oneJob,
  }
}

/** The context `strategy` of a job without one. */
const oneJob = { 'fail-fast': true, 'job-index': 0, 'job-total': 1, 'max-parallel': 1 }

/**
 * What a step's expressions and a job's `outputs` may look at. `env` is the workflow's, the job's and the step's,
 * the narrower winning. Throws `expression_failed`.
 */
export function stepContexts(situation: Situation, job: RunJob, step?: StepDefinition): Contexts {
  const contexts = jobContexts(situation, job)
  const { steps } = jobState(situation.state, job.id)
  const outer = {
    ...contexts,
    job: { status: shownStatus(situation, job) },
    runner: runnerContext,
    steps: Object.fromEntries(
      steps
        .filter(({ status }) => status === 'completed')
        .map(({ id, outcome, conclusion, outputs }) => [id, { outcome, conclusion, outputs }]),
    ),
  }
  const env = {
    ...filled(workflowOf(situation, job).env, contexts),
    ...filled(job.env, contexts),
    ...Object.assign({}, ...steps.map((step) => step.env)),
  }
  return { ...outer, env: step ? { ...env, ...filled(step.env, { ...outer, env }) } : env }
}

/** Texts with their expressions evaluated. Throws `expression_failed`. */
export function filled(
  texts: Record<string, string>,
  contexts: Contexts | (() => Contexts),
): Record<string, string> {
  if (!holdExpressions(texts)) return texts
  const known = typeof contexts === 'function' ? contexts() : contexts
  return Object.fromEntries(
    Object.entries(texts).map(([name, text]) => [name, evaluateTemplate(text, known)]),
  )
}

/**
 * Status checks of a job's `if`. A failure or a skip counts for the whole chain of jobs behind it.
 * https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-jobs#defining-prerequisite-jobs
 */
function jobChecks(situation: Situation, job: RunJob): StatusChecks {
  const { state } = situation
  const cancelled = state.cancel_requested_at !== null
  const conclusions = ancestorsOf(runJobs(situation), job).map((id) => jobState(state, id).conclusion)
  return {
    success: !cancelled && conclusions.every((conclusion) => conclusion === 'success'),
    failure: !cancelled && conclusions.includes('failure'),
    cancelled,
  }
}

/** Status checks of a step's `if`; `cancelled`: the job is being cancelled. */
export function stepChecks(job: JobState, cancelled: boolean): StatusChecks {
  const failed = jobStatus(job.steps) === 'failure'
  return { success: !cancelled && !failed, failure: !cancelled && failed, cancelled }
}

/** `job.status`: that it is being cancelled counts before all else, as with GitHub's runner. */
function shownStatus(situation: Situation, job: RunJob): Conclusion {
  const { state } = situation
  const { steps } = jobState(state, job.id)
  const stopped =
    steps.some((step) => step.conclusion === 'cancelled') ||
    (state.cancel_requested_at !== null && decide(() => jobCondition(situation, job)).value !== true)
  return stopped ? 'cancelled' : jobStatus(steps)
}

/** Whether the `if` of a job holds. Throws `expression_failed`. */
export function jobCondition(situation: Situation, job: RunJob): boolean {
  return evaluateCondition(job.if, () => jobContexts(situation, job), jobChecks(situation, job))
}

function jobStatus(steps: JobState['steps']): 'success' | 'failure' {
  return steps.some((step) => step.conclusion === 'failure') ? 'failure' : 'success'
}
