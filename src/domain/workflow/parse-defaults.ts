import { checkValue } from './check-value.ts'
import type { StepDefinition } from './definition.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** What `defaults.run` says of the commands below it. */
export type RunDefaults = Readonly<Partial<Record<'shell' | 'working-directory', string>>>

/** Reads `defaults:` of a workflow or a job; `type` is its own in GitHub's schema. */
export function parseDefaults(
  reader: YamlReader,
  entry: Entry | undefined,
  type: 'workflow-defaults' | 'job-defaults',
): RunDefaults {
  if (!entry) return {}
  checkValue(reader, entry, type)
  if (reader.hasErrors()) return {}
  const run = reader.fields(entry.value, "'defaults'", { names: ['run'] }, entry.key)?.run
  const names = ['shell', 'working-directory'] as const
  const fields = run && reader.fields(run.value, "'run'", { names }, run.key)
  return Object.fromEntries(
    names.flatMap((name) => {
      const field = fields?.[name]
      const text = field && reader.text(field.value, `'${name}'`, field.key)
      return text ? [[name, text]] : []
    }),
  )
}

/** A step with what its job and its workflow say of all commands; what it says itself wins, then its job. */
export function withDefaults(step: StepDefinition, ...outer: readonly RunDefaults[]): StepDefinition {
  if (step.uses !== 'run') return step
  return { ...step, with: Object.assign({}, ...outer, step.with) }
}
