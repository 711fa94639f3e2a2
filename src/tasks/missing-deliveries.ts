import { logLagMs, orderMissing, reachesBack } from '../domain/mirror/delivery-log.ts'
import { isCoded } from '../errors.ts'
import type { GithubClient } from '../github/create-github.ts'
import {
  askForRedelivery,
  type HookPlace,
  type LoggedDelivery,
  listHookDeliveries,
  readHookDelivery,
} from '../github/hook-deliveries.ts'
import { unlistedEvents } from '../mirror/kinds.ts'
import { listKnownDeliveries } from '../store/deliveries.ts'
import type { RepositoryRow } from '../store/rows/mirror.ts'
import type { DeliveryLogRow } from '../store/rows/sync.ts'
import type { MirrorTaskDeps } from './deps.ts'

/** Pages of a log that are read at most: of so busy a repository, what changed is read anew. */
const mostPages = 100

/** The log of one webhook. */
export interface Recovery extends MirrorTaskDeps {
  client: GithubClient
  repository: RepositoryRow
  place: HookPlace
  /** How far it was read before. */
  before: Pick<DeliveryLogRow, 'read_until' | 'etag'>
}

/** What a log tells of what did not come. */
export interface Gaps {
  missing: Missing[]
  /** The log reaches back to where it was read before. */
  isWhole: boolean
  /** When GitHub was asked, by its own clock. */
  asOf: number
  etag: string | null
}

/** A delivery that did not come. */
export interface Missing extends LoggedDelivery {
  /** GitHub was asked to send it again. */
  askedAgain: boolean
  /** A sync would not find what it tells. */
  isOnlyTold: boolean
}

/** Pages back through a log to where it was read before, and picks what is not stored here. */
export async function findGaps({ store, client, place, before, clock }: Recovery): Promise<Gaps> {
  const now = clock()
  const known = before.read_until - logLagMs
  const lines: LoggedDelivery[] = []
  const gaps = { asOf: now, etag: before.etag }
  let oldest: number | null = null
  let cursor: string | null = null
  for (let pages = 1; pages <= mostPages; pages++) {
    const page = await listHookDeliveries(client, {
      ...place,
      cursor,
      etag: cursor === null ? before.etag : null,
    })
    if (pages === 1) gaps.asOf = page.asOf === null ? now : Date.parse(page.asOf)
    if ('unchanged' in page) break
    if (pages === 1) gaps.etag = page.etag
    const stored = await listKnownDeliveries(
      store.read,
      page.items.map(({ guid }) => guid),
    )
    lines.push(...page.items.filter(({ guid }) => !stored.has(guid)))
    const times = page.items.map(({ delivered_at }) => Date.parse(delivered_at))
    oldest = Math.min(oldest ?? Number.POSITIVE_INFINITY, ...times)
    cursor = page.next
    if (cursor === null || oldest < known) break
  }
  const isCut = cursor !== null && oldest !== null && oldest >= known
  const askedAgain = new Set(lines.filter(({ redelivery }) => redelivery).map(({ guid }) => guid))
  return {
    ...gaps,
    missing: orderMissing(lines, unlistedEvents).map((line) => ({
      ...line,
      askedAgain: askedAgain.has(line.guid),
    })),
    isWhole: !isCut && reachesBack({ oldest, until: before.read_until, now: gaps.asOf }),
  }
}

/** A delivery as GitHub sent it. */
export interface Fetched {
  guid: string
  event: string
  headers: string | null
  body: Buffer
  /** When it was sent, by GitHub's clock. */
  sentAt: number
}

/**
 * Fetches a delivery that did not come. `redelivered`: GitHub does not give what was sent, and was asked to send it
 * again; `lost`: it does not do that either, or did so in vain.
 */
export async function fetchMissing(
  { client, place, repository, webhook, log }: Recovery,
  { id, guid, askedAgain, delivered_at }: Missing,
): Promise<Fetched | 'redelivered' | 'lost'> {
  try {
    const sent = await readHookDelivery(client, { ...place, id })
    const isOurs =
      sent.guid === guid &&
      (sent.hookId ?? place.hookId) === place.hookId &&
      (sent.repositoryId ?? repository.id) === repository.id
    if (!isOurs || !isName(sent.event) || !isGuid(guid)) {
      log.warn(
        { delivery: guid, repository: repository.id },
        'a fetched delivery is not of this webhook: ignored',
      )
      return 'lost'
    }
    const { event, headers, body } = sent
    if (body) return { guid, event, headers, body, sentAt: Date.parse(delivered_at) }
    if (askedAgain || webhook() === null) return 'lost'
    await askForRedelivery(client, { ...place, id })
    return 'redelivered'
  } catch (error) {
    // GitHub forgot it meanwhile, does not send it again, or answers what nobody can read: the others go on.
    if (isCoded(error) && ends.has(error.code)) return 'lost'
    throw error
  }
}

const ends = new Set(['github_not_found', 'github_unprocessable', 'github_malformed'])
const isGuid = (guid: string) => /^[\w-]{1,200}$/.test(guid)
const isName = (event: string) => /^\w{1,100}$/.test(event)
