import type { Node } from 'yaml'
import type { Known, Place } from './check-expressions.ts'
import { idPattern, type StepDefinition } from './definition.ts'
import { didYouMean } from './did-you-mean.ts'
import { parseCondition, parseFlag } from './parse-condition.ts'
import { parseEnv } from './parse-env.ts'
import { type StepKind, stepKind, stepKindNames } from './step-kinds.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const words = [
  'id',
  'name',
  'uses',
  'with',
  'env',
  'if',
  'continue-on-error',
  'timeout-minutes',
  'run',
] as const

const unsupported = {
  shell: 'belongs to shell steps, which come with a later release',
  'working-directory': 'belongs to shell steps, which come with a later release',
}

const maxSteps = 256

/** Reads the steps of a job; also answers what a later expression may read of them. */
export function parseSteps(
  reader: YamlReader,
  entry: Entry,
  known: Known,
): { steps: StepDefinition[]; known: Known } {
  const nodes = reader.items(entry, "'steps'") ?? []
  if (nodes.length === 0) reader.problem(entry.key, "'steps' names no step")
  if (nodes.length > maxSteps) {
    reader.problem(entry.key, `a job has at most ${maxSteps} steps; this one has ${nodes.length}`)
    return { steps: [], known: {} }
  }
  const earlier: Known = {}
  const steps = nodes.map((node, index) => {
    const place: Place = {
      scope: { contexts: ['github', 'inputs', 'needs', 'env', 'steps', 'job'], status: false },
      known: { ...known, steps: { ...earlier } },
    }
    const step = parseStep(reader, { node, list: entry, number: index + 1 }, place)
    if (Object.hasOwn(earlier, step.id)) {
      reader.problem(node ?? entry.key, `another step of this job has the id '${step.id}'`)
    }
    earlier[step.id] = { outcome: null, conclusion: null, outputs: outputsOf(stepKind(step.uses)) }
    return step
  })
  return { steps, known: earlier }
}

function outputsOf(kind: StepKind | undefined): Known | null {
  if (!kind || kind.anyInput) return null
  return Object.fromEntries(Object.keys(kind.outputs).map((name) => [name, null]))
}

function parseStep(
  reader: YamlReader,
  { node, list, number }: { node: Node | null; list: Entry; number: number },
  place: Place,
): StepDefinition {
  const fields = reader.fields(node, `step ${number}`, { names: words, unsupported }, list.key) ?? {}
  const read = (name: 'id' | 'name' | 'uses') => {
    const field = fields[name]
    return field ? reader.text(field.value, `'${name}'`, field.key) : undefined
  }
  const id = read('id')
  if (id !== undefined && fields.id && !idPattern.test(id)) {
    reader.problem(
      reader.resolve(fields.id.value) ?? fields.id.key,
      `'${id}' is no id of a step: letters, digits, '-' and '_', not beginning with '__'`,
    )
  }
  const uses = read('uses') ?? ''
  const kind = parseKind(reader, fields, { uses, node: node ?? list.key })
  const inputs = fields.with ? parseEnv(reader, fields.with, place) : {}
  if (kind) checkInputs(reader, { kind, uses, inputs, field: fields.with, at: fields.uses?.key ?? list.key })
  return {
    id: id || `__${number}`,
    name: read('name') || uses,
    uses,
    with: inputs,
    env: fields.env ? parseEnv(reader, fields.env, place) : {},
    if: fields.if ? parseCondition(reader, fields.if, place) : null,
    continue_on_error: fields['continue-on-error']
      ? parseFlag(reader, fields['continue-on-error'], place)
      : false,
    timeout_minutes: fields['timeout-minutes'] ? parseTimeout(reader, fields['timeout-minutes']) : null,
  }
}

function parseKind(
  reader: YamlReader,
  fields: { run?: Entry; uses?: Entry },
  { uses, node }: { uses: string; node: Node },
): StepKind | undefined {
  if (fields.run) {
    const kinds = stepKindNames.join(', ')
    reader.problem(
      fields.run.key,
      `'run' steps (shell commands) come with a later release; 'uses' has ${kinds}`,
    )
    return undefined
  }
  if (!fields.uses) {
    reader.problem(node, "a step needs 'uses'")
    return undefined
  }
  const kind = stepKind(uses)
  if (!kind) {
    const help = didYouMean(uses, stepKindNames) || `; there are ${stepKindNames.join(', ')}`
    reader.problem(reader.resolve(fields.uses.value) ?? fields.uses.key, `unknown step '${uses}'${help}`)
  }
  return kind
}

function checkInputs(
  reader: YamlReader,
  {
    kind,
    uses,
    inputs,
    field,
    at,
  }: { kind: StepKind; uses: string; inputs: Record<string, string>; field: Entry | undefined; at: Node },
): void {
  const names = Object.keys(kind.inputs)
  for (const entry of (field && reader.entries(field.value, "'with'", field.key)) ?? []) {
    if (!kind.anyInput && !names.includes(entry.name)) {
      reader.problem(entry.key, `'${uses}' has no input '${entry.name}'${didYouMean(entry.name, names)}`)
    }
  }
  for (const [name, input] of Object.entries(kind.inputs)) {
    if (input.required && !inputs[name])
      reader.problem(field?.key ?? at, `'${uses}' needs the input '${name}'`)
  }
  if (uses === 'hub/sleep' && (inputs.seconds === undefined) === (inputs.until === undefined)) {
    reader.problem(field?.key ?? at, "'hub/sleep' needs either 'seconds' or 'until'")
  }
}

function parseTimeout(reader: YamlReader, entry: Entry): number | null {
  const minutes = Number(reader.text(entry.value, `'${entry.name}'`, entry.key) ?? Number.NaN)
  if (minutes > 0 && minutes <= 360) return minutes
  reader.problem(
    reader.resolve(entry.value) ?? entry.key,
    `'${entry.name}' must be a number above 0, at most 360`,
  )
  return null
}
