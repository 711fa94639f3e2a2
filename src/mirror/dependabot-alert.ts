import type { DependabotAlert } from '../../contract/alerts.ts'
import { objectIn, optionalTextIn, textIn } from '../domain/mirror/fields.ts'
import { alertKind, readAlert } from './alert.ts'
import type { Kind } from './kind.ts'

/** A dependency that somebody could be harmed by. https://docs.github.com/en/rest/dependabot/alerts */
export const dependabotAlert = {
  ...alertKind,
  name: 'dependabot_alert',
  table: 'dependabot_alerts',
  read(object) {
    const dependency = objectIn(object, 'dependency')
    const advisory = objectIn(object, 'security_advisory')
    const of = objectIn(dependency, 'package')
    return readAlert(object, {
      severity: optionalTextIn(advisory, 'severity'),
      title: textIn(advisory, 'summary'),
      subject: `${textIn(of, 'name')} (${textIn(of, 'ecosystem')})`,
      path: optionalTextIn(dependency, 'manifest_path'),
      reason: optionalTextIn(object, 'dismissed_reason'),
    })
  },
  events: { dependabot_alert: { at: 'alert', subject: true } },
  opened: { route: 'GET /repos/{owner}/{repo}/dependabot/alerts' },
  seenBy: 'push',
} satisfies Kind<DependabotAlert>
