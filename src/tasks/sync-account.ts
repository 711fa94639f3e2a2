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
import { getRepository, listRepositories, type RepositoryPage } from '../github/readers.ts'
import type { Handler, Task } from '../queue/queue.ts'
import {
  dropAccess,
  listConnectedUsers,
  listReadable,
  listUnconfirmedUsers,
  listUnseenAccess,
  saveAccess,
} from '../store/access.ts'
import { appendChanges, type NewChange } from '../store/changes.ts'
import { fillInbox } from '../store/inbox/fill.ts'
import { findRepository, saveRepository } from '../store/repositories.ts'
import type { Role } from '../store/rows/identity.ts'
import type { SyncProgressRow } from '../store/rows/mirror.ts'
import type { Db } from '../store/store.ts'
import { forgetSync, saveProgress } from '../store/sync-progress.ts'
import { findUser } from '../store/users.ts'
import { beginSync } from './begin-sync.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'
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
    const sync: Sync = { ...deps, client, userId, role: user.role, everything, signal: context.signal }
    let progress = await beginSync(deps, { scope: `user:${userId}`, resource: 'repositories' })
    try {
      while (progress.next_page !== null) {
        const page = await listRepositories(client, { page: progress.next_page, signal: context.signal })
        progress = await store.write((tx) => savePage(tx, sync, { page, progress }))
      }
      const gone = await findGone(sync, progress)
      await store.write(async (tx) => {
        const removed = await dropAccess(tx, { userId, repositoryIds: gone })
        await tell(tx, sync, { ...progress, state: 'done', total: progress.done }, { added: 0, removed })
      })
    } catch (error) {
      const note = (tx: Db, { message }: CodedError, final: boolean) => {
        const state = final ? 'failed' : 'waiting'
        return tell(tx, sync, { ...progress, state, error: message }, { added: 0, removed: 0 })
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
        const data = { user_id: userId, added: 0, removed }
        appendChanges(tx, now, [{ topic: `inbox:${userId}`, kind: 'access.updated', data }])
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
  signal: AbortSignal
}

interface Page {
  page: RepositoryPage
  progress: SyncProgressRow
}

async function savePage(tx: Db, sync: Sync, { page, progress }: Page): Promise<SyncProgressRow> {
  const { userId, role, everything, enqueue, clock } = sync
  const now = clock()
  const rows = []
  const tasks: Task[] = []
  for (const { repository, permission } of page.items) {
    const known = await findRepository(tx, repository.id)
    if (!known && role === 'viewer') continue
    await saveRepository(tx, repository, { revive: role !== 'viewer' })
    rows.push({ user_id: userId, repository_id: repository.id, permission, synced_at: now })
    const facts = {
      pushed_at: repository.pushed_at === null ? null : Date.parse(repository.pushed_at),
      synced_at: known?.synced_at ?? null,
      hook_id: known?.hook_id ?? null,
    }
    if (role !== 'viewer' && everything) await forgetSync(tx, repository.id)
    if (role !== 'viewer' && (everything || isStale(facts, now))) {
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
  if (added > 0) await fillInbox(tx, { userId, now })
  const done = progress.done + page.items.length + page.odd.length
  const set_aside = progress.set_aside + page.odd.length
  const after = { ...progress, next_page: page.next, done, total: page.total, set_aside }
  await tell(tx, sync, after, { added, removed: 0 })
  for (const task of tasks) await enqueue(tx, task)
  return after
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

/** Saves progress and tells the user of it, and of repositories that came or went. */
async function tell(
  tx: Db,
  { userId, clock }: Sync,
  progress: SyncProgressRow,
  { added, removed }: { added: number; removed: number },
): Promise<void> {
  const now = clock()
  const { resource, state, done, total, error, set_aside } = progress
  await saveProgress(tx, { ...progress, updated_at: now })
  const topic = `inbox:${userId}`
  const changes: NewChange[] = [
    {
      topic,
      kind: 'sync.progress',
      data: { full_name: null, resource, state, done, total, error, set_aside },
    },
  ]
  if (added + removed > 0) {
    changes.push({ topic, kind: 'access.updated', data: { user_id: userId, added, removed } })
  }
  appendChanges(tx, now, changes)
}
