import type { ActionsJob } from '../../contract/mirror.ts'
import { sees } from '../domain/access.ts'
import type { Described } from '../domain/described.ts'
import { concernedByChange } from '../domain/inbox/concerned-by-change.ts'
import { downloadLogTask, syncAccountTask } from '../domain/mirror/sync-tasks.ts'
import { subjectNumber } from '../domain/subject-number.ts'
import { type CodedError, coded, isCoded, messageOf } from '../errors.ts'
import { type Decision, decideDelivery, stored } from '../mirror/decide-delivery.ts'
import type { Kind } from '../mirror/kind.ts'
import { type KindName, kinds } from '../mirror/kinds.ts'
import { type Delivered, oddSubject, type Rows, readDelivery } from '../mirror/read-delivery.ts'
import type { MirroredRepository } from '../mirror/repository.ts'
import { restrictedEvents } from '../mirror/restricted.ts'
import { listReaders, listUsersOfAccounts } from '../store/access.ts'
import { isBuried } from '../store/buried.ts'
import { appendChanges, type NewChange } from '../store/changes.ts'
import { countEarlierComments } from '../store/comments.ts'
import { type DueDelivery, markDelivery } from '../store/deliveries.ts'
import { deliver } from '../store/inbox/deliver.ts'
import { applyPatch, findItem, removeItem, saveItem, saveListed } from '../store/mirror.ts'
import { removeRepository, saveRepository } from '../store/repositories.ts'
import { setAside } from '../store/set-aside.ts'
import type { Db } from '../store/store.ts'
import { findProgress, wholeSync } from '../store/sync-progress.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { lookAgain } from './look-again.ts'
import { type Arrival, repeatedBy } from './read-arrivals.ts'

export type Outcome = 'applied' | 'stored' | 'failed'

/**
 * Applies one stored webhook: its rows, its changes, the runs it starts and its mark are part of the caller's
 * transaction. A payload that is not what GitHub documents fails for good; any other error is the caller's to repeat.
 *
 * A repository that the hub does not know is taken in as the payload describes it: the signature shows that the
 * webhook is ours. Nobody sees it until GitHub lists it to them. One that was removed stays so: only a listing
 * brings it back.
 */
export async function applyDelivery(
  tx: Db,
  { arrival, now }: { arrival: Arrival; now: number },
  deps: MirrorTaskDeps,
): Promise<Outcome> {
  const { delivery, body, digest } = arrival
  const parsed = parse(delivery, body)
  if ('error' in parsed) {
    await setSubjectAside(tx, { ...parsed, delivery, now }, deps)
    return await failDelivery(tx, delivery, { error: parsed.error, now })
  }
  const repeatOf = repeatedBy(arrival)
  if (repeatOf)
    deps.log.warn({ delivery: delivery.id, repeatOf }, 'a delivery repeats an earlier one: it starts no run')
  return await apply(tx, { ...parsed, delivery, now, digest, repeatOf }, deps)
}

/** When a delivery cannot be applied: it stays stored, and says why. */
export async function failDelivery(
  tx: Db,
  { id, event, received_at }: DueDelivery,
  { error: reason, now }: { error: unknown; now: number },
): Promise<Outcome> {
  const error = messageOf(reason)
  appendChanges(tx, now, [
    { topic: 'system', kind: 'delivery.failed', data: { event, error }, delivery_id: id, received_at },
  ])
  await markDelivery(tx, id, { state: 'failed', error, applied_at: now })
  return 'failed'
}

interface Parsed {
  payload: Record<string, unknown>
  delivered: Delivered
}

interface Unreadable {
  payload: unknown
  error: CodedError
}

/** A payload that is not what GitHub documents is no reason to try again: the error is the outcome. */
function parse({ event, seq }: DueDelivery, body: Uint8Array): Parsed | Unreadable {
  let payload: Record<string, unknown> | null = null
  try {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    payload = JSON.parse(bytes.toString()) as Record<string, unknown>
    return { payload, delivered: readDelivery({ event, payload, seq }) }
  } catch (error) {
    if (isCoded(error)) return { payload, error }
    return { payload, error: coded('github_malformed', `The payload is no JSON: ${messageOf(error)}`) }
  }
}

