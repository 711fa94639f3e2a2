import { checkValue } from './check-value.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Words that are read and have no effect here: their type in GitHub's schema, and why. */
type Words = Readonly<Record<string, { type: string; why: string }>>

const permissions = {
  type: 'permissions',
  why: "steps act with the rights that the workflow's maker and its starter share",
}

/** Of a workflow. */
export const workflowTypes: Words = {
  permissions,
}

/** Of a job. */
export const jobTypes: Words = {
  permissions,
  'cancel-timeout-minutes': { type: 'number-strategy-context', why: 'steps stop at once' },
}

/** Checks the words that are there as GitHub would, and says of each that it does nothing. */
export function checkWithoutEffect(
  reader: YamlReader,
  fields: Readonly<Record<string, Entry | undefined>>,
  words: Words,
): void {
  for (const [name, { type, why }] of Object.entries(words)) {
    const entry = fields[name]
    if (!entry) continue
    checkValue(reader, entry, type)
    reader.problem(entry.key, `'${name}' has no effect here: ${why}`, 'warning')
  }
}
