import { Octokit } from '@octokit/core'
import { retry } from '@octokit/plugin-retry'
import { throttling } from '@octokit/plugin-throttling'
import type { OctokitResponse } from '@octokit/types'
import type { Logger } from 'pino'
import { coded } from '../errors.ts'
import type { Events } from '../events.ts'
import { failureOf, namedPause } from './failures.ts'
import { createGraphql, type Graphql } from './graphql.ts'
import type { Fetch } from './guarded-fetch.ts'
import type { Api, Left, Quota } from './quota.ts'

/** GitHub's APIs in the name of one token. */
export interface GithubClient {
  /**
   * Octokit's typed request: `request('GET /repos/{owner}/{repo}', { owner, repo })`. Throws coded errors only, or
   * the reason of an aborted `request: { signal }`. Who asks with `if-none-match` may be answered with status 304.
   */
  request: Octokit['request']
  /** Reads by GraphQL; null where this token or server has none. */
  graphql: Graphql
}

interface ClientOptions {
  token: string
  /** Whose quota it is; null before anybody is known. */
  userId: string | null
  apiUrl: string
  /** What that person's calls have used, by whichever client. */
  quota: Quota
  /** The hub's own work leaves a part of the quota to what people do. */
  isBackground: boolean
  /** As `Quota` has it. */
  isUrgent: boolean
  fetch: Fetch
  events: Events
  log: Logger
  clock: () => number
  /** The pause before the first of two repetitions of a failed read; the second waits four times as long. */
  retryPauseMs: number
}

/** GitHub asks for serial writes, a second apart; the plugin paces them, and three seconds where people are notified. */
const PacedOctokit = Octokit.plugin(throttling, retry)

/**
 * Makes a client that is polite and bounded: paced; reads repeated twice when GitHub stumbles, writes never, since
 * the first may have worked; and after an answer that asks to wait, every call fails at once with what is left of
 * the wait, without being sent. Waiting is for the queue: no call sleeps longer than a few seconds here.
 */
export function createClient({
  token,
  userId,
  apiUrl,
  quota,
  isBackground,
  isUrgent,
  ...options
}: ClientOptions): GithubClient {
  const { events, log, clock, retryPauseMs } = options

  const fetch: Fetch = async (url, init) => {
    if (quota.blockedMs > 0) return askedToWait(quota.blockedMs)
    const now = clock()
    const response = await options.fetch(url, init)
    events.emit('github.answered', { status: response.status, ms: clock() - now })
    const told = leftOf(response.headers)
    if (told) quota.note(told.api, told.left, { isFree: response.status === 304 })
    if (told?.api === 'core' && userId !== null) events.emit('github.quota', { userId, ...told.left })
    const pause = namedPause(response.headers.get('retry-after'), clock())
    if (response.status >= 400 && pause !== undefined) quota.block(pause)
    if (response.status < 400) quota.calm()
    return response
  }

  /** What the plugin lets through may still have waited for other things for longer than what follows. */
  const fetchInPace: Fetch = async (url, init) => {
    if (init?.method !== 'GET') await quota.spaceWrites()
    return await fetch(url, init)
  }

  const octokit = new PacedOctokit({
    auth: token,
    baseUrl: apiUrl,
    userAgent: 'cldcde-pro',
    log: {
      debug: () => {},
      info: () => {},
      warn: (message: string) => log.warn({ userId }, message),
      error: (message: string) => log.warn({ userId }, message),
    },
    request: { fetch: fetchInPace },
    throttle: {
      id: userId ?? 'nobody',
      onRateLimit: () => false,
      onSecondaryRateLimit: () => false,
    },
    retry: {
      retries: 2,
      retryAfterBaseValue: retryPauseMs,
      doNotRetry: [400, 401, 403, 404, 409, 410, 422, 429, 451],
    },
  })

  octokit.hook.before('request', (request) => {
    request.headers['x-github-api-version'] = '2022-11-28'
    if (request.method !== 'GET') request.request.retries = 0
    // GitHub Enterprise Server has GraphQL beside its REST API.
    if (request.url === '/graphql') request.baseUrl = request.baseUrl.replace(/\/api\/v3$/, '/api')
  })

  // Registered last, so it is the outermost: it sees what is left after pacing and repetition.
  octokit.hook.wrap('request', async (request, endpoint) => {
    const api = endpoint.url === '/graphql' ? 'graphql' : 'core'
    try {
      const points = endpoint.method === 'GET' ? 1 : 5
      await quota.take({ api, points, isBackground, isUrgent, signal: endpoint.request.signal })
      const answer = await request(endpoint)
      const isAddress = endpoint.request.redirect === 'manual'
      if (answer.status >= 300 && !isAddress) {
        throw coded(
          'github_malformed',
          `GitHub answered ${endpoint.url} with ${answer.status}, which leads nowhere.`,
        )
      }
      // Octokit hands out text where JSON was promised but did not parse: HTML, or an answer cut short; else bytes.
      const data: unknown = answer.data
      if ((typeof data === 'string' && data !== '') || data instanceof ArrayBuffer) {
        throw coded(
          'github_malformed',
          `GitHub answered ${endpoint.url} with ${answer.status} and no valid JSON.`,
        )
      }
      return answer
    } catch (error) {
      if (endpoint.request.signal?.aborted) throw endpoint.request.signal.reason
      const unchanged = unchangedBy(error)
      if (unchanged) return unchanged
      const failure = failureOf(error, clock(), quota.patienceMs)
      const isRefused = failure.code === 'github_rate_limited' && failure !== error
      // What GraphQL tells with a good status is its own quota: REST has another.
      const whose = (error as { status?: number }).status === undefined ? api : undefined
      if (isRefused && quota.blockedMs === 0) quota.block(failure.retryAfterMs ?? 0, whose)
      throw failure
    }
  })

  return {
    request: octokit.request,
    graphql: createGraphql({ token, apiUrl, quota, isBackground, isUrgent, fetch, clock }),
  }
}

/** The answer of a conditional request, which Octokit takes for an error. */
function unchangedBy(error: unknown): OctokitResponse<undefined> | undefined {
  const { status, response } = error as { status?: number; response?: OctokitResponse<undefined> }
  return status === 304 && response ? { ...response, data: undefined } : undefined
}

/** What GitHub would say again, had it been asked. */
function askedToWait(ms: number): Response {
  return Response.json(
    { message: 'not asked again before that' },
    { status: 429, headers: { 'retry-after': String(ms / 1000) } },
  )
}

/** The primary limits; searches and others have their own. https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function leftOf(headers: Headers): { api: Api; left: Left } | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) => {
    return Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN)
  }) as [number, number, number]
  const api = headers.get('x-ratelimit-resource') ?? 'core'
  if ((api !== 'core' && api !== 'graphql') || [limit, remaining, reset].some(Number.isNaN)) return undefined
  return { api, left: { limit, remaining, resetAt: reset * 1000 } }
}
