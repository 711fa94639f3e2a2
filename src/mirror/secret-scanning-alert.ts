import type { SecretScanningAlert } from '../../contract/alerts.ts'
import { optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import { alertKind, readAlert } from './alert.ts'
import type { Kind } from './kind.ts'

/**
 * A secret that somebody left where it can be read. The hub asks GitHub to keep the secret to itself, and keeps none.
 * https://docs.github.com/en/rest/secret-scanning/secret-scanning
 */
export const secretScanningAlert = {
  ...alertKind,
  name: 'secret_scanning_alert',
  table: 'secret_scanning_alerts',
  read(object) {
    const type = textIn(object, 'secret_type')
    return readAlert(object, {
      severity: null,
      title: optionalTextIn(object, 'secret_type_display_name') ?? type,
      subject: type,
      path: null,
      reason: optionalTextIn(object, 'resolution'),
    })
  },
  events: { secret_scanning_alert: { at: 'alert', subject: true } },
  opened: { route: 'GET /repos/{owner}/{repo}/secret-scanning/alerts', query: { hide_secret: 'true' } },
  seenBy: 'admin',
} satisfies Kind<SecretScanningAlert>
