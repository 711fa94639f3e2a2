import { coded, isCoded } from '../errors.ts'
import { failureOf } from './failures.ts'
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
export function createGraphql({ token, apiUrl, quota, isBackground, fetch, clock }: GraphqlOptions): Graphql {
  // GitHub Enterprise Server has GraphQL beside its REST API.
  const address = `${apiUrl.replace(/\/api\/v3$/, '/api')}/graphql`
  let missingUntil = 0

  return async ({ query, variables, points, signal }) => {
    if (clock() < missingUntil) return null
    await quota.take({ api: 'graphql', points, isBackground, signal })
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
    const said = (await response.json().catch(() => null)) as Said | null
    if (response.status !== 200) return refusal(response, said)
    if (said?.errors?.some(({ type }) => type === 'RATE_LIMITED')) throw await waitUntilReset(response)
    if (said?.data === undefined) return null
    if (!said.data || !(said.errors ?? []).every(isOfOneField)) return noData
    return { data: said.data, asOf: timeOf(response.headers.get('date')) }
  }

  function refusal(response: Response, said: Said | null): null | typeof noData {
    const headers = Object.fromEntries(response.headers)
    const failure = failureOf({ status: response.status, response: { headers, data: said } }, clock())
    if (failure.code === 'github_rate_limited' || failure.code === 'github_unauthorized') {
      if (failure.code === 'github_rate_limited' && quota.blockedMs === 0)
        quota.block(failure.retryAfterMs ?? 0)
      throw failure
    }
    return response.status >= 500 ? noData : null
  }

  /** GitHub tells of this limit with status 200; REST has a quota of its own and is not to wait. */
  async function waitUntilReset({ headers }: Response): Promise<Error> {
    const reset = Number(headers.get('x-ratelimit-reset')) * 1000
    const retryAfterMs = Math.max(reset - clock(), 60_000)
    return coded('github_rate_limited', 'GitHub’s quota for GraphQL is used up until it gives more.', {
      retryAfterMs,
    })
  }
}

interface Said {
  data?: Readonly<Record<string, unknown>> | null
  errors?: { type?: string; path?: unknown[] }[]
}

/** What may not be seen, as `repository.rulesets`, is null, and all else is whole. */
const isOfOneField = ({ path }: { path?: unknown[] }) => path?.length === 2

const noData = { data: null, asOf: null }

function timeOf(date: string | null): string | null {
  const at = Date.parse(date ?? '')
  return Number.isNaN(at) ? null : new Date(at).toISOString()
}