async function setSubjectAside(
  tx: Db,
  { payload, error, delivery, now }: Unreadable & { delivery: DueDelivery; now: number },
  { events }: Pick<MirrorTaskDeps, 'events'>,
): Promise<void> {
  const found = oddSubject({ event: delivery.event, payload }, error)
  if (!found) return
  const { repositoryId, odd } = found
  await setAside(tx, { repositoryId, source: 'delivery', deliveryId: delivery.id, now }, [odd])
  events.emit('item.set-aside', { kind: odd.kind, source: 'delivery' })
}

interface Applying extends Parsed {
  delivery: DueDelivery
  now: number
  digest: Uint8Array
  /** The GUID of the delivery that this one repeats. */
  repeatOf: string | null
}

/**
 * Whether a sync has begun since a delivery was sent. Of one that was fetched that is known; one that had to wait, or is
 * applied again, may have been overtaken as well.
 */
async function hasSyncBegunSince(
  tx: Db,
  { overtaken, received_at, due_at }: DueDelivery,
  repositoryId: number | undefined,
): Promise<boolean> {
  const hasWaited = due_at !== null && due_at > received_at
  if (overtaken === 1 || !hasWaited || repositoryId === undefined) return overtaken === 1
  const sync = await findProgress(tx, { scope: `repo:${repositoryId}`, resource: wholeSync })
  return sync !== undefined && sync.started_at > received_at
}

async function apply(tx: Db, applying: Applying, deps: MirrorTaskDeps): Promise<Outcome> {
  const { payload, delivered, delivery, now, digest, repeatOf } = applying
  const { action, actor } = delivered
  // Asked together: a database elsewhere answers both at once, in this order, so that the row is held first.
  const facts = delivered.repository
  const isOvertaken = await hasSyncBegunSince(tx, delivery, facts?.id)
  const [repository, before] = await Promise.all([
    facts && saveRepository(tx, facts, { revive: false, isOvertaken }),
    facts ? loadRows(tx, delivered, facts.id) : nothing,
  ])
  const restriction = restrictedEvents.get(delivered.event) ?? null
  const wanted = repository && (restriction !== null || needsReaders(delivered))
  const access = wanted ? await listReaders(tx, repository.id) : []
  const readers = access.map(({ user_id }) => user_id)
  const decision = repository && decideDelivery(delivered, { repository, isOvertaken, ...before })
  if (repository) await lookAgain(tx, { repositoryId: repository.id, delivered, isOvertaken }, deps)
  if (repository && decision) {
    await save(tx, {
      delivered,
      decision,
      before: before.rows,
      repositoryId: repository.id,
      isOvertaken,
      now,
    })
    await setAsideOdd(tx, applying, deps, repository.id)
    await fetchLog(tx, { delivered, repositoryId: repository.id }, deps)
  }

  const change = decision?.change ?? stored({ ...delivered, repository: null })
  const seeing =
    restriction === null
      ? null
      : access.flatMap(({ user_id, permission }) => (sees(permission, restriction) ? [user_id] : []))
  appendChanges(tx, now, placeChange(change, { repository, readers, seeing, actor, delivery }))
  const concerned = repository && decision && concernedByChange(change, delivered.payload)
  if (concerned) await deliver(tx, concerned, { repositoryId: repository.id })
  await recheckRights(tx, { delivered, readers, deps })
  if (repeatOf === null)
    await deps.startRuns(tx, {
      event: delivery.event,
      action,
      payload,
      deliveryId: delivery.id,
      repositoryId: repository?.id ?? null,
      repository: repository?.full_name ?? null,
      actor,
      receivedAt: delivery.received_at,
    })
  const state = change.kind === 'delivery.stored' ? 'stored' : 'applied'
  await markDelivery(tx, delivery.id, {
    state,
    action,
    repository_id: repository?.id ?? null,
    number: subjectNumber(payload),
    applied_at: now,
    digest,
    repeat_of: repeatOf,
  })
  return state
}

const nothing = { rows: {}, gone: new Set<string>() }

/** Whether it matters who could read the repository before. */
function needsReaders({ event, action, rights }: Delivered): boolean {
  return rights.readers || (event === 'repository' && action === 'deleted')
}

/** What is stored of the items that a delivery speaks of, and which of them were deleted before. */
async function loadRows(
  tx: Db,
  { rows }: Delivered,
  repositoryId: number,
): Promise<{ rows: Rows; gone: ReadonlySet<string> }> {
  const found: Record<string, object> = {}
  const gone = new Set<string>()
  for (const [name, item] of Object.entries(rows)) {
    const kind = kinds[name as KindName] as Kind<object>
    const [row, buried] = await Promise.all([
      findItem(tx, kind, { repositoryId, item }),
      isBuried(tx, kind, { repositoryId, item }),
    ])
    if (row) found[name] = row
    else if (buried) gone.add(name)
  }
  return { rows: found, gone }
}

