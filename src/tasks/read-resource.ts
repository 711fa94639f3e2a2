import { syncAccountTask } from '../domain/mirror/sync-tasks.ts'
import type { CodedError } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import type { Kind } from '../mirror/kind.ts'
import { idOf } from '../mirror/odd.ts'
import { appendChanges } from '../store/changes.ts'
import { holdRepository } from '../store/repositories.ts'
import type { RepositoryRow, SyncProgressRow } from '../store/rows/mirror.ts'
import { setAside, takeInMany } from '../store/set-aside.ts'
import type { Db } from '../store/store.ts'
import { findProgress, saveProgress } from '../store/sync-progress.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { isEmpty, isMissing } from './missing.ts'
import { type End, nothing, oddName, type Reading, type Step, type Written } from './reading.ts'
import { type Resource, resources } from './sync-resources.ts'

/** The sync of one repository, in the name of one person. */
export interface Sync extends MirrorTaskDeps, Pick<Reading, 'survey' | 'looked' | 'thorough' | 'signal'> {
  client: GithubClient
  repository: RepositoryRow
  userId: string
}

/** Reads one resource and saves each step with its progress; undefined when the sync is not ours to go on with. */
export async function* readResource(
  sync: Sync,
  resource: Resource,
  begun: SyncProgressRow,
): AsyncGenerator<SyncProgressRow, End | undefined> {
  const since = begun.since === null ? null : new Date(begun.since).toISOString()
  const reading = resource.read({ ...sync, since })
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
      // A list may be read by more than one way: what did not fit is told once.
      const step = { ...next.value, odd: next.value.odd.filter(({ key }) => !seen.has(oddName(key))) }
      for (const name of step.names) seen.add(name)
      const after = {
        ...progress,
        done: seen.size,
        total: Math.max(step.total ?? 0, seen.size) || progress.total,
        set_aside: progress.set_aside + step.odd.length,
      }
      const saved = await saveStep(sync, { resource, step, before: progress, after })
      if (!saved) return undefined
      progress = saved
      yield progress
    }
  } catch (reason) {
    if (!isMissing(reason)) throw reason
    error = isEmpty(reason) ? null : `${reason.message} ${adviceOn(reason)}`
    if (resource === resources[0] && reason.code === 'github_not_found') await askForAccess(sync)
  }
  if (end === 'restless') error = restless
  const state = error === null ? 'done' : 'failed'
  const last = { ...progress, state, next_page: null, total: progress.done, error } as const
  const saved = await saveStep(sync, { resource, step: null, before: progress, after: last })
  return saved && end
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

interface Saving {
  resource: Resource
  /** null: the reading has ended. */
  step: Step | null
  before: SyncProgressRow
  after: SyncProgressRow
}

async function saveStep(
  sync: Sync,
  { resource, step, before, after }: Saving,
): Promise<SyncProgressRow | undefined> {
  const { repository, store, events } = sync
  const saved = await store.write(async (tx) => {
    const held = await holdRepository(tx, repository.id)
    const isThere = held !== undefined && held.deleted_at === null
    const now = await findProgress(tx, before)
    if (!isThere || now?.started_at !== before.started_at || now.next_page === null) return undefined
    const written = step ? await step.save(tx) : nothing
    if (step) await settleOdd(tx, sync, resource.kind, step)
    const healed = heals(sync, before) ? written.changed.length + written.gone.length : 0
    const progress = { ...after, healed: before.healed + healed }
    await writeDown(tx, sync, progress, {
      isNews: after.state !== before.state || after.done > before.done || healed > 0,
    })
    return { progress, written }
  })
  if (!saved) return undefined
  for (const { kind } of step?.odd ?? []) events.emit('item.set-aside', { kind, source: 'sync' })
  if (heals(sync, before)) tellHealed(sync, resource, saved.written)
  return saved.progress
}

/** Whether what differs was missed: not the first time, nor where nobody but this sync tells of it. */
function heals({ repository, thorough }: Sync, { since }: SyncProgressRow): boolean {
  return since !== null && (thorough || repository.hook_id !== null)
}

/** Counts what differed from GitHub, and writes into the log what it was. */
function tellHealed(
  { log, events, repository: { full_name: repository } }: Sync,
  { kind, name: resource }: Resource,
  { changed, gone }: Written,
): void {
  if (changed.length + gone.length === 0) return
  const counts = { changed: changed.length, gone: gone.length }
  events.emit('mirror.healed', { kind: kind.name, ...counts })
  const names = { changed: changed.slice(0, mostNamed), gone: gone.slice(0, mostNamed) }
  log.info({ repository, resource, ...counts, names }, 'the mirror differed from GitHub')
}

/** Names of one line of the log. */
const mostNamed = 20

/** Sets aside what did not fit, and takes in what did not before. */
async function settleOdd(
  tx: Db,
  { repository, clock }: Sync,
  kind: Kind<object>,
  { odd, fitted }: Step,
): Promise<void> {
  const repositoryId = repository.id
  await takeInMany(tx, { repositoryId, kind: kind.name, keys: fitted.map(idOf) })
  await setAside(tx, { repositoryId, source: 'sync', deliveryId: null, now: clock() }, odd)
}

/** A repository that is not there is gone, or was taken from this person. */
async function askForAccess({ store, enqueue, userId }: Sync): Promise<void> {
  await store.write((tx) => enqueue(tx, syncAccountTask(userId)))
}

/** Saves progress and tells it; a later sync that found nothing new has nothing to tell. */
export async function writeDown(
  tx: Db,
  { repository, clock }: Sync,
  progress: SyncProgressRow,
  { isNews = true } = {},
): Promise<void> {
  const now = clock()
  const { resource, state, done, total, error, since, set_aside, healed } = progress
  await saveProgress(tx, { ...progress, updated_at: now })
  if (!isNews || (since !== null && done === 0 && error === null && healed === 0)) return
  appendChanges(tx, now, [
    {
      topic: `repo:${repository.id}`,
      kind: 'sync.progress',
      repository_id: repository.id,
      data: { full_name: repository.full_name, resource, state, done, total, error, set_aside, healed },
    },
  ])
}
