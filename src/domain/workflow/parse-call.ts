import { isMap } from 'yaml'
import { checkTemplate, type Known } from './check-expressions.ts'
import { checkValue } from './check-value.ts'
import type { Call, Triggers } from './definition.ts'
import { scopeOf } from './github-schema.ts'
import { parseInputs } from './parse-inputs.ts'
import { readWritten } from './parse-strategy.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

const secretsAsCaller = "'secrets' have no effect here: what is called is told what its caller is told"

/** Reads `workflow_call:`: what a job that calls the workflow gives and gets. */
export function parseCall(reader: YamlReader, entry: Entry): NonNullable<Triggers['call']> {
  checkValue(reader, entry, 'workflow-call')
  const node = reader.resolve(entry.value)
  const fields = isMap(node) ? (reader.entries(node, "'workflow_call'") ?? []) : []
  const field = (name: string) => fields.find((each) => each.name === name)
  const [inputs, outputs, secrets] = [field('inputs'), field('outputs'), field('secrets')]
  if (secrets) reader.problem(secrets.key, secretsAsCaller, 'warning')
  return {
    inputs: inputs && isMap(reader.resolve(inputs.value)) ? parseInputs(reader, inputs) : [],
    outputs: outputs ? parseOutputs(reader, outputs) : {},
  }
}

function parseOutputs(reader: YamlReader, outputs: Entry): Record<string, string> {
  const node = reader.resolve(outputs.value)
  const entries = isMap(node) ? (reader.entries(node, "'outputs'") ?? []) : []
  return Object.fromEntries(
    entries.flatMap(({ name, value }): [string, string][] => {
      const output = reader.resolve(value)
      const given = isMap(output) ? reader.resolve(output.get('value', true) as Entry['value']) : null
      const text = given && !isMap(given) ? reader.text(given, `'value' of output '${name}'`) : undefined
      return text === undefined ? [] : [[name, text]]
    }),
  )
}

/** A workflow of the hub by its name, or by that as the file that it would be in a repository. */
const local = /^\.\/(?:\.github\/workflows\/)?(.+?)(?:\.ya?ml)?$/s

/** The name of the workflow that `uses` of a job names; undefined: it is one of a repository. */
export function calledName(uses: string): string | undefined {
  return local.exec(uses)?.[1]
}

/** Reads the words of a job that calls a workflow; `unable`: why it cannot run here. */
export function parseCallingJob(
  reader: YamlReader,
  fields: Readonly<Record<string, Entry | undefined>>,
  known: Known,
): (Call & { unable?: string }) | undefined {
  const { uses: field, with: given, secrets } = fields
  if (!field) return undefined
  checkValue(reader, field, 'non-empty-string')
  if (given) checkValue(reader, given, 'workflow-job-with')
  if (secrets) {
    checkValue(reader, secrets, 'workflow-job-secrets')
    reader.problem(secrets.key, secretsAsCaller, 'warning')
  }
  const uses = reader.text(field.value, "'uses'", field.key) ?? ''
  const entries =
    given && isMap(reader.resolve(given.value)) ? (reader.entries(given.value, "'with'") ?? []) : []
  const written = entries.map(({ name, value }) => {
    const text = readWritten(reader, value)
    if (typeof text === 'string')
      checkTemplate(reader, reader.resolve(value), text, { scope: scopeOf('scalar-needs-context'), known })
    return [name, text] as const
  })
  const call = { uses, with: Object.fromEntries(written) }
  if (calledName(uses) !== undefined) return call
  const unable = "it calls a workflow of a repository, and only those of the hub can be called ('./name')"
  reader.problem(field.key, `a job with 'uses: ${uses}' cannot run here: ${unable}`, 'warning')
  return { ...call, unable }
}
