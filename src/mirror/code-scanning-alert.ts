import type { CodeScanningAlert } from '../../contract/alerts.ts'
import {
  type Fields,
  objectIn,
  objectsIn,
  optionalObjectIn,
  optionalTextIn,
} from '../domain/mirror/fields.ts'
import { alertKind, readAlert } from './alert.ts'
import type { Kind } from './kind.ts'

/** What an analysis found in the code. https://docs.github.com/en/rest/code-scanning/code-scanning */
export const codeScanningAlert = {
  ...alertKind,
  name: 'code_scanning_alert',
  table: 'code_scanning_alerts',
  read(object) {
    const rule = objectIn(object, 'rule')
    const id = optionalTextIn(rule, 'id') ?? 'a rule without a name'
    return readAlert(object, {
      severity: optionalTextIn(rule, 'security_severity_level') ?? optionalTextIn(rule, 'severity'),
      title: optionalTextIn(rule, 'description') || id,
      subject: id,
      path: pathIn(object),
      reason: optionalTextIn(object, 'dismissed_reason'),
    })
  },
  events: { code_scanning_alert: { at: 'alert', subject: true } },
  opened: { route: 'GET /repos/{owner}/{repo}/code-scanning/alerts' },
  seenBy: 'push',
} satisfies Kind<CodeScanningAlert>

/** Where it was found last; older servers list every place. */
function pathIn(object: Fields): string | null {
  const found = optionalObjectIn(object, 'most_recent_instance') ?? objectsIn(object, 'instances')[0] ?? null
  const location = found && optionalObjectIn(found, 'location')
  return location && optionalTextIn(location, 'path')
}
