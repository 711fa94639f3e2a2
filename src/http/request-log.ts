import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import type { Events } from '../events.ts'
import { redactUrl } from './redact-url.ts'

/** Tells the log (one line a request, with its id) and the metrics how each request ended. */
export function installRequestLog(
  app: FastifyInstance,
  { events, log }: { events: Events; log: Logger },
): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request
    const status = reply.statusCode
    const ms = reply.elapsedTime
    events.emit('request.finished', { method, route: routeOptions.url ?? 'unknown', status, ms })
    const level = routeOptions.config?.quiet && status < 500 ? 'debug' : 'info'
    if (log.isLevelEnabled(level)) {
      request.log[level](
        { method, url: redactUrl(request.url), status, ms: Math.round(ms * 10) / 10, ip: request.ip },
        'request',
      )
    }
    done()
  })
}
