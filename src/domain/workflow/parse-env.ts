import { checkTemplate, type Place } from './check-expressions.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Reads a mapping of names to texts (`env`, `with`, `outputs`) and checks the expressions in them. */
export function parseEnv(reader: YamlReader, entry: Entry, place: Place): Record<string, string> {
  const texts = (reader.entries(entry.value, `'${entry.name}'`, entry.key) ?? []).flatMap(
    ({ name, key, value }): [string, string][] => {
      const text = reader.text(value, `'${name}'`, key)
      if (text === undefined) return []
      checkTemplate(reader, key, name, place)
      checkTemplate(reader, reader.resolve(value), text, place)
      return [[name, text]]
    },
  )
  return Object.fromEntries(texts)
}
