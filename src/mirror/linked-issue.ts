import type { LinkedIssue } from '../../contract/linked-issues.ts'
import {
  type Fields,
  flagIn,
  integerIn,
  objectIn,
  optionalObjectIn,
  optionalTextIn,
  textIn,
  timeIn,
} from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'

const { plain, times } = columnsOf<LinkedIssue>()

/** The columns of every table that leads to issues. */
export const linkedColumns = [
  ...plain('id', 'number', 'title', 'state', 'state_reason', 'repository', 'html_url'),
  ...times('updated_at'),
]

/** Reads an issue that another one leads to, of which only lists tell the address of its repository. */
export function readLinked(object: Fields, repository = repositoryIn(object)): LinkedIssue {
  return {
    id: integerIn(object, 'id'),
    number: integerIn(object, 'number'),
    title: textIn(object, 'title'),
    state: optionalTextIn(object, 'state') === 'closed' ? 'closed' : 'open',
    state_reason: optionalTextIn(object, 'state_reason'),
    repository,
    html_url: textIn(object, 'html_url'),
    updated_at: timeIn(object, 'updated_at'),
  }
}

/**
 * The name of the repository of a linked issue, as a webhook tells it; null for a private one of another name: who
 * reads this repository need not be able to read that one.
 */
export function shownRepository(payload: Fields, name: string): string | null {
  const own = textIn(objectIn(payload, 'repository'), 'full_name')
  const other = optionalObjectIn(payload, name)
  if (!other) return own
  const fullName = textIn(other, 'full_name')
  return fullName === own || !flagIn(other, 'private') ? fullName : null
}

function repositoryIn(object: Fields): string {
  return /\/repos\/([^/]+\/[^/]+)$/.exec(textIn(object, 'repository_url'))?.[1] ?? ''
}
