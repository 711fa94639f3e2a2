import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { coded } from '../errors.ts'
import { sendProblem } from './problems.ts'

type Known = ReadonlyMap<string, { pattern: RegExp; methods: Set<string> }>

/** Remembers every route that is added from now on, for `installNotFound`. */
export function collectRoutes(app: FastifyInstance): Known {
  const known = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const route = known.get(url) ?? { pattern: toPattern(url), methods: new Set() }
    for (const name of [method].flat()) route.methods.add(name)
    known.set(url, route)
  })
  return known
}

/**
 * What is asked for and does not exist: 405 with `Allow` where another method would do, else what `fallback`
 * answers, else 404.
 */
export function installNotFound(
  app: FastifyInstance,
  input: { known: Known; fallback: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null },
): void {
  app.setNotFoundHandler((request, reply) => {
    const { method, url } = request
    const path = url.split('?', 1)[0] ?? ''
    const routes = [...input.known.values()].filter(({ pattern }) => pattern.test(path))
    const allowed = [...new Set(routes.flatMap(({ methods }) => [...methods]))]
    if (method === 'TRACE' || (allowed.length > 0 && !allowed.includes(method))) {
      reply.header('allow', (allowed.length > 0 ? allowed : ['GET', 'HEAD']).join(', '))
      return sendProblem(request, reply, coded('method_not_allowed', `${method} is not possible here.`))
    }
    const answered = input.fallback(request, reply)
    return answered ?? sendProblem(request, reply, coded('not_found', 'There is nothing at this address.'))
  })
}

/** `/a/:b` and `/a/*` as regular expressions. */
function toPattern(url: string): RegExp {
  const escaped = url.replace(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/:[^/]+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
