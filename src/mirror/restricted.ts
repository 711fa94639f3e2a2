import type { Restriction } from '../domain/access.ts'
import { allKinds } from './kinds.ts'

/** Events of things that are not mirrored, which GitHub shows to fewer than the readers of their repository. */
const unmirrored: Readonly<Record<string, Restriction>> = {
  deploy_key: 'admin',
  repository_advisory: 'push',
  repository_vulnerability_alert: 'push',
  secret_scanning_alert_location: 'admin',
  secret_scanning_scan: 'admin',
  security_and_analysis: 'admin',
}

/** Whose deliveries and changes are for fewer than all readers of the repository, and for whom. */
export const restrictedEvents: ReadonlyMap<string, Restriction> = new Map([
  ...Object.entries(unmirrored),
  ...allKinds.flatMap(({ seenBy, events }) =>
    seenBy ? Object.keys(events).map((event) => [event, seenBy] as const) : [],
  ),
])

/** Kinds of which only some see what is set aside. */
export const restrictedKinds: ReadonlyMap<string, Restriction> = new Map(
  allKinds.flatMap(({ name, seenBy }) => (seenBy ? [[name, seenBy] as const] : [])),
)
