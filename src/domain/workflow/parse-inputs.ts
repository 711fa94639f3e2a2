import type { WorkflowInput } from '../../../contract/workflows.ts'
import { didYouMean } from './did-you-mean.ts'
import { inputProblem } from './resolve-inputs.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** GitHub has 25. */
const maxInputs = 100

/** Reads `workflow_dispatch:`; the inputs that a person may give. */
export function parseDispatch(reader: YamlReader, entry: Entry): WorkflowInput[] {
  if (!reader.resolve(entry.value)) return []
  const inputs = reader.fields(entry.value, "'workflow_dispatch'", { names: ['inputs'] }, entry.key)?.inputs
  return inputs && reader.resolve(inputs.value) ? parseInputs(reader, inputs) : []
}

/** Reads `inputs:` of `workflow_dispatch` or `workflow_call`. */
export function parseInputs(reader: YamlReader, inputs: Entry): WorkflowInput[] {
  const entries = reader.entries(inputs.value, "'inputs'") ?? []
  if (entries.length > maxInputs) {
    reader.problem(inputs.key, `a workflow has at most ${maxInputs} inputs; this one has ${entries.length}`)
    return []
  }
  return entries.map((input) => parseInput(reader, input))
}

const inputTypes = ['string', 'boolean', 'number', 'choice', 'environment'] as const

function parseInput(reader: YamlReader, entry: Entry): WorkflowInput {
  const input: WorkflowInput = {
    name: entry.name,
    type: 'string',
    description: null,
    required: false,
    default: null,
    options: [],
  }
  if (!/^[A-Za-z_][\w-]*$/.test(entry.name)) {
    reader.problem(entry.key, `'${entry.name}' is no name of an input: letters, digits, '-' and '_'`)
  }
  const what = `input '${entry.name}'`
  const names = ['type', 'description', 'required', 'default', 'options', 'deprecationMessage'] as const
  const fields = reader.fields(entry.value, what, { names }, entry.key) ?? {}
  if (fields.type) {
    const written = reader.text(fields.type.value, `'type' of ${what}`, fields.type.key) ?? 'string'
    const type = inputTypes.find((candidate) => candidate === written)
    if (type) input.type = type
    else
      reader.problem(
        fields.type.value ?? fields.type.key,
        `unknown type '${written}'${didYouMean(written, inputTypes)}`,
      )
  }
  if (fields.description) {
    input.description =
      reader.text(fields.description.value, `'description' of ${what}`, fields.description.key) ?? null
  }
  if (fields.required) {
    const required = reader.text(fields.required.value, `'required' of ${what}`, fields.required.key)
    if (required === 'true') input.required = true
    else if (required !== 'false')
      reader.problem(fields.required.key, `'required' of ${what} must be true or false`)
  }
  if (fields.options && reader.items(fields.options, `'options' of ${what}`))
    input.options = reader.texts(fields.options, `an option of ${what}`).map(({ value }) => value)
  if (input.type === 'choice' && input.options.length === 0) {
    reader.problem(entry.key, `${what} is a choice and needs 'options'`)
  }
  if (input.type !== 'choice' && fields.options)
    reader.problem(fields.options.key, `${what} is no choice and has no 'options'`)
  if (fields.default) {
    input.default = reader.text(fields.default.value, `'default' of ${what}`, fields.default.key) ?? null
    const problem = input.default === null ? undefined : inputProblem(input, input.default)
    if (problem) reader.problem(fields.default.value ?? fields.default.key, `'default' of ${what} ${problem}`)
  }
  return input
}
