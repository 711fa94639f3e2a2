import { effectIn, isTimely, timesOf } from '../domain/effects.ts'
import { isOwnEcho } from '../domain/triggers.ts'
import { pick } from '../domain/workflow/pick.ts'
import { listUsersOfAccounts } from '../store/access.ts'
import { claimEffect, listEffects } from '../store/effects.ts'
import { findRun } from '../store/runs.ts'
import type { Db } from '../store/store.ts'
import { findUser } from '../store/users.ts'
import type { TriggeringEvent } from './start-triggered.ts'

/** What caused an event. `depth`: of the run that did it; null: a workflow did, but not one that is known here. */
export type Cause = { by: 'people' } | { by: 'workflow'; depth: number | null }

/**
 * Tells whether a step caused an event: one that wrote down beforehand, not long ago, that it would do exactly this, and
 * that no other webhook told of. What somebody sent who is known here as another person than the maker is theirs.
 */
export async function findCause(tx: Db, happened: TriggeringEvent): Promise<Cause> {
  const { event: name, action, payload, repository, deliveryId } = happened
  const identity = effectIn({ name, action, payload })
  const times = timesOf(happened)
  const effects = identity ? await listEffects(tx, { repositoryId: repository.id, identity, deliveryId }) : []
  for (const { id, run_id, depth, recorded_at } of effects) {
    if (!isTimely(recorded_at, times) || (await isSomebodyElse(tx, { runId: run_id, payload }))) continue
    await claimEffect(tx, { id, deliveryId })
    return { by: 'workflow', depth }
  }
  // A comment of long ago, of another hub, or one that was copied.
  return isOwnEcho({ payload }) ? { by: 'workflow', depth: null } : { by: 'people' }
}

async function isSomebodyElse(
  tx: Db,
  { runId, payload }: { runId: string; payload: unknown },
): Promise<boolean> {
  const sender = pick(payload, 'sender', 'id')
  const run = typeof sender === 'number' ? await findRun(tx, runId) : undefined
  const maker = run && (await findUser(tx, run.maker))
  if (!maker || typeof sender !== 'number' || sender === maker.github_id) return false
  return (await listUsersOfAccounts(tx, { host: maker.host, githubIds: [sender] })).length > 0
}
