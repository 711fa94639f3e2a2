import type { Alert } from '../../contract/alerts.ts'
import { type Fields, integerIn, optionalTimeIn, textIn, timeIn } from '../domain/mirror/fields.ts'
import { columnsOf } from './columns.ts'
import { isNotOlder, type Kind } from './kind.ts'

const { plain, times } = columnsOf<Alert>()

/** What the three sorts of security alerts have in common. */
export const alertKind = {
  version: 1,
  key: ['repository_id', 'number'],
  columns: [
    ...plain('number', 'state', 'severity', 'title', 'subject', 'path', 'reason', 'html_url'),
    ...times('created_at', 'updated_at'),
  ],
  replaces: isNotOlder,
} satisfies Partial<Kind<Alert>>

/** Reads what every alert tells; some servers leave out when it changed. */
export function readAlert(
  object: Fields,
  more: Pick<Alert, 'severity' | 'title' | 'subject' | 'path' | 'reason'>,
): Alert {
  return {
    number: integerIn(object, 'number'),
    state: textIn(object, 'state'),
    ...more,
    html_url: textIn(object, 'html_url'),
    created_at: timeIn(object, 'created_at'),
    updated_at: optionalTimeIn(object, 'updated_at') ?? closedAt(object) ?? timeIn(object, 'created_at'),
  }
}

function closedAt(object: Fields): string | null {
  return ['fixed_at', 'dismissed_at', 'resolved_at']
    .map((name) => optionalTimeIn(object, name))
    .reduce((last, time) => (time !== null && (last === null || time > last) ? time : last), null)
}
