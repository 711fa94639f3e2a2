import { isMap, type Node } from 'yaml'
import { checkTemplate, type Known, type Place } from './check-expressions.ts'
import { idPattern, type StepDefinition } from './definition.ts'
import { didYouMean } from './did-you-mean.ts'
import { propertiesOf, scopeOf } from './github-schema.ts'
import { parseCondition, parseFlag, parseName, parseTimeout } from './parse-condition.ts'
import { parseEnv } from './parse-env.ts'
import { type StepKind, stepKind, stepKindNames } from './step-kinds.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Of a step that runs a command, and of one that uses something. */
const words = {
  run: [...propertiesOf('run-step').keys()],
  uses: [...propertiesOf('regular-step').keys()],
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
    const here = { ...known, steps: { ...earlier } }
    const step = parseStep(reader, { node, list: entry, number: index + 1 }, here)
    if (Object.hasOwn(earlier, step.id)) {
      reader.problem(node ?? entry.key, `another step of this job has the id '${step.id}'`)
    }
    earlier[step.id] = { outcome: null, conclusion: null, outputs: outputsOf(stepKind(step.uses)) }
    return step
  })
  return { steps, known: earlier }
}

function outputsOf(kind: StepKind | undefined): Known | null {
  if (!kind || kind.anyOutput) return null
  return Object.fromEntries(Object.keys(kind.outputs).map((name) => [name, null]))
}

function parseStep(
  reader: YamlReader,
  { node, list, number }: { node: Node | null; list: Entry; number: number },
  known: Known,
): StepDefinition {
  const what = `step ${number}`
  const runs = isMap(node) && node.has('run')
  const names = [...(runs ? words.run : words.uses), 'hub']
  const fields: Fields = reader.fields(node, what, { names }, list.key) ?? {}
  const at = (type: string): Place => ({ scope: scopeOf(type), known })
  const name = fields.name && parseName(reader, fields.name, at('step-name'))
  const action = runs
    ? parseRun(reader, fields, at('string-steps-context'))
    : parseUses(reader, fields, { node: node ?? list.key, place: at('step-with') })
  return {
    id: parseId(reader, fields.id) || `__${number}`,
    name: name || action.name,
    uses: action.uses,
    with: action.with,
    env: fields.env ? parseEnv(reader, fields.env, at('step-env')) : {},
    if: fields.if ? parseCondition(reader, fields.if, at('step-if')) : null,
    continue_on_error: fields['continue-on-error']
      ? parseFlag(reader, fields['continue-on-error'], at('step-continue-on-error'))
      : false,
    timeout_minutes: fields['timeout-minutes']
      ? parseTimeout(reader, fields['timeout-minutes'], at('step-timeout-minutes'))
      : null,
    ...(action.unable && { unable: action.unable }),
    ...(fields.hub && parseRepeatable(reader, fields.hub) && { repeatable: true }),
  }
}

/** `hub:` holds words of our own. `repeatable: true`: it may be done again when nobody knows how far it came. */
function parseRepeatable(reader: YamlReader, hub: Entry): boolean {
  const field = reader.fields(hub.value, "'hub'", { names: ['repeatable'] }, hub.key)?.repeatable
  if (!field) return false
  const written = reader.text(field.value, "'repeatable'", field.key)
  if (written !== 'true' && written !== 'false')
    reader.problem(field.key, "'repeatable' must be true or false")
  return written === 'true'
}

type Fields = Readonly<Record<string, Entry | undefined>>

function parseId(reader: YamlReader, field: Entry | undefined): string | undefined {
  const id = field && reader.text(field.value, "'id'", field.key)
  if (id !== undefined && field && !idPattern.test(id)) {
    reader.problem(
      reader.resolve(field.value) ?? field.key,
      `'${id}' is no id of a step: letters, digits, '-' and '_', not beginning with '__'`,
    )
  }
  return id
}

/** What a step does. */
type Action = Pick<StepDefinition, 'uses' | 'with' | 'unable'> & { name: string }

const inputsOfRun = ['run', 'shell', 'working-directory'] as const

/** A command, as inputs of a step kind `run`. */
function parseRun(reader: YamlReader, fields: Fields, place: Place): Action {
  const inputs = inputsOfRun.flatMap((name): [string, string][] => {
    const field = fields[name]
    if (!field) return []
    const text = reader.text(field.value, `'${name}'`, field.key)
    if (text === '' && name !== 'run') reader.problem(field.key, `'${name}' must not be empty`)
    if (text) checkTemplate(reader, reader.resolve(field.value), text, place)
    return [[name, text ?? '']]
  })
  const given = Object.fromEntries(inputs)
  const [line = ''] = (given.run ?? '').trim().split('\n', 1)
  return { name: `Run ${line}`, uses: 'run', with: given }
}

/** `owner/repository@ref`, with a folder or not; a folder of the repository itself; an image. */
const githubAction = /^(?:[^/\s]+\/[^@\s]+@\S+|\.\/.*|docker:\/\/.+)$/s

function parseUses(
  reader: YamlReader,
  fields: Fields,
  { node, place }: { node: Node; place: Place },
): Action {
  const field = fields.uses
  if (!field) {
    reader.problem(node, "a step needs 'run' or 'uses'")
    return { name: '', uses: '', with: {} }
  }
  const uses = reader.text(field.value, "'uses'", field.key) ?? ''
  const inputs = fields.with ? parseEnv(reader, fields.with, place) : {}
  const kind = uses === 'run' ? undefined : stepKind(uses)
  const at = reader.resolve(field.value) ?? field.key
  if (kind) checkInputs(reader, { kind, uses, inputs, field: fields.with, at: field.key })
  else if (githubAction.test(uses)) {
    const unable = `the hub runs no actions of others, only ${stepKindNames.join(', ')}`
    reader.problem(at, `'${uses}' cannot run here: ${unable}`, 'warning')
    return { name: `Run ${uses}`, uses, with: inputs, unable }
  } else {
    const help = didYouMean(uses, stepKindNames) || `; there are ${stepKindNames.join(', ')}`
    reader.problem(at, `unknown step '${uses}'${help}`)
  }
  return { name: uses, uses, with: inputs }
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
