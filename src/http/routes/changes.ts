import { Type } from 'typebox'
import { Paging } from '../../../contract/common.ts'
import { Change } from '../../../contract/live.ts'
import { hasRole, parseTopic } from '../../domain/access.ts'
import { toChange } from '../../domain/present-change.ts'
import { coded } from '../../errors.ts'
import { listChanges } from '../../store/visible-changes.ts'
import type { HttpDeps } from '../deps.ts'
import { sendPage } from '../paging.ts'
import type { Routes } from '../route-access.ts'

const Seq = (description: string) =>
  Type.Optional(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description }))

/** The log of everything that happened, as far as the viewer may see it: what the live feed sends, for reading back. */
export function changesRoutes({ store: { read } }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/changes',
      {
        config: { access: 'read' },
        schema: {
          tags: ['changes'],
          summary: 'Changes, newest first; with `after` oldest first',
          querystring: Type.Object({
            limit: Paging.properties.limit,
            before: Seq('Only changes with a smaller `seq`'),
            after: Seq('Only changes with a greater `seq`'),
            topic: Type.Optional(
              Type.String({ maxLength: 200, description: '`repo:42`, `run:…`, `system`' }),
            ),
          }),
          response: { 200: Type.Array(Change) },
        },
      },
      async (request, reply) => {
        const { limit = 30, before, after, topic } = request.query
        if (topic !== undefined && !parseTopic(topic))
          throw coded('invalid_request', `There is no topic ${topic}.`)
        const { userId, role } = request.viewer
        const maintains = hasRole(role, 'maintainer')
        const changes = await listChanges(read, { userId, maintains, limit: limit + 1, before, after, topic })
        const shown = changes.slice(0, limit)
        const last = changes.length > limit ? shown.at(-1) : undefined
        const direction = after === undefined ? 'before' : 'after'
        return sendPage(reply, request, shown.map(toChange), last ? String(last.seq) : null, direction)
      },
    )
  }
}
