import { fieldsOf, integerIn } from '../domain/mirror/fields.ts'
import { registerWebhookTask, syncAccountTask, syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import type { CodedError } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import { idOf } from '../mirror/odd.ts'
import type { Handler } from '../queue/queue.ts'
import { appendChanges } from '../store/changes.ts'
import { findRepository, holdRepository, markSynced } from '../store/repositories.ts'
import type { RepositoryRow, SyncProgressRow } from '../store/rows/mirror.ts'
import { setAside, takeInMany } from '../store/set-aside.ts'
import type { Db } from '../store/store.ts'
import { findProgress, saveProgress } from '../store/sync-progress.ts'
import { beginSync } from './begin-sync.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'
import { isEmpty, isMissing } from './missing.ts'
import { type ReadPage, type Resource, resources } from './sync-resources.ts'

/** Which resource of `sync_progress` stands for the sync as a whole; its `done` counts resources. */
const wholeSync = 'repository'

/**
 * Reads what is in a repository, page by page: each page is saved with the number of the next one in a transaction,
 * so that a sync that was killed goes on where it was. The first one reads everything, later ones what changed since.
 * Where GitHub does not give one kind of thing (Actions switched off, no right to see it), the rest goes on.
 */
export function syncRepository(deps: MirrorTaskDeps): Handler {
  const { store, tokens, github } = deps
  return async (task, context) => {
    const repositoryId = integerIn(fieldsOf(task, 'task'), 'repositoryId')
    const repository = await findRepository(store.read, repositoryId)
    const holder = await tokens.tokenFor(repositoryId)
    // Nobody is left who could ask GitHub: somebody who signs in starts it again.
    if (!repository || !holder) return

    const client = github.forToken(holder.token, holder)
    const sync = { ...deps, client, repository, userId: holder.userId, signal: context.signal }
    const whole = await beginSync(deps, { scope: `repo:${repository.id}`, resource: wholeSync })
    let current = whole
    try {
      for (const [index, resource] of resources.entries()) {
        let progress: SyncProgressRow | undefined = await beginResource(sync, resource, whole)
        while (progress?.next_page) {
          current = progress
          progress = await readNextPage(sync, resource, progress)
        }
        // The repository was removed, or another task took this sync over.
        if (!progress) return
        await store.write((tx) => saveProgress(tx, { ...whole, done: index + 1, total: resources.length }))
      }
    } catch (error) {
      const note = async (tx: Db, { message }: CodedError, final: boolean) => {
        const state = final ? 'failed' : 'waiting'
        await writeDown(tx, sync, { ...current, state, error: message })
        // The next sync then begins anew, and what is complete already asks for little.
        if (final) await saveProgress(tx, { ...whole, state, error: message })
      }
      return await settleTrouble(
        { error, holder, again: syncRepositoryTask(repositoryId), context, note },
        deps,
      )
    }
    await store.write(async (tx) => {
      await markSynced(tx, { repositoryId, at: whole.started_at })
      await writeDown(tx, sync, {
        ...whole,
        state: 'done',
        next_page: null,
        done: resources.length,
        total: resources.length,
      })
      if (deps.webhook()) await deps.enqueue(tx, registerWebhookTask(repositoryId))
    })
  }
}

interface Sync extends MirrorTaskDeps {
  client: GithubClient
  repository: RepositoryRow
  userId: string
  signal: AbortSignal
}

/** As `beginSync`, but leaves alone what this same sync has ended already. */
async function beginResource(
  sync: Sync,
  { name }: Resource,
  whole: SyncProgressRow,
): Promise<SyncProgressRow> {
  const before = await findProgress(sync.store.read, { scope: whole.scope, resource: name })
  const isEnded = before?.state === 'done' || before?.state === 'failed'
  if (before && isEnded && before.started_at >= whole.started_at) return { ...before, next_page: null }
  return await beginSync(sync, { scope: whole.scope, resource: name })
}

/** Reads a page and saves it with its progress; nothing when the sync is not ours to go on with. */
async function readNextPage(
  sync: Sync,
  resource: Resource,
  progress: SyncProgressRow,
): Promise<SyncProgressRow | undefined> {
  const { client, repository, signal, store } = sync
  const number = progress.next_page ?? 1
  const since = progress.since === null ? null : new Date(progress.since).toISOString()
  let page: ReadPage
  let error: string | null = null
  try {
    page = await resource.read({ client, repository, page: number, since, signal, clock: sync.clock })
  } catch (reason) {
    if (!isMissing(reason)) throw reason
    page = { count: 0, next: null, total: 0, odd: [], fitted: [], save: async () => {} }
    error = isEmpty(reason) ? null : reason.message
    if (resource === resources[0] && reason.code === 'github_not_found') await askForAccess(sync)
  }
  const next = page.next !== null && page.next <= resource.mostPages ? page.next : null
  const done = progress.done + page.count
  const after: SyncProgressRow = {
    ...progress,
    state: next !== null ? 'running' : error === null ? 'done' : 'failed',
    next_page: next,
    done,
    total: next === null ? done : page.total,
    error,
    set_aside: progress.set_aside + page.odd.length,
  }
  const saved = await store.write(async (tx) => {
    const held = await holdRepository(tx, repository.id)
    const isThere = held !== undefined && held.deleted_at === null
    const now = await findProgress(tx, progress)
    if (!isThere || now?.started_at !== progress.started_at || now.next_page !== number) return undefined
    await page.save(tx)
    await settleOdd(tx, sync, page)
    await writeDown(tx, sync, after)
    return after
  })
  if (saved) for (const { kind } of page.odd) sync.events.emit('item.set-aside', { kind, source: 'sync' })
  return saved
}

/** Sets aside what did not fit, and takes in what did not before. */
async function settleOdd(tx: Db, { repository, clock }: Sync, { odd, fitted }: ReadPage): Promise<void> {
  const repositoryId = repository.id
  for (const { kind, items } of fitted) {
    await takeInMany(tx, { repositoryId, kind: kind.name, keys: items.map(idOf) })
  }
  await setAside(tx, { repositoryId, source: 'sync', deliveryId: null, now: clock() }, odd)
}

/** A repository that is not there is gone, or was taken from this person. */
async function askForAccess({ store, enqueue, userId }: Sync): Promise<void> {
  await store.write((tx) => enqueue(tx, syncAccountTask(userId)))
}

/** Saves progress and tells it; a later sync that found nothing new has nothing to tell. */
async function writeDown(tx: Db, { repository, clock }: Sync, progress: SyncProgressRow): Promise<void> {
  const now = clock()
  const { resource, state, done, total, error, since, set_aside } = progress
  await saveProgress(tx, { ...progress, updated_at: now })
  if (since !== null && done === 0 && error === null) return
  appendChanges(tx, now, [
    {
      topic: `repo:${repository.id}`,
      kind: 'sync.progress',
      repository_id: repository.id,
      data: { full_name: repository.full_name, resource, state, done, total, error, set_aside },
    },
  ])
}
