import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

/** What security alerts of all three sorts tell. */
const alert = {
  number: Type.Integer(),
  state: Type.String({ description: '`open`, `fixed`, `dismissed`, `auto_dismissed`, `resolved`' }),
  severity: Nullable(
    Type.String({
      description: '`critical`, `high`, `medium`, `low`; of rules `error`, `warning`, `note`, too',
    }),
  ),
  title: Type.String(),
  subject: Type.String({ description: 'The package, the rule, or the sort of secret' }),
  path: Nullable(Type.String({ description: 'The file that it is about' })),
  reason: Nullable(Type.String({ description: 'Why it was dismissed or resolved' })),
  html_url: Type.String(),
  created_at: Timestamp,
  updated_at: Timestamp,
}

export const DependabotAlert = Type.Object(alert, { $id: 'DependabotAlert' })
export type DependabotAlert = Static<typeof DependabotAlert>

export const CodeScanningAlert = Type.Object(alert, { $id: 'CodeScanningAlert' })
export type CodeScanningAlert = Static<typeof CodeScanningAlert>

/** The secret itself is kept nowhere. */
export const SecretScanningAlert = Type.Object(alert, { $id: 'SecretScanningAlert' })
export type SecretScanningAlert = Static<typeof SecretScanningAlert>

export type Alert = DependabotAlert

/** An alert among those of all repositories. */
export const ListedAlert = Type.Object(
  {
    kind: OneOf('dependabot_alert', 'code_scanning_alert', 'secret_scanning_alert'),
    repository: Type.String({ description: '`owner/name`' }),
    ...alert,
  },
  { $id: 'ListedAlert' },
)
export type ListedAlert = Static<typeof ListedAlert>
