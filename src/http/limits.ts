import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { coded } from '../errors.ts'

/** `sign-in` counts every attempt; `refresh` only the refused ones, as each page load refreshes once. */
export type LimitName = 'sign-in' | 'refresh'

/** What was refused, by address: requests without a valid credential, and webhooks without a valid signature. */
type RefusalName = 'unauthenticated' | 'signature'

declare module 'fastify' {
  interface FastifyInstance {
    limits: Limits
  }
}

export interface Limits {
  /** Counts a use of a limit and tells what is left of it; throws `rate_limited` beyond it. */
  count(
    name: LimitName | RefusalName | 'api',
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<LimitState>
  /** Throws `rate_limited` when a limit is used up, and counts nothing. */
  check(name: 'refresh' | RefusalName, request: FastifyRequest, reply: FastifyReply): Promise<void>
}

export interface LimitState {
  limit: number
  remaining: number
  resetsInSeconds: number
}

const timeWindow = 60_000
const windowSeconds = timeWindow / 1000

/**
 * The limits of an app: `api` per person (or address) for all, the others per address. Answers carry `RateLimit` and
 * `RateLimit-Policy`; beyond a limit they are `rate_limited`.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export async function createLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false })
  const byRoute = ({ ip, routeOptions }: FastifyRequest) => `${normalizeIP(ip)} ${routeOptions.url}`
  const byAddress = ({ ip }: FastifyRequest) => normalizeIP(ip)
  const byPerson = (request: FastifyRequest) => request.viewer?.userId ?? normalizeIP(request.ip)
  const limits = {
    api: app.createRateLimit({ timeWindow, max: 1200, keyGenerator: byPerson }),
    'sign-in': app.createRateLimit({ timeWindow, max: 10, keyGenerator: byRoute }),
    refresh: app.createRateLimit({ timeWindow, max: 10, keyGenerator: byRoute }),
    unauthenticated: app.createRateLimit({ timeWindow, max: 300, keyGenerator: byAddress }),
    signature: app.createRateLimit({ timeWindow, max: 60, keyGenerator: byAddress }),
  }

  async function look(
    name: keyof typeof limits,
    { request, reply, increment }: { request: FastifyRequest; reply: FastifyReply; increment: boolean },
  ): Promise<LimitState> {
    const state = await limits[name](request, { increment })
    // Nobody is on a list of those without limits.
    if (state.isAllowed) return { limit: 0, remaining: 0, resetsInSeconds: 0 }
    const { max, remaining, ttlInSeconds } = state
    reply.header('ratelimit-policy', `"${name}";q=${max};w=${windowSeconds}`)
    reply.header('ratelimit', `"${name}";r=${remaining};t=${ttlInSeconds}`)
    if (increment ? !state.isExceeded : remaining > 0) {
      return { limit: max, remaining, resetsInSeconds: ttlInSeconds }
    }
    throw coded('rate_limited', `Too many requests. Try again in ${ttlInSeconds} seconds.`, {
      retryAfterMs: ttlInSeconds * 1000,
    })
  }

  app.decorate('limits', {
    count: (name, request, reply) => look(name, { request, reply, increment: true }),
    check: async (name, request, reply) => {
      await look(name, { request, reply, increment: false })
    },
  })
}

/** Holds all routes of an app to `api`, or to the limit that a route's config names. */
export function installLimits(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const { limit = 'api', quiet } = request.routeOptions.config
    if (quiet) return
    if (limit === 'refresh') await app.limits.check(limit, request, reply)
    else await app.limits.count(limit, request, reply)
  })

  app.addHook('onResponse', async (request, reply) => {
    const refused = reply.statusCode >= 400 && reply.statusCode !== 429
    if (request.routeOptions.config.limit !== 'refresh' || !refused) return
    // The answer is out: that this refusal was the last one allowed shows at the next.
    await app.limits.count('refresh', request, reply).catch(() => {})
  })
}
