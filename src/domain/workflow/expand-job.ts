import type { Expansion, JobState, Outputs, RunInputs } from '../../../contract/run.ts'
import type { Conclusion, WorkflowInput } from '../../../contract/workflows.ts'
import { coded } from '../../errors.ts'
import { decide } from './decide.ts'
import { type Call, describeGraph, type Strategy } from './definition.ts'
import { type Contexts, evaluateFlag, evaluateTemplate, evaluateWritten } from './expressions.ts'
import { combineMatrix, matrixJobName } from './matrix.ts'
import { resolveInputs } from './resolve-inputs.ts'
import { type RunJob, strategyContext } from './run-jobs.ts'

/** Of all jobs of a run together: whoever looks at it looks at every job and every step. */
const maxJobs = 2_000
const maxSteps = 10_000

/** Where a job is expanded. */
interface Around {
  contexts: Contexts
  /** All jobs of the run so far. */
  others: readonly JobState[]
  /** What stands before the names of the jobs: of those that called its workflow. */
  within: string
}

/**
 * The jobs that take the place of one with a matrix. Throws `expression_failed` when its strategy cannot be evaluated or
 * makes too many jobs.
 */
export function expandJob(job: RunJob, strategy: Strategy, { contexts, others, within }: Around): Expansion {
  const combined = combineMatrix(evaluateWritten(strategy.matrix, contexts))
  requireRoom(others, { jobs: combined.length, steps: combined.length * job.steps.length })
  const fail_fast = evaluateFlag(strategy.fail_fast, () => contexts)
  const max_parallel = maxParallel(strategy, contexts) ?? combined.length
  return {
    job: job.id,
    jobs: combined.map(({ matrix, segments }, index) => {
      const id = `${job.id}.${index}`
      if (!job.name.includes('${{')) return { id, name: within + matrixJobName(job.name, segments), matrix }
      const place = strategyContext({ fail_fast, max_parallel, total: combined.length, index })
      const { name = job.name } = evaluatedName(job, () => ({ ...contexts, matrix, strategy: place }))
      return { id, name: within + name, matrix }
    }),
    fail_fast,
    max_parallel,
  }
}

/** The jobs of the workflow that a job calls. Throws `expression_failed` when it cannot be called, or not like this. */
export function expandCall(
  job: RunJob,
  { uses, with: given, workflow }: Call,
  { contexts, others, within }: Around,
): Expansion {
  if (!workflow?.on.call) {
    const why = workflow
      ? "has no 'workflow_call'"
      : "is not switched on, its maker's own and the only one of that name, or it calls itself, or is behind nine others"
    throw coded('expression_failed', `the workflow '${uses}' cannot be called: it ${why}`)
  }
  const { inputs, problems } = callInputs(workflow.on.call.inputs, evaluateWritten(given, contexts))
  if (problems.length > 0)
    throw coded('expression_failed', `the inputs of '${uses}' do not fit: ${problems.join('; ')}`)
  const steps = workflow.jobs.reduce((sum, each) => sum + each.steps.length, 0)
  requireRoom(others, { jobs: workflow.jobs.length, steps })
  return {
    job: job.id,
    inputs,
    jobs: describeGraph(workflow).jobs.map((each) => ({
      id: `${job.id}.${each.id}`,
      name: `${within}${each.name}`,
      needs: each.needs.map((id) => `${job.id}.${id}`),
      steps: each.steps,
    })),
    fail_fast: false,
    max_parallel: workflow.jobs.length,
  }
}

/** As `resolveInputs`, of values that have a type already: a boolean is no text, as on GitHub. */
function callInputs(declared: readonly WorkflowInput[], given: unknown) {
  const written = Object.entries(given as Record<string, unknown>)
  const wrong = written.flatMap(([name, value]) => {
    const type = declared.find((input) => input.name === name)?.type
    const fits = type === undefined || value === null || typeof value === 'string' || typeof value === type
    return fits || type === 'string' ? [] : [`'${name}' must be a ${type}`]
  })
  const scalars = written.flatMap(([name, value]): [string, RunInputs[string]][] =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, value]]
      : [],
  )
  const { inputs, problems } = resolveInputs(declared, Object.fromEntries(scalars))
  return { inputs, problems: [...wrong, ...problems] }
}

function requireRoom(others: readonly JobState[], more: { jobs: number; steps: number }): void {
  const steps = others.reduce((sum, other) => sum + other.steps.length, 0)
  if (others.length + more.jobs > maxJobs || steps + more.steps > maxSteps)
    throw coded('expression_failed', `a run has at most ${maxJobs} jobs and ${maxSteps} steps`)
}

function maxParallel({ max_parallel: written }: Strategy, contexts: Contexts): number | null {
  if (written === null) return null
  const given = Math.trunc(
    Number(typeof written === 'number' ? written : evaluateTemplate(written, contexts)),
  )
  return given > 0 ? given : null
}

/** A name whose expressions are evaluated; nothing where there are none, or they cannot be. */
export function evaluatedName({ name }: { name: string }, contexts: () => Contexts): { name?: string } {
  if (!name.includes('${{')) return {}
  const { value } = decide(() => evaluateTemplate(name, contexts()))
  return value ? { name: value.slice(0, 400).toWellFormed() } : {}
}

/**
 * How a job ends that stands for others, and what they give together: of each output, what the last of them to end well
 * has set.
 */
export function joinParts(parts: readonly JobState[]): {
  outcome: Conclusion
  conclusion: Conclusion
  outputs: Outputs
} {
  const inOrder = parts
    .filter(({ conclusion }) => conclusion === 'success')
    .toSorted((a, b) => (a.completed_at! < b.completed_at! ? -1 : a.completed_at! > b.completed_at! ? 1 : 0))
  const outputs = inOrder.flatMap((part) => Object.entries(part.outputs).filter(([, value]) => value !== ''))
  return {
    outcome: joinConclusions(parts.map(({ outcome }) => outcome)),
    conclusion: joinConclusions(parts.map(({ conclusion }) => conclusion)),
    outputs: Object.fromEntries(outputs),
  }
}

/** A failure counts most, then that something was cancelled; what was skipped counts where nothing else is. */
export function joinConclusions(conclusions: readonly (Conclusion | null)[]): Conclusion {
  if (conclusions.includes('failure')) return 'failure'
  if (conclusions.includes('cancelled')) return 'cancelled'
  return conclusions.every((conclusion) => conclusion === 'skipped') ? 'skipped' : 'success'
}
