import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { AccessGrant, Session } from '../../../contract/identity.ts'
import { coded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import {
  findSessionByRefreshToken,
  listSessions,
  loadSession,
  revokeSessions,
  rotateRefreshToken,
} from '../../store/sessions.ts'
import { findUser } from '../../store/users.ts'
import { readCookie, refuseForeignWrites, setCookie } from '../cookies.ts'
import type { HttpDeps } from '../deps.ts'
import { presentSession } from '../present-identity.ts'
import type { Routes } from '../route-access.ts'
import { grantAccess, successorOf } from '../sign-in.ts'

const tags = ['sign-in']

/** Staying signed in, signing out, here and elsewhere. */
export function sessionsRoutes(deps: HttpDeps): Routes {
  const { store, clock, events, jwtKey } = deps

  return async (app) => {
    app.post(
      '/auth/refresh',
      {
        config: { access: 'public', limit: 'refresh' },
        onRequest: refuseForeignWrites,
        schema: {
          tags,
          summary: 'A new access token',
          description:
            'For the cookie that signing in set; sets the next one. 204 where nobody is signed in.',
          response: { 200: AccessGrant, 204: Type.Null(), 401: Problem, 403: Problem },
        },
      },
      async (request, reply) => {
        const token = readCookie(request, 'refresh')
        // Every first visit asks: no error.
        if (!token) return reply.code(204).send(null)
        const successor = successorOf(jwtKey, token)
        const rotation = await store.write(async (tx) => {
          const now = clock()
          const rotation = await rotateRefreshToken(tx, { token, successor, now })
          if (rotation.result === 'reused') {
            const { user, session } = rotation
            await appendAudit(tx, {
              at: now,
              actor: user.login,
              action: 'session.revoked',
              target: session.id,
              ip: request.ip,
              detail: { reason: 'refresh token reused' },
            })
          }
          return rotation
        })
        if (rotation.result === 'rotated') {
          const { user, session } = rotation
          return grantAccess(deps, reply, { userId: user.id, sessionId: session.id, refreshToken: successor })
        }
        if (rotation.result === 'reused') {
          events.emit('session.revoked', { userId: rotation.user.id, sessionId: rotation.session.id })
        }
        setCookie(reply, 'refresh', null)
        throw coded('invalid_token', 'This session is over. Sign in again.')
      },
    )

    app.post(
      '/auth/logout',
      {
        config: { access: 'public' },
        onRequest: refuseForeignWrites,
        schema: { tags, summary: 'Sign out', response: { 204: Type.Null() } },
      },
      async (request, reply) => {
        const token = readCookie(request, 'refresh')
        const session = token && (await findSessionByRefreshToken(store.read, token))
        if (session) await endSession(session.id, { reason: 'signed out', ip: request.ip })
        setCookie(reply, 'refresh', null)
        return reply.code(204).send(null)
      },
    )

    app.get(
      '/auth/sessions',
      {
        config: { access: 'read' },
        schema: { tags, summary: 'Where you are signed in', response: { 200: Type.Array(Session) } },
      },
      async ({ viewer }) => {
        const sessions = await listSessions(store.read, { userId: viewer.userId, now: clock() })
        return sessions.map((session) => presentSession(session, viewer.sessionId))
      },
    )

    app.delete(
      '/auth/sessions/:id',
      {
        config: { access: 'admin', role: 'viewer' },
        schema: {
          tags,
          summary: 'Sign out elsewhere',
          params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
          response: { 204: Type.Null(), 404: Problem },
        },
      },
      async ({ params, viewer, ip }, reply) => {
        const session = await loadSession(store.read, params.id)
        if (session?.user_id !== viewer.userId) throw coded('not_found', 'You have no such session.')
        await endSession(session.id, { reason: 'signed out elsewhere', ip })
        return reply.code(204).send(null)
      },
    )
  }

  async function endSession(
    sessionId: string,
    { reason, ip }: { reason: string; ip: string },
  ): Promise<void> {
    const user = await store.write(async (tx) => {
      const now = clock()
      const session = await loadSession(tx, sessionId)
      const user = session && (await findUser(tx, session.user_id))
      if (!user || (await revokeSessions(tx, { sessionId, reason, now })) === 0) return null
      await appendAudit(tx, {
        at: now,
        actor: user.login,
        action: 'session.revoked',
        target: sessionId,
        ip,
        detail: { reason },
      })
      return user
    })
    if (user) events.emit('session.revoked', { userId: user.id, sessionId })
  }
}
