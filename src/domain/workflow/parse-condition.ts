import { checkCondition, checkTemplate, type Place } from './check-expressions.ts'
import { maxTimeoutMinutes } from './step-timeout.ts'
import type { Entry, YamlReader } from './yaml-reader.ts'

/** Reads an `if:`. A written but empty one counts as absent. */
export function parseCondition(reader: YamlReader, entry: Entry, place: Place): string | null {
  const text = reader.text(entry.value, "'if'", entry.key)
  if (!text) return null
  checkCondition(reader, reader.resolve(entry.value), text, place)
  return text
}

/** Reads a `timeout-minutes:`: a number above 0, or an expression. */
export function parseTimeout(reader: YamlReader, entry: Entry, place: Place): number | string | null {
  const text = reader.text(entry.value, `'${entry.name}'`, entry.key)
  if (text?.includes('${{')) {
    checkTemplate(reader, reader.resolve(entry.value), text, place)
    return text
  }
  const minutes = Number(text || Number.NaN)
  if (minutes > 0 && minutes <= maxTimeoutMinutes) return minutes
  reader.problem(
    reader.resolve(entry.value) ?? entry.key,
    `'${entry.name}' must be a number above 0, at most ${maxTimeoutMinutes}`,
  )
  return null
}

/** Reads a `name:`, with expressions. */
export function parseName(reader: YamlReader, entry: Entry, place: Place): string | undefined {
  const text = reader.text(entry.value, `'${entry.name}'`, entry.key)
  if (text) checkTemplate(reader, reader.resolve(entry.value), text, place)
  return text
}

/** Reads a `continue-on-error:`: true, false or an expression. */
export function parseFlag(reader: YamlReader, entry: Entry, place: Place): boolean | string {
  const text = reader.text(entry.value, `'${entry.name}'`, entry.key) ?? 'false'
  if (text === 'true' || text === 'false') return text === 'true'
  if (text.includes('${{')) checkTemplate(reader, reader.resolve(entry.value), text, place)
  else
    reader.problem(
      reader.resolve(entry.value) ?? entry.key,
      `'${entry.name}' must be true, false or an expression`,
    )
  return text
}
