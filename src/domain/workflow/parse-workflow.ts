import type { WorkflowProblem } from '../../../contract/workflows.ts'
import { checkTemplate, type Known } from './check-expressions.ts'
import { checkValue } from './check-value.ts'
import type { WorkflowDefinition } from './definition.ts'
import { scopeOf } from './github-schema.ts'
import { parseConcurrency } from './parse-concurrency.ts'
import { parseDefaults } from './parse-defaults.ts'
import { parseEnv } from './parse-env.ts'
import { parseJobs } from './parse-jobs.ts'
import { parseTriggers } from './parse-triggers.ts'
import { createProblemList, StopReading } from './problem-list.ts'
import { checkWithoutEffect, workflowTypes } from './without-effect.ts'
import { createYamlReader, type Entry, type YamlReader } from './yaml-reader.ts'

/** Either a definition, perhaps with warnings, or at least one error. */
export interface ParsedWorkflow {
  definition: WorkflowDefinition | null
  problems: WorkflowProblem[]
}

const words = [
  'name',
  'run-name',
  'on',
  'env',
  'permissions',
  'concurrency',
  'defaults',
  'jobs',
  'hub',
] as const

/**
 * Reads a workflow in GitHub Actions' words and reports every mistake it finds at its line and column, those in
 * expressions included, up to a hundred. Never throws for what somebody wrote, and takes time that grows with its length and no
 * faster: every part that could be made large is bounded where it is read.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 */
export function parseWorkflow(source: string): ParsedWorkflow {
  const problems = createProblemList(source)
  let definition: WorkflowDefinition | null = null
  try {
    const reader = createYamlReader(source, problems)
    if (reader.root) definition = parseRoot(reader)
    else if (problems.isEmpty()) problems.add(0, "a workflow needs 'on' and 'jobs'; this is empty")
  } catch (error) {
    if (!(error instanceof StopReading)) throw error
  }
  return { definition: problems.hasErrors() ? null : definition, problems: problems.all() }
}

function parseRoot(reader: YamlReader): WorkflowDefinition | null {
  const root = reader.fields(reader.root, 'the workflow', { names: words })
  if (!root) return null
  for (const word of ['on', 'jobs'] as const) {
    if (!root[word]) reader.problemAt(0, `'${word}' is missing`)
  }
  const on = parseTriggers(reader, root.on)
  if (root.hub && parseChain(reader, root.hub)) for (const trigger of on.triggers.events) trigger.chain = true
  checkWithoutEffect(reader, root, workflowTypes)
  if (root.name) checkValue(reader, root.name, 'workflow-name')
  const known: Known = { inputs: on.inputs }
  const concurrency =
    root.concurrency && parseConcurrency(reader, root.concurrency, { type: 'workflow-concurrency', known })
  const defaults = parseDefaults(reader, root.defaults, 'workflow-defaults')
  const runName = root['run-name']
  const run_name = runName ? (reader.text(runName.value, "'run-name'", runName.key) ?? null) : null
  if (runName && run_name !== null) {
    checkTemplate(reader, reader.resolve(runName.value), run_name, { scope: scopeOf('run-name'), known })
  }
  return {
    name: (root.name && reader.text(root.name.value, "'name'", root.name.key)) || 'Workflow',
    run_name,
    on: on.triggers,
    env: root.env ? parseEnv(reader, root.env, { scope: scopeOf('workflow-env'), known }) : {},
    ...(concurrency && { concurrency }),
    jobs: root.jobs ? parseJobs(reader, root.jobs, { known, defaults }) : [],
  }
}

/** `hub:` holds words of our own. `chain: true`: what workflows caused starts this one too. */
function parseChain(reader: YamlReader, hub: Entry): boolean {
  const chain = reader.fields(hub.value, "'hub'", { names: ['chain'] }, hub.key)?.chain
  if (!chain) return false
  const written = reader.text(chain.value, "'chain'", chain.key)
  if (written !== 'true' && written !== 'false') reader.problem(chain.key, "'chain' must be true or false")
  return written === 'true'
}
