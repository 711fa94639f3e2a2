import type { Expansion, JobState, Outputs } from '../../../contract/run.ts'
import type { Conclusion } from '../../../contract/workflows.ts'
import { coded } from '../../errors.ts'
import { decide } from './decide.ts'
import type { Strategy } from './definition.ts'
import { type Contexts, evaluateFlag, evaluateTemplate, evaluateWritten } from './expressions.ts'
import { combineMatrix, matrixJobName } from './matrix.ts'
import { type RunJob, strategyContext } from './run-jobs.ts'

/** Of all jobs of a run together: whoever looks at it looks at every job and every step. */
const maxJobs = 2_000
const maxSteps = 10_000

/**
 * The jobs that take the place of one with a matrix. Throws `expression_failed` when its strategy cannot be evaluated or
 * makes too many jobs.
 */
export function expandJob(
  job: RunJob,
  strategy: Strategy,
  { contexts, others }: { contexts: Contexts; others: readonly JobState[] },
): Expansion {
  const combined = combineMatrix(evaluateWritten(strategy.matrix, contexts))
  const steps = others.reduce((sum, other) => sum + other.steps.length, 0)
  if (others.length + combined.length > maxJobs || steps + combined.length * job.steps.length > maxSteps)
    throw coded('expression_failed', `a run has at most ${maxJobs} jobs and ${maxSteps} steps`)
  const fail_fast = evaluateFlag(strategy.fail_fast, () => contexts)
  const max_parallel = maxParallel(strategy, contexts) ?? combined.length
  return {
    job: job.id,
    jobs: combined.map(({ matrix, segments }, index) => {
      const id = `${job.id}.${index}`
      if (!job.name.includes('${{')) return { id, name: matrixJobName(job.name, segments), matrix }
      const place = strategyContext({ fail_fast, max_parallel, total: combined.length, index })
      const { name = job.name } = evaluatedName(job, () => ({ ...contexts, matrix, strategy: place }))
      return { id, name, matrix }
    }),
    fail_fast,
    max_parallel,
  }
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
