import { coded } from '../../errors.ts'

/** A JSON object from GitHub, and where it stood, so that a complaint names the place. */
export interface Fields {
  readonly path: string
  readonly values: Readonly<Record<string, unknown>>
}

/** Takes an unknown value for a JSON object; throws `github_malformed` with its `path` if it is none. */
export function fieldsOf(value: unknown, path: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(path, 'an object', value)
  }
  return { path, values: value as Record<string, unknown> }
}

/** The object in a field. */
export function objectIn(fields: Fields, name: string): Fields {
  return fieldsOf(fields.values[name], placeOf(fields, name))
}

/** The object in a field; null when the field is absent or null, as GitHub writes what was deleted. */
export function optionalObjectIn(fields: Fields, name: string): Fields | null {
  return isAbsent(fields, name) ? null : objectIn(fields, name)
}

/** The objects of a list in a field, without those that are null; none when it is absent or null. */
export function objectsIn(fields: Fields, name: string): Fields[] {
  return valuesIn(fields, name).map(({ value, place }) => fieldsOf(value, place))
}

/** A text. */
export function textIn(fields: Fields, name: string): string {
  const value = fields.values[name]
  if (typeof value !== 'string') throw malformed(placeOf(fields, name), 'a text', value)
  // Postgres keeps no NUL in a text, and nobody means one.
  return value.includes('\0') ? value.replaceAll('\0', '') : value
}

/** A text, or null where GitHub has none. */
export function optionalTextIn(fields: Fields, name: string): string | null {
  return isAbsent(fields, name) ? null : textIn(fields, name)
}

/** The values of a list in a field, without those that are null; none when it is absent or null. */
export function valuesIn(fields: Fields, name: string): { value: unknown; place: string }[] {
  if (isAbsent(fields, name)) return []
  const list = fields.values[name]
  if (!Array.isArray(list)) throw malformed(placeOf(fields, name), 'a list', list)
  return list.flatMap((value: unknown, index) =>
    value === null ? [] : [{ value, place: `${placeOf(fields, name)}[${index}]` }],
  )
}

/** The texts of a list; none when it is absent or null. */
export function textsIn(fields: Fields, name: string): string[] {
  const list = fields.values[name] ?? []
  if (!Array.isArray(list) || list.some((item) => typeof item !== 'string')) {
    throw malformed(placeOf(fields, name), 'a list of texts', list)
  }
  return list as string[]
}

/** A whole number that JavaScript holds exactly: ids, numbers, counts. */
export function integerIn(fields: Fields, name: string): number {
  const value = fields.values[name]
  if (!Number.isSafeInteger(value)) throw malformed(placeOf(fields, name), 'a whole number', value)
  return value as number
}

/** A whole number, or `fallback` where GitHub has none. */
export function optionalIntegerIn<T>(fields: Fields, name: string, fallback: T): number | T {
  return isAbsent(fields, name) ? fallback : integerIn(fields, name)
}

/** Yes or no; no when it is absent. */
export function flagIn(fields: Fields, name: string): boolean {
  const value = fields.values[name] ?? false
  if (typeof value !== 'boolean') throw malformed(placeOf(fields, name), 'true or false', value)
  return value
}

/**
 * A time as ISO 8601 in UTC. GitHub writes it so, except for a repository's times in a push, which are seconds
 * since the epoch, and a commit's, which carry the author's time zone.
 */
export function timeIn(fields: Fields, name: string): string {
  const value = fields.values[name]
  if (typeof value === 'string' && utc.test(value) && !Number.isNaN(Date.parse(value))) {
    return `${value.slice(0, -1)}.000Z`
  }
  const at =
    typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at) || Math.abs(at) > latestTime) throw malformed(placeOf(fields, name), 'a time', value)
  return new Date(at).toISOString()
}

/** A time, or null where GitHub has none. */
export function optionalTimeIn(fields: Fields, name: string): string | null {
  return isAbsent(fields, name) ? null : timeIn(fields, name)
}

/** As GitHub writes nearly all of them: that only the milliseconds are missing is quickly seen. */
const utc = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/** The last millisecond that has a date: https://tc39.es/ecma262/#sec-time-values-and-time-range */
const latestTime = 8.64e15

function isAbsent(fields: Fields, name: string): boolean {
  return fields.values[name] === undefined || fields.values[name] === null
}

function placeOf(fields: Fields, name: string): string {
  return fields.path === '' ? name : `${fields.path}.${name}`
}

function malformed(place: string, expected: string, found: unknown): Error {
  const kind = found === null ? 'null' : Array.isArray(found) ? 'a list' : typeof found
  return coded(
    'github_malformed',
    `GitHub sent something that it does not document: \`${place}\` should be ${expected}, but is ${kind}.`,
  )
}
