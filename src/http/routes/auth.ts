import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { AccessGrant, Session } from '../../../contract/identity.ts'
import { coded, isCoded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import { saveOauthState, takeOauthState } from '../../store/oauth-states.ts'
import { randomToken } from '../../store/secrets.ts'
import {
  findSessionByRefreshToken,
  listSessions,
  loadSession,
  revokeSessions,
  rotateRefreshToken,
} from '../../store/sessions.ts'
import { isSetupToken } from '../../store/setup-token.ts'
import { redeemTicket } from '../../store/tickets.ts'
import { findUser } from '../../store/users.ts'
import { readCookie, refuseForeignWrites, setCookie } from '../cookies.ts'
import type { HttpDeps } from '../deps.ts'
import { presentSession } from '../present-identity.ts'
import { returnPath } from '../return-path.ts'
import type { Routes } from '../route-access.ts'
import { beginSession, grantAccess, signInWithGithub, successorOf, visitorOf } from '../sign-in.ts'
import { sendSignInPage } from '../sign-in-page.ts'

const tags = ['sign-in']

/** Signing in through GitHub, staying signed in, signing out. */
export function authRoutes(deps: HttpDeps): Routes {
  const { store, clock, events, jwtKey, publicUrl } = deps
  const redirectUri = `${publicUrl}/auth/github/callback`
  const toSignIn = (error: string) => `${publicUrl}/sign-in?error=${encodeURIComponent(error)}`

  return async (app) => {
    app.get(
      '/auth/github',
      {
        config: { access: 'public', limit: 'sign-in' },
        schema: {
          tags,
          summary: 'Sign in with GitHub',
          description:
            'https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps',
          querystring: Type.Object({
            return_to: Type.Optional(Type.String({ description: 'Path to come back to' })),
            setup: Type.Optional(
              Type.String({ description: 'One-time set-up token: who signs in owns the hub' }),
            ),
            login: Type.Optional(Type.String({ description: 'Account to suggest on GitHub' })),
          }),
          response: { 302: Type.Null({ description: "To GitHub's sign-in page" }) },
        },
      },
      async ({ query, ip }, reply) => {
        const oauthApp = await deps.oauthApp()
        if (!oauthApp) return reply.redirect(toSignIn('not_configured'))
        const setup = query.setup !== undefined
        if (setup && !(await isSetupToken(store.read, query.setup!))) {
          await store.write((tx) =>
            appendAudit(tx, {
              at: clock(),
              actor: null,
              action: 'setup.refused',
              ip,
              detail: { reason: 'wrong token' },
            }),
          )
          return reply.redirect(toSignIn('setup_token'))
        }
        const [state, browser, verifier] = [randomToken(), randomToken(), randomToken()]
        const returnTo = returnPath(query.return_to)
        await store.write((tx) =>
          saveOauthState(tx, { state, browser, verifier, returnTo, setup, now: clock() }),
        )
        setCookie(reply, 'signin', browser)
        return reply.redirect(
          deps.github.oauth.authorizeUrl({
            clientId: oauthApp.clientId,
            state,
            challenge: createHash('sha256').update(verifier).digest('base64url'),
            redirectUri,
            ...(query.login === undefined ? {} : { login: query.login }),
          }),
        )
      },
    )

    app.get(
      '/auth/github/callback',
      {
        config: { access: 'public', limit: 'sign-in' },
        schema: {
          tags,
          summary: 'Where GitHub sends the browser back to',
          querystring: Type.Object({
            code: Type.Optional(Type.String()),
            state: Type.Optional(Type.String()),
            error: Type.Optional(Type.String()),
          }),
          response: {
            302: Type.Null({ description: 'Signed in, or back to the sign-in page' }),
            400: Problem,
          },
        },
      },
      async (request, reply) => {
        const { code, state = '', error } = request.query
        const browser = readCookie(request, 'signin') ?? ''
        setCookie(reply, 'signin', null)
        const begun = await store.write((tx) => takeOauthState(tx, { state, browser, now: clock() }))
        if (!begun) {
          return sendSignInPage(
            request,
            reply,
            coded(
              'invalid_state',
              'This sign-in was not begun in this browser, is over ten minutes old or was used already.',
            ),
          )
        }
        const oauthApp = await deps.oauthApp()
        if (error !== undefined || code === undefined)
          return reply.redirect(toSignIn(error ?? 'access_denied'))
        if (!oauthApp) return reply.redirect(toSignIn('not_configured'))
        try {
          const { token } = await deps.github.oauth.exchange({
            ...oauthApp,
            code,
            verifier: begun.verifier,
            redirectUri,
          })
          const visitor = visitorOf(request)
          const started = await signInWithGithub(deps, { token, setup: begun.setup === 1, visitor })
          setCookie(reply, 'refresh', started.refreshToken)
          return reply.redirect(`${publicUrl}${begun.return_to}`)
        } catch (cause) {
          if (!isCoded(cause)) throw cause
          request.log.warn({ err: cause }, 'sign-in failed')
          return reply.redirect(toSignIn(cause.code))
        }
      },
    )

    app.post(
      '/auth/link',
      {
        config: { access: 'public', limit: 'sign-in' },
        onRequest: refuseForeignWrites,
        schema: {
          tags,
          summary: 'Sign in with a one-time link',
          description:
            'The hub prints one at start in single-user mode; `cldcde user sign-in-link` makes another.',
          body: Type.Object({ token: Type.String({ maxLength: 200 }) }, { additionalProperties: false }),
          response: { 200: AccessGrant, 401: Problem },
        },
      },
      async (request, reply) => {
        const visitor = visitorOf(request)
        const started = await store.write(async (tx) => {
          const now = clock()
          const ticket = await redeemTicket(tx, { purpose: 'sign-in', ticket: request.body.token, now })
          const user = ticket && (await findUser(tx, ticket.user_id))
          if (user && user.disabled_at === null) return beginSession(tx, { user, visitor, by: 'link', now })
          await appendAudit(tx, {
            at: now,
            actor: user?.login ?? null,
            action: 'session.refused',
            ip: visitor.ip,
            detail: { reason: user ? 'disabled' : 'wrong link' },
          })
          return null
        })
        if (!started)
          throw coded('invalid_token', 'This link was used already, is too old, or is not one of ours.')
        return grantAccess(deps, reply, started)
      },
    )

    app.post(
      '/auth/refresh',
      {
        config: { access: 'public', limit: 'refresh' },
        onRequest: refuseForeignWrites,
        schema: {
          tags,
          summary: 'A new access token',
          description: 'For the cookie that signing in set; sets the next one.',
          response: { 200: AccessGrant, 401: Problem, 403: Problem },
        },
      },
      async (request, reply) => {
        const token = readCookie(request, 'refresh')
        if (!token) throw coded('unauthenticated', 'You are not signed in.')
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
