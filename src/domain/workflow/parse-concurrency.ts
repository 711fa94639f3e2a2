import { isMap } from 'yaml'
import { checkTemplate, type Known } from './check-expressions.ts'
import { checkValue } from './check-value.ts'
import type { Concurrency } from './definition.ts'
import { scopeOf } from './github-schema.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Reads `concurrency:`, a group's name or a mapping; undefined where it is none. */
export function parseConcurrency(
  reader: YamlReader,
  entry: Entry,
  { type, known }: { type: 'workflow-concurrency' | 'job-concurrency'; known: Known },
): Concurrency | undefined {
  checkValue(reader, entry, type)
  const node = reader.resolve(entry.value)
  const entries = isMap(node) ? (reader.entries(node, "'concurrency'") ?? []) : [{ ...entry, name: 'group' }]
  const texts = new Map(
    entries.flatMap(({ name, key, value }): [string, string][] => {
      const written = reader.resolve(value)
      // What is no text is told of above.
      const text = isMap(written) ? undefined : reader.text(value, `'${name}'`, key)
      if (text === undefined) return []
      checkTemplate(reader, written, text, { scope: scopeOf(type), known })
      return [[name, text]]
    }),
  )
  const group = texts.get('group')
  if (!group) return undefined
  const cancel = texts.get('cancel-in-progress') ?? 'false'
  return {
    group,
    cancel_in_progress: cancel.includes('${{') ? cancel : cancel === 'true',
    queue: texts.get('queue') === 'max' ? 'max' : 'single',
  }
}
