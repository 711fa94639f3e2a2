import { fieldsOf, flagIn, textIn } from '../domain/mirror/fields.ts'
import {
  isStale,
  recheckAccessTask,
  registerWebhookTask,
  syncAccountTask,
  syncPriority,
  syncRepositoryTask,
} from '../domain/mirror/sync-tasks.ts'
import { type CodedError, isCoded } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import {
  getRepository,
  inCircles,
  listRepositories,
  type ReadableRepository,
  type RepositoryPage,
} from '../github/readers.ts'
import type { Handler, Task } from '../queue/queue.ts'
import {
  dropAccess,
  listConnectedUsers,
  listReadable,
  listUnconfirmedUsers,
  listUnseenAccess,
  saveAccess,
} from '../store/access.ts'
import { appendChanges } from '../store/changes.ts'
import { fillInbox } from '../store/inbox/fill.ts'
import { findRepository, saveRepository } from '../store/repositories.ts'
import type { Role } from '../store/rows/identity.ts'
import type { SyncProgressRow } from '../store/rows/sync.ts'
import type { Db } from '../store/store.ts'
import { forgetSync, saveProgress } from '../store/sync-progress.ts'
import { findUser } from '../store/users.ts'
import { beginSync } from './begin-sync.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'
import { endless } from './reading.ts'
import { repeating } from './repeating.ts'

/**
 * Asks GitHub which repositories a user may read, and with what right: page by page, resumable, and with what is
 * found enqueued to be read. What is not listed any more is asked for one by one before it is taken away, since a
 * list that changes while it is read can skip an entry. A viewer adds no repository to the hub.
 */
export function syncAccount(deps: MirrorTaskDeps): Handler {
  const { store, tokens, github } = deps
  return async (task, context) => {
    const payload = fieldsOf(task, 'task')
    const userId = textIn(payload, 'userId')
    const everything = flagIn(payload, 'everything')
    const user = await findUser(store.read, userId)
    const holder = await tokens.tokenOf(userId)
    if (!user || user.disabled_at !== null || !holder) return

    const client = github.forBackground(holder.token, { userId })
    const { role } = user
    const { signal } = context
    const sync: Sync = { ...deps, client, userId, role, everything, begun: new Set(), signal }
    let progress = await beginSync(deps, { scope: `user:${userId}`, resource: 'repositories' })
    try {
      if (progress.since === null && progress.next_page === 1) progress = await readNewest(sync, progress)
      const listed = new Set<number>()
      while (progress.next_page !== null) {
        const order = 'full_name'
        const page = await listRepositories(client, { page: progress.next_page, order, signal })
        const before = listed.size
        for (const { repository } of page.items) listed.add(repository.id)
        const isNew = listed.size > before || page.odd.length > 0
        if (page.next !== null && (!isNew || page.next > endless)) throw inCircles(progress.next_page)
        progress = await savePage(sync, page, afterPage(progress, page))
      }
      const gone = await findGone(sync, progress)
      await store.write(async (tx) => {
        const removed = await dropAccess(tx, { userId, repositoryIds: gone })
        tell(tx, sync, { ...progress, state: 'done', total: progress.done })
        tellAccess(tx, sync, { added: 0, removed })
      })
    } catch (error) {
      const note = async (tx: Db, { message }: CodedError, final: boolean) => {
        tell(tx, sync, { ...progress, state: final ? 'failed' : 'waiting', error: message })
      }
      const again = syncAccountTask(userId, { everything })
      await settleTrouble({ error, holder, again, context, note }, deps)
    }
  }
}

/** For so long people see what they saw after GitHub refused their token, which mostly means that it expired. */
const unconfirmedMs = 24 * 3_600_000

/** How often; a webhook asks at once where GitHub sends one. */
const recheckMs = 15 * 60_000

/**
 * Lets everybody's access be asked for anew, again and again. Where GitHub does not answer for somebody any more it
 * ends after a day: who loses the right to a repository could else keep it here by revoking their token. Signing in
 * brings it back.
 */
export function recheckAccess(deps: MirrorTaskDeps): Handler {
  const { store, enqueue, clock } = deps
  return repeating(deps, { task: recheckAccessTask(), everyMs: recheckMs }, async (_, again) => {
    const now = clock()
    const users = await listConnectedUsers(store.read)
    const unconfirmed = await listUnconfirmedUsers(store.read, { refusedBefore: now - unconfirmedMs })
    await store.write(async (tx) => {
      for (const userId of users) {
        await enqueue(tx, { ...syncAccountTask(userId), jobKeyMode: 'preserve_run_at' })
      }
      for (const userId of unconfirmed) {
        const repositoryIds = await listReadable(tx, userId)
        if (repositoryIds.length === 0) continue
        const removed = await dropAccess(tx, { userId, repositoryIds })
        tellAccess(tx, { userId, clock }, { added: 0, removed })
      }
      await again(tx)
    })
  })
}

