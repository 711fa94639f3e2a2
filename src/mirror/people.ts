import type { Label, Person } from '../../contract/common.ts'
import {
  type Fields,
  fieldsOf,
  optionalObjectIn,
  optionalTextIn,
  textIn,
  valuesIn,
} from '../domain/mirror/fields.ts'

/** Reads an account in a field; null for one that was deleted. */
export function personIn(fields: Fields, name: string): Person | null {
  const person = optionalObjectIn(fields, name)
  return person && { login: textIn(person, 'login'), avatar_url: optionalTextIn(person, 'avatar_url') }
}

/**
 * Reads a list of accounts. GitHub leaves null, or somebody without a login, where an account was deleted; teams,
 * which have no login either, it lists elsewhere.
 */
export function peopleIn(fields: Fields, name: string): Person[] {
  return valuesIn(fields, name).flatMap(({ value, place }) => {
    const person = fieldsOf(value, place)
    const login = optionalTextIn(person, 'login')
    return login === null ? [] : [{ login, avatar_url: optionalTextIn(person, 'avatar_url') }]
  })
}

/** Reads labels as issues and pull requests carry them: the REST API documents an object or only a name. */
export function labelsIn(fields: Fields, name: string): Label[] {
  return valuesIn(fields, name).map(({ value, place }) =>
    typeof value === 'string'
      ? { name: value, color: plainColor, description: null }
      : readLabel(fieldsOf(value, place)),
  )
}

/** Reads a label. https://docs.github.com/en/rest/issues/labels */
export function readLabel(label: Fields): Label {
  return {
    name: textIn(label, 'name'),
    color: optionalTextIn(label, 'color') ?? plainColor,
    description: optionalTextIn(label, 'description'),
  }
}

/** The colour that GitHub gives to a label of which it knows no other. */
const plainColor = 'ededed'
