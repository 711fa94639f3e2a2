import { fieldsOf, integerIn } from '../domain/mirror/fields.ts'
import { lookForGapsTask, recoverDeliveriesTask, syncRepositoryTask } from '../domain/mirror/sync-tasks.ts'
import { type CodedError, isCoded } from '../errors.ts'
import type { Handler } from '../queue/queue.ts'
import { acceptDelivery } from '../store/deliveries.ts'
import { findDeliveryLog, listHooked, saveDeliveryLog } from '../store/delivery-logs.ts'
import { findRepository } from '../store/repositories.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { Db } from '../store/store.ts'
import { findProgress, requestComparison, wholeSync } from '../store/sync-progress.ts'
import type { MirrorTaskDeps } from './deps.ts'
import { settleTrouble } from './github-trouble.ts'
import {
  type Fetched,
  fetchMissing,
  findGaps,
  type Gaps,
  type Missing,
  type Recovery,
} from './missing-deliveries.ts'
import { repeating } from './repeating.ts'
import { type Told, tellProgress } from './tell-progress.ts'

/** In `sync_progress`, and to people. */
const resource = 'deliveries'
/** Deliveries that are fetched at a time, and stored in one transaction. */
const batch = 10
/** Where more is missing than this, a sync reads what changed in far fewer requests, and most are fetched afterwards. */
const few = 25
/** Of what a sync does not find, deliveries that are fetched at once. */
const mostAtOnce = 200
/** When the rest is fetched: syncs have asked for what they need by then. */
const restMs = 10_000
const hourMs = 3_600_000
/** GitHub's log tells the second in which something was sent. */
const logTickMs = 1_000
/** For so long after something had to be fetched a log is read each minute: it costs no quota while it is as it was. */
const unreachedMs = 24 * hourMs
const soonMs = 60_000
/** Webhooks of one transaction. */
const page = 100

/** Has the log of every webhook looked through, every hour: GitHub delivers nothing a second time by itself. */
export function lookForGaps(deps: MirrorTaskDeps): Handler {
  const { store, enqueue } = deps
  return repeating(deps, { task: lookForGapsTask(), everyMs: hourMs }, async ({ signal }, again) => {
    let ids: number[] = []
    do {
      signal.throwIfAborted()
      ids = await listHooked(store.read, { after: ids.at(-1) ?? 0, limit: page })
      await store.write(async (tx) => {
        for (const id of ids) await enqueue(tx, recoverDeliveriesTask(id))
        if (ids.length < page) await again(tx)
      })
    } while (ids.length === page)
  })
}

/**
 * Fetches the deliveries that GitHub sent to a repository's webhook and that did not come, and stores them as if they
 * had: GUID, replays and order are judged where those of all deliveries are. One whose payload GitHub does not give is
 * sent again, and where the log does not reach back the repository is read anew.
 */
export function recoverDeliveries(deps: MirrorTaskDeps): Handler {
  const { store, tokens, github, enqueue } = deps
  return async (task, context) => {
    const payload = fieldsOf(task, 'task')
    const repositoryId = integerIn(payload, 'repositoryId')
    const rest = payload.values.rest === true
    const repository = await findRepository(store.read, repositoryId)
    const holder = await tokens.tokenFor(repositoryId)
    if (!repository || repository.hook_id === null || !holder) return

    const { owner, name: repo, hook_id: hookId } = repository
    const recovery: Recovery = {
      ...deps,
      client: github.forBackground(holder.token, holder, { isUrgent: !rest }),
      repository,
      place: { owner, repo, hookId, signal: context.signal },
      before: await readBefore(deps, repository, hookId),
    }
    const again = { ...recoverDeliveriesTask(repositoryId), runAt: deps.clock() + soonMs }
    const note = (tx: Db, { message: error }: CodedError, final: boolean) =>
      tell(tx, recovery, { state: final ? 'failed' : 'waiting', done: 0, total: null, error })
    try {
      if (!(await recover(recovery, { rest }))) return
      if (await isUnreached(recovery)) await store.write((tx) => enqueue(tx, again))
    } catch (error) {
      if (isCoded(error, 'github_not_found') || isCoded(error, 'github_forbidden')) {
        // The webhook is gone, or nobody here may see its log. A sync closes the gap and ends with registering.
        return await store.write(async (tx) => {
          await note(tx, error, true)
          await requestComparison(tx, repositoryId)
          await enqueue(tx, syncRepositoryTask(repositoryId))
        })
      }
      await settleTrouble(
        { error, holder, again: recoverDeliveriesTask(repositoryId, { rest }), context, note },
        deps,
      )
    }
  }
}

/** Whether what GitHub sent had to be fetched lately: then it does not reach the hub, and its log is read each minute. */
async function isUnreached({ store, repository: { id }, place, clock }: Recovery): Promise<boolean> {
  const log = await findDeliveryLog(store.read, { repository_id: id, hook_id: place.hookId })
  return log?.recovered_at != null && clock() - log.recovered_at < unreachedMs
}

