import { type CodedError, coded, isCoded, messageOf } from '../errors.ts'

type Headers = Readonly<Record<string, string | number | undefined>>

/** What Octokit throws, as far as it is of use. https://github.com/octokit/request-error.js */
interface RequestFailure {
  status: number
  message: string
  cause?: unknown
  response?: { headers: Headers; data: unknown }
}

const minute = 60_000
const tooMany = 429
/** However long GitHub says to wait: somebody looks at the hub by then. */
export const longestPause = 24 * 60 * minute

/**
 * Turns whatever a request to GitHub threw into an error of the table; `now` is for waits until a time of day, and
 * `patienceMs` for those of which GitHub does not say how long they are.
 */
export function failureOf(error: unknown, now: number, patienceMs = minute): CodedError {
  if (isCoded(error)) return error
  if (error instanceof Error && isCoded(error.cause)) return error.cause
  const { response, ...told } = error as Partial<RequestFailure>
  // Octokit throws without a status what GraphQL tells of its limit in a good answer.
  const isUntold = told.status === undefined && response !== undefined
  const status = isUntold ? tooMany : told.status
  if (status === undefined || !response) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return coded('github_unavailable', `GitHub could not be reached: ${messageOf(cause)}`, { cause: error })
  }
  const said = isUntold ? messageOf(error) : saidBy(response.data)
  const words = typeof response.data === 'string' ? response.data.slice(0, mostWords) : said
  const retryAfterMs = pauseOf({ status, headers: response.headers, words, patienceMs }, now)
  const options = { cause: error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  if (retryAfterMs !== undefined && status < 500) {
    const seconds = Math.ceil(retryAfterMs / 1000)
    return coded(
      'github_rate_limited',
      `GitHub asks to wait ${seconds} seconds${said && `: ${said}`}`,
      options,
    )
  }
  if (isForeign(response.data)) {
    return coded(
      'github_unavailable',
      `GitHub answered ${status} with a page instead of JSON: something else stands in its place.`,
      options,
    )
  }
  switch (status) {
    case 401:
      return coded(
        'github_unauthorized',
        'GitHub does not accept this token any more. Sign in again.',
        options,
      )
    case 403:
    case 451:
      return coded(
        'github_forbidden',
        `GitHub does not allow this to the user${said && `: ${said}`}`,
        options,
      )
    case 404:
    case 410:
      return coded('github_not_found', `GitHub has no such thing, or hides it${said && `: ${said}`}`, options)
    default:
      if (status >= 500) {
        return coded('github_unavailable', `GitHub answered ${status}${said && `: ${said}`}`, options)
      }
      return status >= 400
        ? coded('github_unprocessable', `GitHub refused with ${status}${said && `: ${said}`}`, options)
        : coded('github_malformed', `GitHub answered ${status}, which means nothing here.`, options)
  }
}

/** The status that GitHub refused with; undefined where it did not answer, or something else in its place. */
export function statusOf(error: unknown): number | undefined {
  const cause =
    isCoded(error) && error.code !== 'github_unavailable'
      ? (error.cause as Partial<RequestFailure> | undefined)
      : undefined
  return cause?.response ? cause.status : undefined
}

/**
 * Whether an answer cannot be of GitHub's API, which tells in JSON what it refuses: what a proxy says of a sign-in or of
 * a place says nothing about GitHub's.
 */
function isForeign(data: unknown): boolean {
  return data instanceof ArrayBuffer ? data.byteLength > 0 : typeof data === 'string' && data.trim() !== ''
}

/**
 * The pause that a `Retry-After` names: seconds, or from a proxy a date. A second at least, so that a server that names
 * none is not asked without end. undefined where it names nothing that one could keep to.
 */
export function namedPause(header: string | number | null | undefined, now: number): number | undefined {
  if (header === null || header === undefined || header === '') return undefined
  const ms = Number.isNaN(Number(header)) ? Date.parse(String(header)) - now : Number(header) * 1000
  return ms >= 0 ? Math.min(Math.max(ms, 1000), longestPause) : undefined
}

/** Words of a page that are looked through. */
const mostWords = 10_000

/**
 * How long GitHub wants to be left alone, if this answer says so: by `Retry-After`, until the primary limit's reset,
 * or, for secondary limits without a time, at least a minute.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function pauseOf(
  {
    status,
    headers,
    words,
    patienceMs,
  }: { status: number; headers: Headers; words: string; patienceMs: number },
  now: number,
): number | undefined {
  const named = namedPause(headers['retry-after'], now)
  if (named !== undefined) return named
  if (status !== 403 && status !== 429) return undefined
  if (String(headers['x-ratelimit-remaining']) === '0') {
    // One second more, since the time of reset is cut to whole seconds.
    const until = Number(headers['x-ratelimit-reset']) * 1000 + 1000
    // One that is over by this clock, and not by GitHub's, is over nobody knows when.
    return until - now > 1000 ? Math.min(until - now, longestPause) : patienceMs
  }
  return status === 429 || isOfLimit(words) ? patienceMs : undefined
}

/** Whether GitHub says that it is asked too much. */
export const isOfLimit = (words: string) => /\b(secondary rate|rate limit|abuse)\b/i.test(words)

/** The words of an error answer: never the HTML of a proxy, never long. */
function saidBy(data: unknown): string {
  if (typeof data !== 'object' || data === null || !('message' in data)) return ''
  const { message, errors } = data as { message: unknown; errors?: unknown }
  const details = Array.isArray(errors) ? errors.map(detailOf).filter(Boolean) : []
  return [String(message), ...details].join('; ').slice(0, 300)
}

/** https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api#validation-failed */
function detailOf(error: unknown): string {
  if (typeof error === 'string') return error
  if (typeof error !== 'object' || error === null) return ''
  const { message, field, code } = error as Record<string, unknown>
  return typeof message === 'string'
    ? message
    : [field, code].filter((word) => typeof word === 'string').join(' ')
}
