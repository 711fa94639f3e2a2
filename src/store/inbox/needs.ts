import { compareNeeds, oncePerPerson } from '../../domain/inbox/concern.ts'
import type { Kind } from '../../mirror/kind.ts'
import type { Db } from '../store.ts'
import { deliver, settle } from './deliver.ts'
import { settleRuns } from './settle-runs.ts'

/**
 * Follows what an item asks of people, whatever told of it: what arose comes into their inboxes, what is met is done.
 */
export async function followNeeds(
  tx: Db,
  kind: Kind<object>,
  { repositoryId, item, before }: { repositoryId: number; item: object; before: object | undefined },
): Promise<void> {
  for (const settled of kind.settles?.(item, before) ?? []) await settleRuns(tx, settled, { repositoryId })
  if (!kind.needs) return
  const now = kind.needs(item)
  const then = before ? kind.needs(before) : { people: [] }
  if (now.people.length === 0 && then.people.length === 0) return
  const { arose, met } = compareNeeds(then.people, now.people)
  const { subject, at } = now
  if (met.length > 0) await settle(tx, { subject, at, people: met }, { repositoryId })
  if (arose.length === 0) return
  await deliver(tx, { subject, actor: now.actor, at, people: oncePerPerson(arose, null) }, { repositoryId })
}
