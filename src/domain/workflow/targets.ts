import type { RunInputs } from '../../../contract/run.ts'
import { decide } from './decide.ts'
import type { JobDefinition, StepDefinition, WorkflowDefinition } from './definition.ts'
import { evaluateTemplate } from './expressions.ts'
import type { GithubContext } from './github-context.ts'
import { compileTemplate, referencesOf } from './parse-expression.ts'
import { stepKind } from './step-kinds.ts'

/** The input that names the repository of a step that acts in one. */
const input = 'repository'

/** Whether a step acts in a repository. */
function actsInRepository(step: StepDefinition): boolean {
  return stepKind(step.uses)?.acts !== undefined
}

/**
 * The repository that the source itself names for a step: `owner/name` as written there or in an `env` there. null:
 * only the run will tell. undefined: none is written, the step acts in that of the event.
 */
export function namedRepository(
  definition: WorkflowDefinition,
  job: JobDefinition,
  step: StepDefinition,
): string | null | undefined {
  const written = step.with[input]
  if (!written) return undefined
  const contexts = contextsOf(written)
  if (contexts.some((name) => name !== 'env')) return null
  const env = { ...definition.env, ...job.env, ...step.env }
  if (contexts.length > 0 && Object.values(env).some((value) => value.includes('${{'))) return null
  return decide(() => evaluateTemplate(written, { env })).value
}

/**
 * The repositories that a run may act in, as far as its source, its inputs and its event tell before it begins.
 * Whatever a step picks later is judged then.
 */
export function knownTargets(
  definition: WorkflowDefinition,
  { github, inputs }: { github: GithubContext; inputs: RunInputs },
  seen: Set<WorkflowDefinition> = new Set(),
): string[] {
  // Many jobs may call one workflow.
  if (seen.has(definition)) return []
  seen.add(definition)
  const targets = definition.jobs.flatMap((job) => {
    // What a called workflow is given, the run will tell.
    if (job.call?.workflow) return knownTargets(job.call.workflow, { github, inputs: {} }, seen)
    return job.steps.filter(actsInRepository).map((step) => {
      const named = namedRepository(definition, job, step)
      if (named === undefined) return github.repository
      if (named !== null) return named
      const written = step.with[input] ?? ''
      if (contextsOf(written).some((name) => name !== 'github' && name !== 'inputs')) return ''
      return decide(() => evaluateTemplate(written, { github, inputs })).value ?? ''
    })
  })
  return [...new Set(targets.filter((target) => target !== ''))]
}

/** The contexts that the expressions of a text read. */
function contextsOf(text: string): string[] {
  const parts = text.includes('${{') ? compileTemplate(text) : []
  const paths = parts.flatMap((part) => (typeof part === 'string' ? [] : referencesOf(part)))
  return [...new Set(paths.map(({ path }) => path[0] ?? ''))]
}