/** Of a webhook whose log was never read, the last sync has read what came before. */
async function readBefore(
  { store, clock }: MirrorTaskDeps,
  { id, synced_at }: RepositoryRow,
  hook_id: number,
): Promise<Recovery['before']> {
  const log = await findDeliveryLog(store.read, { repository_id: id, hook_id })
  return log ?? { read_until: synced_at ?? clock(), etag: null }
}

/**
 * Where much is missing, a sync reads what changed, and only what it does not find is fetched at once: the rest, for
 * which workflows and the log wait, follows in the background. Whether that was all.
 */
async function recover(recovery: Recovery, { rest }: { rest: boolean }): Promise<boolean> {
  const { store, repository, enqueue, clock } = recovery
  const gaps = await findGaps(recovery)
  const { missing, isWhole } = gaps
  const urgent = { priority: 1, isUrgent: true }
  const readNews = (tx: Db) => enqueue(tx, syncRepositoryTask(repository.id, urgent))
  const compare = async (tx: Db) => {
    await requestComparison(tx, repository.id)
    await readNews(tx)
  }
  if (missing.length > few && !rest) {
    const later = { ...recoverDeliveriesTask(repository.id, { rest: true }), runAt: clock() + restMs }
    await store.write(async (tx) => {
      await (isWhole ? readNews : compare)(tx)
      await enqueue(tx, later)
    })
    const first = missing.filter(({ isOnlyTold }) => isOnlyTold).slice(0, mostAtOnce)
    tellEnds(recovery, await fetchAll(recovery, first, { total: missing.length }))
    return false
  }
  if (!isWhole && !rest) await store.write(compare)
  const ends = await fetchAll(recovery, missing, { total: missing.length })
  await store.write(async (tx) => {
    if (ends.lost > 0) await compare(tx)
    await end(tx, recovery, gaps, ends)
  })
  tellEnds(recovery, ends)
  if (missing.length > 0 || !isWhole)
    recovery.log.info({ repository: repository.full_name, ...ends, isWhole }, 'deliveries that did not come')
  return true
}

type Ends = Record<'fetched' | 'redelivered' | 'lost', number>

/** Fetches deliveries, some at a time, and stores them; throws what concerns all of them once the others are stored. */
async function fetchAll(
  recovery: Recovery,
  missing: readonly Missing[],
  { total }: { total: number },
): Promise<Ends> {
  const ends: Ends = { fetched: 0, redelivered: 0, lost: 0 }
  for (let start = 0; start < missing.length; start += batch) {
    const some = missing.slice(start, start + batch)
    const settled = await Promise.allSettled(some.map((line) => fetchMissing(recovery, line)))
    const results = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const fetched = results.filter((result) => typeof result === 'object')
    ends.fetched += fetched.length
    for (const result of results) if (typeof result === 'string') ends[result]++
    await take(recovery, fetched, { done: ends.fetched, total })
    const failed = settled.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }
  return ends
}

function tellEnds({ events }: Recovery, ends: Ends): void {
  for (const [result, count] of Object.entries(ends)) {
    if (count > 0) events.emit('deliveries.recovered', { result: result as keyof Ends, count })
  }
}

/** Stores deliveries as if they had come just now; of each also whether a sync has begun since it was sent. */
async function take(
  recovery: Recovery,
  fetched: readonly Fetched[],
  { done, total }: { done: number; total: number },
): Promise<void> {
  const { store, clock, events, repository } = recovery
  await store.write(async (tx) => {
    const scope = `repo:${repository.id}`
    const sync = await findProgress(tx, { scope, resource: wholeSync })
    const readFrom = sync ? sync.started_at - logTickMs : 0
    // A millisecond apart, so that they are applied in the order in which they were sent.
    const first = clock() - fetched.length
    for (const [index, { guid: id, sentAt, ...sent }] of fetched.entries()) {
      await acceptDelivery(tx, { id, ...sent, received_at: first + index, isOvertaken: sentAt <= readFrom })
    }
    await tell(tx, recovery, { state: 'running', done, total, error: null })
  })
  for (const { event } of fetched) events.emit('delivery.received', { event, result: 'stored', ms: 0 })
}

/** Writes down how far the log was read, and tells it where there was anything to tell. */
async function end(
  tx: Db,
  recovery: Recovery,
  { missing, asOf, etag }: Gaps,
  { fetched, redelivered }: { fetched: number; redelivered: number },
): Promise<void> {
  const { repository, place, clock } = recovery
  await saveDeliveryLog(tx, {
    repository_id: repository.id,
    hook_id: place.hookId,
    read_until: asOf,
    // Whether what is sent again came is to be looked for.
    etag: redelivered > 0 ? null : etag,
    recovered: fetched,
    now: clock(),
  })
  const told = await findProgress(tx, { scope: `repo:${repository.id}`, resource })
  if (missing.length === 0 && (!told || told.state === 'done')) return
  await tell(tx, recovery, { state: 'done', done: fetched, total: missing.length, error: null })
}

async function tell(
  tx: Db,
  { repository, clock }: Recovery,
  told: Pick<Told, 'state' | 'done' | 'total' | 'error'>,
): Promise<void> {
  tellProgress(tx, { repository, resource, now: clock(), ...told })
}
