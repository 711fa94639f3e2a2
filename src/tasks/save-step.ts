import type { GithubClient } from '../github/create-github.ts'
import type { Kind } from '../mirror/kind.ts'
import { idOf } from '../mirror/odd.ts'
import { appendChanges } from '../store/changes.ts'
import { holdRepository } from '../store/repositories.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { SyncProgressRow } from '../store/rows/sync.ts'
import { setAside, takeInMany } from '../store/set-aside.ts'
import type { Db } from '../store/store.ts'
import { findProgress, saveProgress } from '../store/sync-progress.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { oddName, type Reading, type Step, type Written } from './reading.ts'
import type { Resource } from './sync-resources.ts'

/** The sync of one repository, in the name of one person. */
export interface Sync extends MirrorTaskDeps, Pick<Reading, 'survey' | 'looked' | 'thorough' | 'signal'> {
  client: GithubClient
  repository: RepositoryRow
  userId: string
}

/** What a step of a resource brought, to be told once it is on disk. */
export interface Brought {
  resource: Resource
  step: Step
  written: Written
  /** What differed was missed before. */
  isHeal: boolean
}

/** What a step brings that was not brought before, and how far its resource is then. */
export function advance(
  step: Step,
  { before, seen }: { before: SyncProgressRow; seen: Set<string> },
): { step: Step; after: SyncProgressRow } {
  // A list may be read by more than one way: what did not fit is told once.
  const odd = step.odd.filter(({ key }) => !seen.has(oddName(key)))
  for (const name of step.names) seen.add(name)
  const after = {
    ...before,
    done: seen.size,
    total: Math.max(step.total ?? 0, seen.size) || before.total,
    set_aside: before.set_aside + odd.length,
  }
  return { step: { ...step, odd }, after }
}

/** Writes what a step brings; `tellBrought` tells of it afterwards. */
export async function writeStep(
  tx: Db,
  sync: Sync,
  { resource, step, before }: { resource: Resource; step: Step; before: SyncProgressRow },
): Promise<Brought & { healed: number }> {
  const written = await step.save(tx)
  await settleOdd(tx, sync, resource.kind, step)
  const isHeal = heals(sync, before)
  const healed = before.healed + (isHeal ? written.changed.length + written.gone.length : 0)
  return { resource, step, written, isHeal, healed }
}

/** Emits what was set aside and what was healed, once it is written. */
export function tellBrought(sync: Sync, { resource, step, written, isHeal }: Brought): void {
  for (const { kind } of step.odd) sync.events.emit('item.set-aside', { kind, source: 'sync' })
  if (isHeal) tellHealed(sync, resource, written)
}

interface Saving {
  resource: Resource
  /** null: the reading has ended. */
  step: Step | null
  before: SyncProgressRow
  after: SyncProgressRow
  /** Written with it: how far the whole sync is then. */
  whole?: SyncProgressRow | undefined
}

/** Saves a step with how far its resource is; undefined when the sync is not ours to go on with. */
export async function saveStep(
  sync: Sync,
  { resource, step, before, after, whole }: Saving,
): Promise<SyncProgressRow | undefined> {
  const { repository, store } = sync
  const saved = await store.write(async (tx) => {
    const isThere = await holdsRepository(tx, repository.id)
    const now = await findProgress(tx, before)
    if (!isThere || now?.started_at !== before.started_at || now.next_page === null) return undefined
    const brought = step && (await writeStep(tx, sync, { resource, step, before }))
    const healed = brought ? brought.healed - before.healed : 0
    const progress = { ...after, healed: before.healed + healed }
    writeDown(tx, sync, progress, {
      isNews: after.state !== before.state || after.done > before.done || healed > 0,
    })
    if (whole) saveProgress(tx, whole)
    return { progress, brought }
  })
  if (saved?.brought) tellBrought(sync, saved.brought)
  return saved?.progress
}

/** Holds a repository until the transaction ends; false when it was removed. */
export async function holdsRepository(tx: Db, repositoryId: number): Promise<boolean> {
  const held = await holdRepository(tx, repositoryId)
  return held !== undefined && held.deleted_at === null
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

/** Saves progress and tells it; a later sync that found nothing new has nothing to tell. */
export function writeDown(
  tx: Db,
  { repository, clock }: Sync,
  progress: SyncProgressRow,
  { isNews = true } = {},
): void {
  const now = clock()
  const { resource, state, done, total, error, since, set_aside, healed } = progress
  saveProgress(tx, { ...progress, updated_at: now })
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
