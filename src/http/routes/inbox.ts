import { Type } from 'typebox'
import { OneOf, Paging, Problem, Timestamp } from '../../../contract/common.ts'
import { InboxCount, InboxItem, inboxPlaces } from '../../../contract/inbox.ts'
import { coded } from '../../errors.ts'
import { changeInboxItem, countInbox, listInbox } from '../../store/inbox/inbox.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['inbox']
const config = { access: 'read' } as const

/** What needs the viewer, thread by thread, and what they have done about it. */
export function inboxRoutes({ store, clock }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/inbox',
      {
        config,
        schema: {
          tags,
          summary: 'What needs you, the last moved first',
          querystring: Type.Object({ place: Type.Optional(OneOf(...inboxPlaces)), ...Paging.properties }),
          response: { 200: Type.Array(InboxItem) },
        },
      },
      async (request, reply) => {
        const { query, viewer } = request
        const filter = { userId: viewer.userId, place: query.place ?? 'inbox', now: clock() }
        return sendStorePage(
          reply,
          request,
          await listInbox(store.read, { ...filter, ...toPageRequest(query) }),
        )
      },
    )

    app.get(
      '/inbox/count',
      {
        config,
        schema: { tags, summary: 'How much needs you, up to 1,000', response: { 200: InboxCount } },
      },
      async ({ viewer }) => await countInbox(store.read, { userId: viewer.userId, now: clock() }),
    )

    app.patch(
      '/inbox/:id',
      {
        config: { access: 'write', role: 'viewer' },
        schema: {
          tags,
          summary: 'Marks a thread as done or read, puts it off, or mutes it',
          params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
          body: Type.Object(
            {
              done: Type.Optional(Type.Boolean()),
              unread: Type.Optional(Type.Boolean()),
              muted: Type.Optional(Type.Boolean()),
              snoozed_until: Type.Optional(Type.Union([Timestamp, Type.Null()])),
            },
            { additionalProperties: false },
          ),
          response: { 200: InboxItem, 404: Problem },
        },
      },
      async ({ params, body, viewer }) => {
        const { snoozed_until: until, ...rest } = body
        const change = {
          ...rest,
          ...(until !== undefined && { snoozed_until: until === null ? null : Date.parse(until) }),
        }
        const asked = { userId: viewer.userId, id: params.id, change, now: clock() }
        const item = await store.write((tx) => changeInboxItem(tx, asked))
        if (!item) throw coded('not_found', 'There is no such thread in your inbox.')
        return item
      },
    )
  }
}
