import { syncAccountTask } from '../domain/mirror/sync-tasks.ts'
import type { CodedError } from '../errors.ts'
import type { SyncProgressRow } from '../store/rows/sync.ts'
import { isEmpty, isMissing } from './missing.ts'
import type { End } from './reading.ts'
import { advance, type Sync, saveStep } from './save-step.ts'
import { type Resource, resources } from './sync-resources.ts'

/**
 * Reads one resource and saves each step with its progress, and with its end how far the `whole` sync is; undefined
 * when the sync is not ours to go on with.
 */
export async function* readResource(
  sync: Sync,
  resource: Resource,
  { begun, whole }: { begun: SyncProgressRow; whole: SyncProgressRow },
): AsyncGenerator<SyncProgressRow, End | undefined> {
  const reading = resource.read({ ...sync, since: sinceOf(begun) })
  const seen = new Set<string>()
  let progress = { ...begun, done: 0 }
  let end: End = 'whole'
  let error: string | null = null
  try {
    for (let next = await reading.next(); ; next = await reading.next()) {
      if (next.done) {
        end = next.value
        break
      }
      const { step, after } = advance(next.value, { before: progress, seen })
      const saved = await saveStep(sync, { resource, step, before: progress, after })
      if (!saved) return undefined
      progress = saved
      yield progress
    }
  } catch (reason) {
    if (!isMissing(reason)) throw reason
    error = isEmpty(reason) ? null : `${reason.message.replace(/\.?$/, '.')} ${adviceOn(reason)}`
    if (resource === resources[0] && reason.code === 'github_not_found') await askForAccess(sync)
  }
  if (end === 'restless') error = restless
  const last = ended(progress, error)
  const saved = await saveStep(sync, { resource, step: null, before: progress, after: last, whole })
  return saved && end
}

/** After when something must have changed to be asked for. */
export const sinceOf = ({ since }: SyncProgressRow) => (since === null ? null : new Date(since).toISOString())

/** Progress at the end of a resource. */
export function ended(progress: SyncProgressRow, error: string | null): SyncProgressRow {
  const state = error === null ? 'done' : 'failed'
  return { ...progress, state, next_page: null, total: progress.done, error }
}

/** What people can do about a list that GitHub does not give. */
function adviceOn({ code }: CodedError): string {
  if (code === 'github_forbidden') return 'Give the token the right to read this on GitHub, then retry.'
  if (code === 'github_not_found')
    return 'It is switched off there, or this token may not see it: change that, then retry.'
  return 'Retry; if that does not help, GitHub does not offer this here.'
}

const restless =
  'GitHub changed this list each time while it was read, so that something may be missing. It is read again.'

/** A repository that is not there is gone, or was taken from this person. */
async function askForAccess({ store, enqueue, userId }: Sync): Promise<void> {
  await store.write((tx) => enqueue(tx, syncAccountTask(userId)))
}
