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
/** However long GitHub says to wait: somebody looks at the hub by then. */
export const longestPause = 24 * 60 * minute

/** Turns whatever a request to GitHub threw into an error of the table; `now` is for waits until a time of day. */
export function failureOf(error: unknown, now: number): CodedError {
  if (isCoded(error)) return error
  if (error instanceof Error && isCoded(error.cause)) return error.cause
  const { status, response } = error as Partial<RequestFailure>
  if (status === undefined || !response) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return coded('github_unavailable', `GitHub could not be reached: ${messageOf(cause)}`, { cause: error })
  }
  const said = saidBy(response.data)
  const retryAfterMs = pauseOf({ status, headers: response.headers, said }, now)
  const options = { cause: error, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }
  if (retryAfterMs !== undefined && status < 500) {
    const seconds = Math.ceil(retryAfterMs / 1000)
    return coded(
      'github_rate_limited',
      `GitHub asks to wait ${seconds} seconds${said && `: ${said}`}`,
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

/** The status that a failure came with; undefined where there was no answer. */
export function statusOf(error: unknown): number | undefined {
  const cause = isCoded(error) ? (error.cause as Partial<RequestFailure> | undefined) : undefined
  return cause?.response ? cause.status : undefined
}

/**
 * How long GitHub wants to be left alone, if this answer says so: by `Retry-After`, until the primary limit's reset,
 * or, for secondary limits without a time, at least a minute.
 * https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 */
function pauseOf(
  { status, headers, said }: { status: number; headers: Headers; said: string },
  now: number,
): number | undefined {
  const after = Number(headers['retry-after'])
  if (headers['retry-after'] !== undefined && after >= 0) return Math.min(after * 1000, longestPause)
  if (status !== 403 && status !== 429) return undefined
  if (String(headers['x-ratelimit-remaining']) === '0') {
    // One second more, since the time of reset is cut to whole seconds.
    const until = Number(headers['x-ratelimit-reset']) * 1000 + 1000
    return Math.min(Math.max(until - now, 1000) || minute, longestPause)
  }
  return status === 429 || /\b(secondary rate|rate limit|abuse)\b/i.test(said) ? minute : undefined
}

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