interface Sync extends MirrorTaskDeps {
  client: GithubClient
  userId: string
  role: Role
  everything: boolean
  /** Repositories whose sync was enqueued by this task. */
  begun: Set<number>
  signal: AbortSignal
}

/**
 * The first time, what was pushed to last comes before all else, so that there is something to look at after one
 * request. Where that is all, the list is read; else it follows in an order that stays.
 */
async function readNewest(sync: Sync, progress: SyncProgressRow): Promise<SyncProgressRow> {
  const { client, signal } = sync
  const page = await listRepositories(client, { page: 1, order: 'pushed', signal })
  return await savePage(
    sync,
    page,
    page.next === null ? afterPage(progress, page) : { ...progress, total: page.total },
  )
}

function afterPage(progress: SyncProgressRow, { items, odd, next, total }: RepositoryPage): SyncProgressRow {
  const done = progress.done + items.length + odd.length
  return { ...progress, next_page: next, done, total, set_aside: progress.set_aside + odd.length }
}

/** Repositories of one transaction: whoever else writes or asks waits no longer than for these. */
const atOnce = 20

/** Saves a page in a few transactions, the last of which writes down how far the list is `after` it. */
async function savePage(
  sync: Sync,
  { items }: RepositoryPage,
  after: SyncProgressRow,
): Promise<SyncProgressRow> {
  const { store, begun } = sync
  for (let start = 0; start < items.length; start += atOnce) {
    const some = items.slice(start, start + atOnce)
    await store.write((tx) => saveReadable(tx, sync, some))
    for (const { repository } of some) begun.add(repository.id)
  }
  await store.write((tx) => tell(tx, sync, after))
  return after
}

/** Saves repositories that a user may read, and has them read. */
async function saveReadable(tx: Db, sync: Sync, items: readonly ReadableRepository[]): Promise<void> {
  const { userId, role, everything, begun, enqueue, clock } = sync
  const now = clock()
  const rows = []
  const tasks: Task[] = []
  for (const { repository, permission } of items) {
    const known = await findRepository(tx, repository.id)
    if (!known && role === 'viewer') continue
    await saveRepository(tx, repository, { revive: role !== 'viewer' })
    rows.push({ user_id: userId, repository_id: repository.id, permission, synced_at: now })
    if (role === 'viewer' || begun.has(repository.id)) continue
    const facts = {
      pushed_at: repository.pushed_at === null ? null : Date.parse(repository.pushed_at),
      synced_at: known?.synced_at ?? null,
      hook_id: known?.hook_id ?? null,
    }
    if (everything) await forgetSync(tx, repository.id)
    if (everything || isStale(facts, now)) {
      const priority = syncPriority(facts.pushed_at, now)
      // Before the first sync, so that nothing is missed between the two.
      const isNew = facts.synced_at === null && facts.hook_id === null
      if (isNew && permission === 'admin' && sync.webhook())
        tasks.push(registerWebhookTask(repository.id, { priority }))
      const task = syncRepositoryTask(repository.id, { priority })
      // One that waits keeps its place, or its pause where GitHub has asked for one.
      tasks.push({ ...task, jobKeyMode: everything ? 'replace' : 'preserve_run_at' })
    }
  }
  const added = await saveAccess(tx, rows)
  if (added > 0) {
    await fillInbox(tx, { userId, now })
    tellAccess(tx, sync, { added, removed: 0 })
  }
  for (const task of tasks) await enqueue(tx, task)
}

/** Of what was not listed: what GitHub does not show to the user when asked for it by id. */
async function findGone({ store, client, userId, signal, clock }: Sync, { started_at }: SyncProgressRow) {
  const gone: number[] = []
  for (const id of await listUnseenAccess(store.read, { userId, seenSince: started_at })) {
    try {
      const { permission } = await getRepository(client, { id, signal })
      const row = { user_id: userId, repository_id: id, permission, synced_at: clock() }
      await store.write((tx) => saveAccess(tx, [row]))
    } catch (error) {
      if (!isCoded(error, 'github_not_found') && !isCoded(error, 'github_forbidden')) throw error
      gone.push(id)
    }
  }
  return gone
}

/** Saves progress and tells the user of it. */
function tell(tx: Db, { userId, clock }: Sync, progress: SyncProgressRow): void {
  const now = clock()
  const { resource, state, done, total, error, set_aside } = progress
  saveProgress(tx, { ...progress, updated_at: now })
  const data = { full_name: null, resource, state, done, total, error, set_aside }
  appendChanges(tx, now, [{ topic: `inbox:${userId}`, kind: 'sync.progress', data }])
}

/** Tells the user that repositories came or went. */
function tellAccess(
  tx: Db,
  { userId, clock }: Pick<Sync, 'userId' | 'clock'>,
  { added, removed }: { added: number; removed: number },
): void {
  if (added + removed === 0) return
  const data = { user_id: userId, added, removed }
  appendChanges(tx, clock(), [{ topic: `inbox:${userId}`, kind: 'access.updated', data }])
}
