import type { WorkflowProblem } from '../../../contract/workflows.ts'
import { checkTemplate, type Known } from './check-expressions.ts'
import type { Triggers, WorkflowDefinition } from './definition.ts'
import { parseEnv } from './parse-env.ts'
import { parseJobs } from './parse-jobs.ts'
import { parseTriggers } from './parse-triggers.ts'
import { createYamlReader, type YamlReader } from './yaml-reader.ts'

/** Either a definition, perhaps with warnings, or at least one error. */
export interface ParsedWorkflow {
  definition: WorkflowDefinition | null
  problems: WorkflowProblem[]
}

const words = ['name', 'run-name', 'on', 'env', 'jobs'] as const

const unsupported = {
  permissions: "is not needed: steps act with the rights of the workflow's maker",
  defaults: 'sets up shell steps, which come with a later release',
  concurrency: 'comes with a later release',
}

/**
 * Reads a workflow in GitHub Actions' words and reports every mistake it finds at its line and column, those in
 * expressions included. Never throws for what somebody wrote.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export function parseWorkflow(source: string): ParsedWorkflow {
  const reader = createYamlReader(source)
  if (!reader.root) {
    if (reader.problems.length === 0) reader.problemAt(0, "a workflow needs 'on' and 'jobs'; this is empty")
    return { definition: null, problems: reader.problems }
  }
  const definition = parseRoot(reader)
  const problems = reader.problems.sort((a, b) => a.line - b.line || a.column - b.column)
  const isBroken = problems.some((problem) => problem.severity === 'error')
  return { definition: isBroken ? null : definition, problems }
}

function parseRoot(reader: YamlReader): WorkflowDefinition | null {
  const root = reader.fields(reader.root, 'the workflow', { names: words, unsupported })
  if (!root) return null
  for (const word of ['on', 'jobs'] as const) {
    if (!root[word]) reader.problemAt(0, `'${word}' is missing`)
  }
  const on: Triggers = root.on
    ? parseTriggers(reader, root.on)
    : { events: [], schedules: [], dispatch: null }
  const known: Known = { inputs: namesOf(on.dispatch?.map((input) => input.name) ?? []) }
  const place = { scope: { contexts: ['github', 'inputs'], status: false }, known } as const
  const runName = root['run-name']
  const run_name = runName ? (reader.text(runName.value, "'run-name'", runName.key) ?? null) : null
  if (runName && run_name !== null) checkTemplate(reader, reader.resolve(runName.value), run_name, place)
  return {
    name: (root.name && reader.text(root.name.value, "'name'", root.name.key)) || 'Workflow',
    run_name,
    on,
    env: root.env ? parseEnv(reader, root.env, place) : {},
    jobs: root.jobs ? parseJobs(reader, root.jobs, known) : [],
  }
}

/** Names of which nothing further is known. */
function namesOf(names: readonly string[]): Known {
  return Object.fromEntries(names.map((name) => [name, null]))
}
