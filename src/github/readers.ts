import type { Repository } from '../../contract/mirror.ts'
import { type Fields, fieldsOf, integerIn, optionalTimeIn, valuesIn } from '../domain/mirror/fields.ts'
import { coded, isCoded } from '../errors.ts'
import { type RepositoryFacts, readPermission, readRepository } from '../mirror/repository.ts'
import type { GithubClient } from './create-client.ts'

/** One page of a list of GitHub, its objects as they came. */
export interface ListPage {
  objects: { value: unknown; place: string }[]
  /** The next page, or null after the last. Only its number is taken from GitHub, never an address. */
  next: number | null
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

/** The largest page that GitHub gives. */
const per_page = 100

/** Reads one page of any list. */
export async function readPage(
  client: GithubClient,
  { route, parameters, page, wrappedAs, signal }: PageOf,
): Promise<ListPage> {
  const answer = (await client.request(route, {
    page,
    per_page,
    ...parameters,
    request: { signal },
  })) as Answer
  const name = wrappedAs ?? 'list'
  const fields = fieldsOf(wrappedAs === undefined ? { list: answer.data } : answer.data, '')
  if (!Array.isArray(fields.values[name])) {
    throw coded('github_malformed', `GitHub sent no ${name} where it documents one.`)
  }
  const objects = valuesIn(fields, name)
  const { hasNext, last } = linksOf(answer.headers.link, objects.length)
  const seen = (page - 1) * per_page + objects.length
  const counted = hasNext ? (last === undefined ? null : last * per_page) : seen
  return {
    objects,
    next: hasNext && objects.length > 0 ? page + 1 : null,
    total: wrappedAs === undefined ? counted : integerIn(fields, 'total_count'),
    asOf: optionalTimeIn(fieldsOf(answer.headers, 'headers'), 'date'),
  }
}

interface Answer {
  data: unknown
  headers: { link?: string | undefined; date?: string | undefined }
}

/**
 * What a `Link` header tells. Some servers and proxies leave it out: then a full page is not the last one.
 * https://docs.github.com/en/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
function linksOf(header: string | undefined, items: number): { hasNext: boolean; last: number | undefined } {
  if (header === undefined) return { hasNext: items >= per_page, last: undefined }
  const last = /<[^>]*[?&]page=(\d+)[^>]*>;\s*rel="last"/.exec(header)?.[1]
  return { hasNext: /;\s*rel="next"/.test(header), last: last === undefined ? undefined : Number(last) }
}

export type ReadableRepository = { repository: RepositoryFacts; permission: Repository['permission'] }

/** A page of repositories, and those on it that do not fit, with the reason. */
export interface RepositoryPage extends Pick<ListPage, 'next' | 'total'> {
  items: ReadableRepository[]
  odd: { value: unknown; error: unknown }[]
}

/** The repositories that the user owns, works on, or reads through an organisation. In an order that stays. */
export async function listRepositories(
  client: GithubClient,
  { page, signal }: Pick<PageOf, 'page' | 'signal'>,
): Promise<RepositoryPage> {
  const parameters = { sort: 'full_name' }
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

function readReadable(repository: Fields): ReadableRepository {
  return { repository: readRepository(repository), permission: readPermission(repository) }
}