interface Saving {
  delivered: Delivered
  decision: Decision
  before: Rows
  repositoryId: number
  isOvertaken: boolean
  now: number
}

async function save(tx: Db, saving: Saving): Promise<void> {
  const { delivered, decision, before, repositoryId, isOvertaken, now } = saving
  for (const [name, item] of Object.entries(decision.save)) {
    const kind = kinds[name as KindName] as Kind<object>
    await saveItem(tx, kind, { repositoryId, item, before: before[name as KindName] })
  }
  const { pull_request: pull } = decision.save
  if (pull && !before.pull_request) await countEarlierComments(tx, { repositoryId, number: pull.number })
  for (const [name, items] of Object.entries(delivered.lists)) {
    await saveListed(tx, kinds[name as KindName] as Kind<object>, { repositoryId, items })
  }
  for (const patch of delivered.patches) await applyPatch(tx, patch, { repositoryId, isOvertaken })
  const { remove } = decision
  if (remove === 'repository') await removeRepository(tx, { repositoryId, now })
  else if (remove) await removeItem(tx, remove.kind, { repositoryId, now, ...remove })
}

async function setAsideOdd(
  tx: Db,
  { delivered: { odd }, delivery, now }: Applying,
  { events }: Pick<MirrorTaskDeps, 'events'>,
  repositoryId: number,
): Promise<void> {
  if (odd.length === 0) return
  await setAside(tx, { repositoryId, source: 'delivery', deliveryId: delivery.id, now }, odd)
  for (const { kind } of odd) events.emit('item.set-aside', { kind, source: 'delivery' })
}

/** What a job said can be read once it is over; one that was skipped said nothing. */
async function fetchLog(
  tx: Db,
  { delivered: { event, action, rows }, repositoryId }: { delivered: Delivered; repositoryId: number },
  { enqueue }: Pick<MirrorTaskDeps, 'enqueue'>,
): Promise<void> {
  const job = rows.actions_job as ActionsJob | undefined
  if (event !== 'workflow_job' || action !== 'completed' || !job || job.conclusion === 'skipped') return
  await enqueue(tx, downloadLogTask({ repositoryId, jobId: job.id }))
}

interface Place {
  repository: MirroredRepository | null
  readers: readonly string[]
  /** Who may see it, where these are fewer than the readers; null: all of them. */
  seeing: readonly string[] | null
  actor: string | null
  delivery: DueDelivery
}

/**
 * A change belongs to its repository's readers; one of what fewer may see is for the inboxes of these. Of a removed
 * repository nobody is a reader any more, so that one is put into the inbox of each who was, together with the news
 * that they read one less.
 */
function placeChange(
  { kind, data }: Described,
  { repository, readers, seeing, actor, delivery }: Place,
): NewChange[] {
  const cause = { actor, delivery_id: delivery.id, received_at: delivery.received_at }
  if (kind === 'repository.removed') {
    return readers.flatMap((user_id) => [
      { ...cause, topic: `inbox:${user_id}`, kind, data },
      {
        ...cause,
        topic: `inbox:${user_id}`,
        kind: 'access.updated',
        data: { user_id, added: 0, removed: 1 },
      },
    ])
  }
  if (seeing) return seeing.map((user_id) => ({ ...cause, topic: `inbox:${user_id}`, kind, data }))
  return repository
    ? [{ ...cause, topic: `repo:${repository.id}`, repository_id: repository.id, kind, data }]
    : [{ ...cause, topic: 'system', kind, data }]
}

interface Recheck {
  delivered: Delivered
  readers: readonly string[]
  deps: Pick<MirrorTaskDeps, 'enqueue' | 'github'>
}

/** Asks GitHub at once what those may read whose rights the delivery may have changed. */
async function recheckRights(tx: Db, { delivered, readers, deps }: Recheck): Promise<void> {
  const { accounts, readers: concernsReaders } = delivered.rights
  const named = await listUsersOfAccounts(tx, { host: new URL(deps.github.webUrl).host, githubIds: accounts })
  for (const userId of new Set([...named, ...(concernsReaders ? readers : [])])) {
    await deps.enqueue(tx, syncAccountTask(userId))
  }
}
