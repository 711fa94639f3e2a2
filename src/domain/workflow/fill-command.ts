import { coded } from '../../errors.ts'
import { type StepDefinition, withId } from './definition.ts'
import { type Contexts, evaluateTemplate, evaluateWritten } from './expressions.ts'
import { referencesOf } from './parse-expression.ts'
import { filled, jobContexts, jobState, type Situation, stepContexts } from './run-contexts.ts'
import { type RunJob, workflowOf } from './run-jobs.ts'

/** A command with its expressions filled in, and what it needs to know. */
export interface FilledCommand {
  inputs: Record<string, string>
  command: { env: Record<string, string>; masks: readonly string[]; labels: string[]; resumes: boolean }
}

/** Fills what a step with `run` says from where its run stands. Throws `expression_failed`. */
export function fillCommand(situation: Situation, job: RunJob, step: StepDefinition): FilledCommand {
  const contexts = stepContexts(situation, job, step)
  const { run = '', shell, ...rest } = step.with
  const own = ownContexts(situation, job)
  const labels = (job.runs_on ?? []).flatMap((label) =>
    [evaluateWritten(label, jobContexts(situation, job))].flat().map(String),
  )
  const { steps } = jobState(situation.state, job.id)
  return {
    inputs: {
      ...filled(rest, contexts),
      ...(shell !== undefined && { shell: fillCode(shell, contexts, own) }),
      run: fillCode(run, contexts, own),
    },
    command: {
      env: contexts.env as Record<string, string>,
      masks: situation.values?.masks?.values ?? [],
      labels,
      resumes: steps.some(
        ({ uses, outcome, error }) =>
          uses === 'run' && (outcome === 'success' || error?.code === 'step_failed'),
      ),
    },
  }
}

/** Contexts whose values nobody chooses but who wrote the workflow, and this machine. */
function ownContexts(situation: Situation, job: RunJob): ReadonlySet<string> {
  const whole = withId(workflowOf(situation, job).jobs, job.part?.job ?? job.id)
  // What expressions give may come from an event. Variables and secrets of a repository are set by its admins.
  const isWritten = !JSON.stringify(whole?.strategy?.matrix ?? null).includes('${{')
  return new Set(['strategy', 'runner', 'job', ...(isWritten ? ['matrix'] : [])])
}

/** What no shell reads as anything but a word, or several, and no command as an option. */
const harmless = /^(?!-|.* -[^ ])[\p{L}\p{N} _./:@%+=,-]*$/u

/**
 * Fills the expressions of a script or its shell. What an event, an input or a step before says must not become code: a
 * value with characters that a shell may read as such is refused, and comes by `env` instead. Throws `expression_failed`.
 */
function fillCode(code: string, contexts: Contexts, own: ReadonlySet<string>): string {
  return evaluateTemplate(code, contexts, (expression, value) => {
    if (harmless.test(value)) return
    const foreign = referencesOf(expression).find(({ path: [context = ''] }) => !own.has(context))
    if (!foreign) return
    const name = foreign.path.join('.')
    throw coded(
      'expression_failed',
      `What '${name}' says here could be read as code by the shell. Hand it over by env, and let the script read the variable.`,
    )
  })
}
