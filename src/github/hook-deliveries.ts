import {
  type Fields,
  fieldsOf,
  flagIn,
  objectIn,
  optionalObjectIn,
  optionalTextIn,
  optionalTimeIn,
  textIn,
  timeIn,
  valuesIn,
} from '../domain/mirror/fields.ts'
import { coded } from '../errors.ts'
import type { GithubClient } from './create-client.ts'
import { keptHeaders } from './delivery-headers.ts'

/** A line of a webhook's log at GitHub. */
export interface LoggedDelivery {
  /** GitHub's number of this attempt, beyond what JavaScript counts exactly. */
  id: string
  guid: string
  event: string
  action: string | null
  delivered_at: string
  redelivery: boolean
}

/** A page of a webhook's log, the newest first. */
export interface LogPage {
  items: LoggedDelivery[]
  /** Where the next page begins; null after the last. */
  next: string | null
  /** When GitHub answered, by its own clock; null where it does not say. */
  asOf: string | null
  etag: string | null
}

/** The newest page is as it was. */
interface Unchanged extends Pick<LogPage, 'asOf'> {
  unchanged: true
}

/** Whose log. */
export interface HookPlace {
  owner: string
  repo: string
  hookId: number
  signal: AbortSignal
}

/**
 * Reads a page of the log of what GitHub sent to a webhook in the last days, unless `etag` still holds.
 * https://docs.github.com/en/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
 */
export async function listHookDeliveries(
  client: GithubClient,
  { cursor, etag, ...place }: HookPlace & { cursor: string | null; etag: string | null },
): Promise<LogPage | Unchanged> {
  const { status, data, headers } = await client.request(
    'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries',
    {
      ...addressOf(place),
      per_page: 100,
      ...(cursor !== null && { cursor }),
      ...(etag !== null && { headers: { 'if-none-match': etag } }),
    },
  )
  const asOf = optionalTimeIn(fieldsOf(headers, 'headers'), 'date')
  if ((status as number) === 304) return { unchanged: true, asOf }
  return {
    items: valuesIn(fieldsOf({ deliveries: data }, ''), 'deliveries').map(({ value, place: at }) => {
      const line = fieldsOf(value, at)
      return {
        id: String(line.values.id),
        guid: textIn(line, 'guid'),
        event: textIn(line, 'event'),
        action: optionalTextIn(line, 'action'),
        delivered_at: timeIn(line, 'delivered_at'),
        redelivery: flagIn(line, 'redelivery'),
      }
    }),
    next: nextAfter(cursor, headers.link),
    asOf,
    etag: headers.etag ?? null,
  }
}

/** Where the next page begins; one that begins where this one did leads nowhere. */
function nextAfter(cursor: string | null, link: string | undefined): string | null {
  const next = cursorOf(link)
  if (next === null || next !== cursor) return next
  throw coded('github_malformed', 'GitHub’s log of deliveries leads in circles.')
}

/** Only the cursor is taken from GitHub, never an address. */
function cursorOf(link: string | undefined): string | null {
  const next = link?.split(',').find((part) => /;\s*rel="next"/.test(part))
  const cursor = /[?&]cursor=([^&>]+)/.exec(next ?? '')?.[1]
  return cursor === undefined ? null : decodeURIComponent(cursor)
}

/** What GitHub sent: `body` is null where it does not keep that, the others where it does not tell. */
export interface SentDelivery {
  guid: string
  event: string
  hookId: number | null
  repositoryId: number | null
  /** As they are kept with every delivery. */
  headers: string | null
  body: Buffer | null
}

/** Reads one delivery with what was sent. */
export async function readHookDelivery(
  client: GithubClient,
  { id, ...place }: HookPlace & { id: string },
): Promise<SentDelivery> {
  const { data } = await client.request(
    'GET /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}',
    {
      ...addressOf(place),
      delivery_id: id as unknown as number,
    },
  )
  const delivery = fieldsOf(data, 'delivery')
  const request = objectIn(delivery, 'request')
  const headers = headersIn(optionalObjectIn(request, 'headers'))
  const payload = optionalObjectIn(request, 'payload')
  const repository = payload && optionalObjectIn(payload, 'repository')
  const repositoryId = repository?.values.id
  return {
    guid: textIn(delivery, 'guid'),
    event: textIn(delivery, 'event'),
    hookId: 'x-github-hook-id' in headers ? Number(headers['x-github-hook-id']) : null,
    headers: keptHeaders(headers),
    repositoryId: typeof repositoryId === 'number' ? repositoryId : null,
    body: payload && Buffer.from(JSON.stringify(payload.values, digits)),
  }
}

/** Has GitHub send a delivery once more, to the webhook's address. */
export async function askForRedelivery(
  client: GithubClient,
  { id, ...place }: HookPlace & { id: string },
): Promise<void> {
  await client.request('POST /repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}/attempts', {
    ...addressOf(place),
    delivery_id: id as unknown as number,
  })
}

function addressOf({ owner, repo, hookId, signal }: HookPlace) {
  return { owner, repo, hook_id: hookId, request: { signal } }
}

/** Octokit reads numbers beyond 2^53 as big integers; they are written as they came. */
function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? rawJSON(String(value)) : value
}

/** Not among TypeScript's types yet: https://github.com/tc39/proposal-json-parse-with-source */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/** By their names in lower case, as Node has those that come. */
function headersIn(sent: Fields | null): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(sent?.values ?? {})) headers[name.toLowerCase()] = String(value)
  return headers
}
