import { coded, isCoded } from '../errors.ts'
import { failureOf, isOfLimit, longestPause } from './failures.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { Quota } from './quota.ts'

/** What GitHub's GraphQL gave. */
export interface GraphqlAnswer {
  data: Readonly<Record<string, unknown>>
  /** When GitHub answered, by its own clock; null where it does not say. */
  asOf: string | null
}

/**
 * Reads by GraphQL. null where there is none, or not for this query: then the REST API is to be asked. Throws
 * `github_rate_limited`, `github_unauthorized`, or the reason of an aborted `signal`.
 */
export type Graphql = (query: {
  query: string
  variables: Readonly<Record<string, unknown>>
  /** What it costs at most, as GitHub counts: https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api */
  points: number
  signal: AbortSignal
}) => Promise<GraphqlAnswer | null>

interface GraphqlOptions {
  token: string
  apiUrl: string
  quota: Quota
  isBackground: boolean
  isUrgent: boolean
  /** Sends, and learns from each answer. */
  fetch: Fetch
  clock: () => number
}

/** For so long nobody asks again where there is no GraphQL; a new token is asked with at once. */
const forgottenMs = 24 * 3_600_000

/**
 * Makes a reader by GraphQL beside Octokit, whose pace for writes would let through one query a second: GitHub counts
 * a query as a read. Where GitHub refuses (a token without the right, an old server), it is not asked for a day.
 */
export function createGraphql({
  token,
  apiUrl,
  quota,
  isBackground,
  isUrgent,
  fetch,
  clock,
}: GraphqlOptions): Graphql {
  // GitHub Enterprise Server has GraphQL beside its REST API.
  const address = `${apiUrl.replace(/\/api\/v3$/, '/api')}/graphql`
  let missingUntil = 0

  return async ({ query, variables, points, signal }) => {
    if (clock() < missingUntil) return null
    await quota.take({ api: 'graphql', points, isBackground, isUrgent, signal })
    const answer = await send({ query, variables }, signal)
    if (answer === null) missingUntil = clock() + forgottenMs
    return answer?.data ? { data: answer.data, asOf: answer.asOf } : null
  }

  /** `data` is null where GitHub could not answer this query; the whole is null where it answers none. */
  async function send(body: object, signal: AbortSignal) {
    let response: Response
    try {
      response = await fetch(address, {
        method: 'POST',
        headers: {
          authorization: `bearer ${token}`,
          'content-type': 'application/json',
          'user-agent': 'cldcde-pro',
        },
        body: JSON.stringify(body),
        signal,
      })
    } catch (error) {
      if (signal.aborted) throw signal.reason
      // Too slow or too much for one answer: the lists are shorter.
      if (isCoded(error, 'github_unavailable') || isCoded(error, 'github_malformed')) return noData
      throw failureOf(error, clock())
    }
    const text = await response.text()
    const said = saidIn(text)
    if (response.status !== 200) return refusal(response, said ?? text)
    const errors = said?.errors ?? []
    if (errors.some(({ type }) => type === 'RATE_LIMITED')) throw waitUntilReset(response)
    const limit = errors.find(({ message }) => isOfLimit(String(message)))
    if (limit) return refusal({ headers: response.headers, status: 403 }, { message: limit.message })
    if (text !== '' && said === null) return noData
    if (said?.data === undefined) return null
    if (!said.data || !(said.errors ?? []).every(isOfOneField)) return noData
    return { data: said.data, asOf: timeOf(response.headers.get('date')) }
  }

  function refusal(response: Pick<Response, 'headers' | 'status'>, data: unknown): null | typeof noData {
    const headers = Object.fromEntries(response.headers)
    const failure = failureOf(
      { status: response.status, response: { headers, data } },
      clock(),
      quota.patienceMs,
    )
    if (failure.code === 'github_rate_limited' || failure.code === 'github_unauthorized') {
      if (failure.code === 'github_rate_limited' && quota.blockedMs === 0)
        quota.block(failure.retryAfterMs ?? 0)
      throw failure
    }
    return failure.code === 'github_unavailable' ? noData : null
  }

  /** GitHub tells of this limit with status 200; REST has a quota of its own and is not to wait. */
  function waitUntilReset({ headers }: Response): Error {
    const reset = Number(headers.get('x-ratelimit-reset')) * 1000 + 1000
    const retryAfterMs = Math.min(Math.max(reset - clock() || 0, quota.patienceMs), longestPause)
    quota.block(retryAfterMs, 'graphql')
    return coded('github_rate_limited', 'GitHub’s quota for GraphQL is used up until it gives more.', {
      retryAfterMs,
    })
  }
}

interface Said {
  data?: Readonly<Record<string, unknown>> | null
  errors?: { type?: string; path?: unknown[]; message?: unknown }[]
}

/** null where it is not GraphQL that answered. */
function saidIn(text: string): Said | null {
  try {
    const said: unknown = JSON.parse(text)
    return typeof said === 'object' && said !== null && !Array.isArray(said) ? said : null
  } catch {
    return null
  }
}

/** What may not be seen, as `repository.rulesets`, is null, and all else is whole. */
const isOfOneField = ({ path }: { path?: unknown[] }) => path?.length === 2

const noData = { data: null, asOf: null }

function timeOf(date: string | null): string | null {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
