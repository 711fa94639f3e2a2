import { Type } from 'typebox'
import { ListedAlert } from '../../../contract/alerts.ts'
import { OneOf, Paging } from '../../../contract/common.ts'
import { listAlerts } from '../../store/alerts.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

/** What GitHub warns of, over all repositories in which the caller may see it. */
export function alertsRoutes({ store: { read } }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/security/alerts',
      {
        config: { access: 'read' },
        schema: {
          tags: ['security'],
          summary: 'Security alerts of all repositories, the last changed first',
          description:
            'As far as GitHub shows them to you: those of dependencies and code with the right to push, those of ' +
            'secrets with that to administer. What is known is what webhooks told, and what was read when ' +
            "somebody looked at a repository's alerts.",
          querystring: Type.Object({
            state: Type.Optional(OneOf('open', 'closed', 'all')),
            ...Paging.properties,
          }),
          response: { 200: Type.Array(ListedAlert) },
        },
      },
      async (request, reply) => {
        const { state = 'open' } = request.query
        const asked = { userId: request.viewer.userId, state, ...toPageRequest(request.query) }
        return sendStorePage(reply, request, await listAlerts(read, asked))
      },
    )
  }
}
