import { sameSecret } from '../../store/secrets.ts'
import { identify } from '../authenticate.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

/** `GET /metrics` for whoever holds the metrics token, or signs in as anybody. */
export function metricsRoutes(deps: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/metrics',
      {
        config: { access: 'public' },
        schema: { tags: ['health'], summary: "The hub's figures in Prometheus' text format" },
      },
      async ({ headers }, reply) => {
        const { metricsToken } = deps
        const held =
          metricsToken !== null && sameSecret(headers.authorization ?? '', `Bearer ${metricsToken}`)
        if (!held) await identify(deps, headers.authorization)
        const { contentType, body } = await deps.metrics()
        return reply.type(contentType).send(body)
      },
    )
  }
}
