import rateLimit, { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { coded } from '../errors.ts'

/** `sign-in` counts every attempt; `refresh` only the refused ones, as each page load refreshes once. */
export type LimitName = 'sign-in' | 'refresh'

const timeWindow = 60_000
const windowSeconds = timeWindow / 1000

/**
 * Limits an app's routes: `api` per person (or address) for all, the stricter ones per address and
 * route where a route's config names them. Answers carry `RateLimit` and `RateLimit-Policy`; beyond the limit: `rate_limited`.
 * https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 */
export async function installLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false })
  const byAddress = {
    timeWindow,
    max: 10,
    keyGenerator: ({ ip, routeOptions }: FastifyRequest) => `${normalizeIP(ip)} ${routeOptions.url}`,
  }
  const limits = {
    api: app.createRateLimit({
      timeWindow,
      max: 1200,
      keyGenerator: (request) => request.viewer?.userId ?? normalizeIP(request.ip),
    }),
    'sign-in': app.createRateLimit(byAddress),
    refresh: app.createRateLimit(byAddress),
  }

  app.addHook('onRequest', async (request, reply) => {
    const { limit, quiet } = request.routeOptions.config
    if (quiet) return
    const name = limit ?? 'api'
    const state = await limits[name](request, { increment: name !== 'refresh' })
    if (state.isAllowed) return
    const { max, remaining, ttlInSeconds } = state
    describe(reply, { name, max, remaining, ttlInSeconds })
    if (name === 'refresh' ? remaining > 0 : !state.isExceeded) return
    throw coded('rate_limited', `Too many requests. Try again in ${ttlInSeconds} seconds.`, {
      retryAfterMs: ttlInSeconds * 1000,
    })
  })

  app.addHook('onResponse', async (request: FastifyRequest, reply) => {
    const refused = reply.statusCode >= 400 && reply.statusCode !== 429
    if (request.routeOptions.config.limit === 'refresh' && refused) await limits.refresh(request)
  })
}

function describe(
  reply: FastifyReply,
  limit: { name: string; max: number; remaining: number; ttlInSeconds: number },
): void {
  reply.header('ratelimit-policy', `"${limit.name}";q=${limit.max};w=${windowSeconds}`)
  reply.header('ratelimit', `"${limit.name}";r=${limit.remaining};t=${limit.ttlInSeconds}`)
}
