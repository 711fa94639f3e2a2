import type { Repository } from '../../contract/mirror.ts'
import { type Fields, fieldsOf, integerIn, optionalTimeIn, valuesIn } from '../domain/mirror/fields.ts'
import { coded, isCoded } from '../errors.ts'
import { type RepositoryFacts, readPermission, readToldRepository } from '../mirror/repository.ts'
import type { GithubClient } from './create-client.ts'

/** One page of a list of GitHub, its objects as they came. */
export interface ListPage {
  objects: { value: unknown; place: string }[]
  /** The next page, or null after the last. Only its number is taken from GitHub, never an address. */
  next: number | null
  /** What GitHub wants to be asked with for the next page, where its number is not enough. */
  after: Record<string, string>
  /** Names what was given, so that it need not be given again. */
  etag: string | null
  /** How many there are in all, at most, where GitHub lets that be known. */
  total: number | null
  /** When GitHub answered, by its own clock; null where it does not say. */
  asOf: string | null
}

/** What to read: one page of a list. */
export interface PageOf {
  /** As Octokit names it: `GET /repos/{owner}/{repo}/issues`. */
  route: string
  /** What the route's address and query hold, besides the page. */
  parameters: Record<string, string | number>
  page: number
  /** The field that holds the list, where it is wrapped in an object that also counts. */
  wrappedAs?: string | undefined
  signal: AbortSignal
}

/** GitHub has nothing else to give than last time. */
export interface UnchangedPage {
  unchanged: true
  asOf: string | null
}

/** The largest page that GitHub gives. */
const per_page = 100

/** Reads one page of any list. */
export async function readPage(client: GithubClient, wanted: PageOf): Promise<ListPage> {
  return pageOf(await ask(client, wanted), wanted)
}

/** The same, unless it is still what `etag` names: an answer that says so costs no quota. */
export async function readPageUnless(
  client: GithubClient,
  { etag, ...wanted }: PageOf & { etag: string | null },
): Promise<ListPage | UnchangedPage> {
  const answer = await ask(client, wanted, etag)
  return answer.status === 304 ? { unchanged: true, asOf: dateOf(answer) } : pageOf(answer, wanted)
}

async function ask(
  client: GithubClient,
  { route, parameters, page, signal }: PageOf,
  etag: string | null = null,
): Promise<Answer> {
  return (await client.request(route, {
    page,
    per_page,
    ...parameters,
    request: { signal },
    ...(etag !== null && { headers: { 'if-none-match': etag } }),
  })) as Answer
}

function pageOf(answer: Answer, { page, parameters, wrappedAs }: PageOf): ListPage {
  const name = wrappedAs ?? 'list'
  const fields = fieldsOf(wrappedAs === undefined ? { list: answer.data } : answer.data, '')
  if (!Array.isArray(fields.values[name])) {
    throw coded('github_malformed', `GitHub sent no ${name} where it documents one.`)
  }
  const objects = valuesIn(fields, name)
  const { hasNext, last, after, nextPage } = linksOf(answer.headers.link, objects.length)
  const isBeyond = Object.entries(after).some(([name, value]) => parameters[name] !== value)
  if (nextPage !== undefined && nextPage <= page && !isBeyond) throw inCircles(page)
  const seen = (page - 1) * per_page + objects.length
  const counted = hasNext ? (last === undefined ? null : last * per_page) : seen
  return {
    objects,
    next: hasNext && objects.length > 0 ? page + 1 : null,
    total: wrappedAs === undefined ? counted : integerIn(fields, 'total_count'),
    after,
    etag: answer.headers.etag ?? null,
    asOf: dateOf(answer),
  }
}

interface Answer {
  status: number
  data: unknown
  headers: { link?: string | undefined; date?: string | undefined; etag?: string | undefined }
}

const dateOf = ({ headers }: Answer) => optionalTimeIn(fieldsOf(headers, 'headers'), 'date')

/**
 * What a `Link` header tells. Some servers and proxies leave it out: then a full page is not the last one.
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
function linksOf(header: string | undefined, items: number): Links {
  if (header === undefined)
    return { hasNext: items >= per_page, last: undefined, after: {}, nextPage: undefined }
  const last = /<[^>]*[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(header)?.[1]
  const next = /<([^>]*)>;\s*rel="next"/.exec(header)?.[1]
  const asked = new URLSearchParams(next?.split('?')[1])
  const after: Record<string, string> = {}
  for (const name of cursors) {
    const value = asked.get(name)
    if (value !== null) after[name] = value
  }
  const numberIn = (text: string | null | undefined) => (text == null ? undefined : Number(text))
  return { hasNext: next !== undefined, last: numberIn(last), after, nextPage: numberIn(asked.get('page')) }
}

interface Links {
  hasNext: boolean
  last: number | undefined
  after: Record<string, string>
  /** The number of the next page, where that is how it is asked for. */
  nextPage: number | undefined
}

/** Pages that lead to one another would be read without end. */
export function inCircles(page: number): Error {
  return coded(
    'github_malformed',
    `GitHub’s list leads in circles: after page ${page} comes what was given already.`,
  )
}

/** Lists that grow without bounds are not paged by numbers to their end. */
const cursors = ['after', 'cursor']

export type ReadableRepository = { repository: RepositoryFacts; permission: Repository['permission'] }

/** A page of repositories, and those on it that do not fit, with the reason. */
export interface RepositoryPage extends Pick<ListPage, 'next' | 'total'> {
  items: ReadableRepository[]
  odd: { value: unknown; error: unknown }[]
}

/**
 * The repositories that the user owns, works on, or reads through an organisation: in an order that stays, or those
 * that were pushed to last first.
 */
export async function listRepositories(
  client: GithubClient,
  { page, order, signal }: Pick<PageOf, 'page' | 'signal'> & { order: 'full_name' | 'pushed' },
): Promise<RepositoryPage> {
  const parameters = { sort: order }
  const { objects, next, total } = await readPage(client, {
    route: 'GET /user/repos',
    parameters,
    page,
    signal,
  })
  const items: ReadableRepository[] = []
  const odd: RepositoryPage['odd'] = []
  for (const { value, place } of objects) {
    try {
      items.push(readReadable(fieldsOf(value, place)))
    } catch (error) {
      if (!isCoded(error, 'github_malformed')) throw error
      odd.push({ value, error })
    }
  }
  return { items, odd, next, total }
}

/** One repository by its id, as the user sees it; throws `github_not_found` when not at all. */
export async function getRepository(
  client: GithubClient,
  { id, signal }: { id: number; signal: AbortSignal },
): Promise<ReadableRepository> {
  const { data } = await client.request('GET /repositories/{id}', { id, request: { signal } })
  return readReadable(fieldsOf(data, 'repository'))
}

/** The same, unless it is still what `etag` names. */
export async function getRepositoryUnless(
  client: GithubClient,
  { id, etag, signal }: { id: number; etag: string | null; signal: AbortSignal },
): Promise<{ repository: RepositoryFacts; etag: string | null } | UnchangedPage> {
  const headers = etag === null ? {} : { 'if-none-match': etag }
  const answer = await client.request('GET /repositories/{id}', { id, headers, request: { signal } })
  const { status, data, headers: told } = answer as Answer
  if (status === 304) return { unchanged: true, asOf: null }
  return { repository: readToldRepository(fieldsOf(data, 'repository')), etag: told.etag ?? null }
}

function readReadable(repository: Fields): ReadableRepository {
  return { repository: readToldRepository(repository), permission: readPermission(repository) }
}
