import { Type } from 'typebox'
import { Paging, Problem } from '../../../contract/common.ts'
import { User, UserPatch } from '../../../contract/identity.ts'
import { coded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import { appendChanges } from '../../store/changes.ts'
import { revokeSessions } from '../../store/sessions.ts'
import { findUser, hasOwner, listUsers, updateUser } from '../../store/users.ts'
import type { HttpDeps } from '../deps.ts'
import { presentUser } from '../present-identity.ts'
import type { Routes } from '../route-access.ts'
import { sendStorePage, toPageRequest } from '../store-page.ts'

const tags = ['users']
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) })

/** The people of the hub, and what owners may change about them. */
export function usersRoutes({ store, clock, events }: HttpDeps): Routes {
  return async (app) => {
    app.get(
      '/users',
      {
        config: { access: 'read' },
        schema: {
          tags,
          summary: 'Everybody, by login',
          querystring: Paging,
          response: { 200: Type.Array(User) },
        },
      },
      async (request, reply) => {
        const page = await listUsers(store.read, toPageRequest(request.query))
        return sendStorePage(reply, request, { ...page, items: page.items.map(presentUser) })
      },
    )

    app.get(
      '/users/:id',
      {
        config: { access: 'read' },
        schema: { tags, summary: 'One user', params: Id, response: { 200: User, 404: Problem } },
      },
      async ({ params }) => presentUser(await requireUser(params.id)),
    )

    app.patch(
      '/users/:id',
      {
        config: { access: 'admin' },
        schema: {
          tags,
          summary: 'Change a role, or switch an account off or on',
          description:
            'Counts at once: a disabled person is signed out everywhere. The last owner stays owner.',
          params: Id,
          body: UserPatch,
          response: { 200: User, 404: Problem, 409: Problem },
        },
      },
      async ({ params, body, viewer, ip }) => {
        await store.write(async (tx) => {
          // Two owners who demote each other at the same time must not both succeed.
          await store.lock(tx, 'owners')
          const now = clock()
          const user = await findUser(tx, params.id)
          if (!user) throw notFound()
          const wasDisabled = user.disabled_at !== null
          const disabled = body.disabled ?? wasDisabled
          const disabled_at = disabled ? (user.disabled_at ?? now) : null
          await updateUser(tx, user.id, { role: body.role ?? user.role, disabled_at })
          if (!(await hasOwner(tx)))
            throw coded('conflict', 'This is the last owner. Make somebody else owner first.')
          if (disabled && !wasDisabled)
            await revokeSessions(tx, { userId: user.id, reason: 'account disabled', now })

          const by = { at: now, actor: viewer.login, target: user.login, ip }
          const changed = (action: 'role' | 'disabled' | 'enabled') =>
            appendChanges(tx, now, [
              {
                topic: 'system',
                kind: 'user.updated',
                actor: viewer.login,
                data: { action, user_id: user.id, login: user.login },
              },
            ])
          if (body.role !== undefined && body.role !== user.role) {
            await appendAudit(tx, { ...by, action: 'user.role', detail: { from: user.role, to: body.role } })
            await changed('role')
          }
          if (disabled !== wasDisabled) {
            const action = disabled ? 'disabled' : 'enabled'
            await appendAudit(tx, { ...by, action: `user.${action}` })
            await changed(action)
          }
        })
        events.emit('session.revoked', { userId: params.id, sessionId: null })
        return presentUser(await requireUser(params.id))
      },
    )
  }

  async function requireUser(id: string) {
    const user = await findUser(store.read, id)
    if (!user) throw notFound()
    return user
  }
}

function notFound() {
  return coded('not_found', 'There is no such user.')
}
