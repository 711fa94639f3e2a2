import { CodescanIcon, DependabotIcon, type Icon, KeyIcon } from '@primer/octicons-react'
import { Label } from '@primer/react'
import type { Alert, ListedAlert } from '../../../contract/alerts.ts'
import { RelativeTime } from './relative-time.tsx'
import { OutsideRow } from './row.tsx'
import { readable } from './state-icon.tsx'

const sorts: Readonly<Record<ListedAlert['kind'], { icon: Icon; word: string }>> = {
  dependabot_alert: { icon: DependabotIcon, word: 'Dependency' },
  code_scanning_alert: { icon: CodescanIcon, word: 'Code' },
  secret_scanning_alert: { icon: KeyIcon, word: 'Secret' },
}

const grave: ReadonlySet<string | null> = new Set(['critical', 'high', 'error'])
const middling: ReadonlySet<string | null> = new Set(['medium', 'moderate', 'warning'])

/** A security alert: what is wrong, how bad it is, and where. */
export function AlertRow({
  kind,
  alert,
  repository,
  fresh,
}: {
  kind: ListedAlert['kind']
  alert: Alert
  /** Where the list is of several. */
  repository?: string
  fresh: boolean
}) {
  const { icon: Glyph, word } = sorts[kind]
  const { severity, state, path, reason } = alert
  const variant = grave.has(severity) ? 'danger' : middling.has(severity) ? 'attention' : 'secondary'
  return (
    <OutsideRow
      icon={<Glyph aria-label={word} />}
      title={alert.title}
      href={alert.html_url}
      labels={
        <>
          {severity && <Label variant={variant}>{readable(severity)}</Label>}
          {state !== 'open' && <Label variant="done">{readable(state)}</Label>}
        </>
      }
      changed={alert.updated_at}
      fresh={fresh}
      meta={
        <>
          {repository && <span>{repository}</span>}
          <span>
            #{alert.number} {alert.subject}
          </span>
          {path && <span>in {path}</span>}
          {reason && <span>{readable(reason).toLowerCase()}</span>}
          <span>
            opened <RelativeTime at={alert.created_at} />
          </span>
        </>
      }
    />
  )
}
