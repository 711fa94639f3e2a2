import { fieldsOf, integerIn } from '../domain/mirror/fields.ts'
import { registerWebhookTask, syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import type { CodedError } from '../errors.ts'
import type { Handler } from '../queue/queue.ts'
import { findRepository, markSynced } from '../store/repositories.ts'
import type { SyncProgressRow } from '../store/rows/sync.ts'
import type { Db } from '../store/store.ts'
import { isSyncPaused } from '../store/sync-pause.ts'
import { comparison, countHealed, findProgress, saveProgress, wholeSync } from '../store/sync-progress.ts'
import { beginSync, goOn } from './begin-sync.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'
import { rememberLook } from './look-for-changes.ts'
import { meetRepository } from './meet-repository.ts'
import { readResource } from './read-resource.ts'
import { readTold } from './read-told.ts'
import type { End } from './reading.ts'
import { type Sync, writeDown } from './save-step.ts'
import { type Resource, resources } from './sync-resources.ts'

const notShown = 'GitHub shows this repository no more.'
/** How often everything is compared. */
const comparedMs = 20 * 3_600_000
/** When a sync goes on that left something for later. */
const soonMs = 60_000

/**
 * Reads what is in a repository, step by step: each is saved with how far the sync is, so that one that was killed
 * goes on. The first one reads everything, later ones what changed since; once a day everything is compared, so that
 * what no webhook and no list of changes tells is found, too. Where GitHub does not give one kind of thing (Actions
 * switched off, no right to see it), the rest goes on.
 */
export function syncRepository(deps: MirrorTaskDeps): Handler {
  const { store, tokens, github } = deps
  return async (task, context) => {
    const payload = fieldsOf(task, 'task')
    const repositoryId = integerIn(payload, 'repositoryId')
    const isUrgent = payload.values.isUrgent === true
    const repository = await findRepository(store.read, repositoryId)
    const holder = await tokens.tokenFor(repositoryId)
    // Nobody is left who could ask GitHub: somebody who signs in starts it again.
    if (!repository || !holder || (await isSyncPaused(store.read))) return

    const client = github.forBackground(holder.token, holder, { isUrgent })
    const whole = await beginSync(deps, { scope: `repo:${repository.id}`, resource: wholeSync })
    const compared = await findProgress(store.read, { scope: whole.scope, resource: comparison })
    const thorough = compared?.state !== 'done' || deps.clock() - compared.started_at > comparedMs
    let sync: Sync = {
      ...deps,
      client,
      repository,
      thorough,
      survey: null,
      userId: holder.userId,
      signal: context.signal,
    }
    let current = whole
    const ends = new Set<End>()
    try {
      const met = await meetRepository(sync, whole)
      if (met === 'unchanged') return await endLook(sync, whole)
      if (met === 'gone') {
        await store.write((tx) =>
          saveProgress(tx, { ...whole, state: 'failed', next_page: null, error: notShown }),
        )
        return
      }
      sync = met
      for (let place: number | undefined = 0; place < resources.length; place++) {
        if (await isSyncPaused(store.read)) return
        place = await readTold(sync, whole, place)
        // The repository was removed, or another task took this sync over.
        if (place === undefined) return
        const resource = resources[place]
        if (!resource) break
        const progress = await beginResource(sync, resource, whole)
        if (progress.next_page === null) continue
        current = progress
        const after = { ...whole, done: place + 1, total: resources.length }
        const reading = readResource(sync, resource, { begun: progress, whole: after })
        for (let step = await reading.next(); ; step = await reading.next()) {
          if (step.done) {
            if (step.value === undefined) return
            ends.add(step.value)
            break
          }
          current = step.value
        }
      }
    } catch (error) {
      const note = async (tx: Db, { message }: CodedError, final: boolean) => {
        const state = final ? 'failed' : 'waiting'
        writeDown(tx, sync, { ...current, state, error: message })
        // The next sync then begins anew, and what is complete already asks for little.
        if (final) saveProgress(tx, { ...whole, state, error: message })
      }
      return await settleTrouble(
        { error, holder, again: syncRepositoryTask(repositoryId, { isUrgent }), context, note },
        deps,
      )
    }
    await endSync(sync, whole, ends)
  }
}

/** Nothing is new: nobody is told, so that the log does not grow by looking. */
async function endLook({ store, repository: { id } }: Sync, whole: SyncProgressRow): Promise<void> {
  const [done, total] = [resources.length, resources.length]
  await store.write(async (tx) => {
    await markSynced(tx, { repositoryId: id, at: whole.started_at })
    saveProgress(tx, { ...whole, state: 'done', next_page: null, done, total })
  })
}

async function endSync(sync: Sync, whole: SyncProgressRow, ends: ReadonlySet<End>): Promise<void> {
  const { store, repository, thorough, enqueue, clock, webhook } = sync
  const repositoryId = repository.id
  const [done, total] = [resources.length, resources.length]
  await store.write(async (tx) => {
    await markSynced(tx, { repositoryId, at: whole.started_at })
    rememberLook(tx, sync)
    writeDown(tx, sync, { ...whole, state: 'done', next_page: null, done, total })
    if (thorough) {
      const healed = await countHealed(tx, { scope: whole.scope, since: whole.started_at })
      // A list that never stood still is compared by the next sync.
      const state = ends.has('restless') ? 'waiting' : 'done'
      const progress = { ...whole, resource: comparison, state, next_page: null, done: healed } as const
      writeDown(tx, sync, { ...progress, total: healed, healed })
    }
    // It was registered before the first sync; later ones see whether it is still there.
    const isHooked = whole.since === null && (await findRepository(tx, repositoryId))?.hook_id != null
    if (webhook() && !isHooked) await enqueue(tx, registerWebhookTask(repositoryId))
    if (ends.has('more') || ends.has('restless')) {
      await enqueue(tx, { ...syncRepositoryTask(repositoryId, { priority: 40 }), runAt: clock() + soonMs })
    }
  })
}

/** As `beginSync`, but leaves alone what this same sync has ended already. */
async function beginResource(
  sync: Sync,
  { name }: Resource,
  whole: SyncProgressRow,
): Promise<SyncProgressRow> {
  const progress = await goOn(sync.store.read, sync, { resource: name, whole })
  if (progress.next_page !== null) await sync.store.write((tx) => saveProgress(tx, progress))
  return progress
}
