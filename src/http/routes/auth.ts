import { createHash } from 'node:crypto'
import { Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { AccessGrant } from '../../../contract/identity.ts'
import { coded, isCoded } from '../../errors.ts'
import { appendAudit } from '../../store/audit.ts'
import { saveOauthState, takeOauthState } from '../../store/oauth-states.ts'
import { randomToken } from '../../store/secrets.ts'
import { isSetupToken } from '../../store/setup-token.ts'
import { redeemTicket } from '../../store/tickets.ts'
import { findUser } from '../../store/users.ts'
import { readCookie, refuseForeignWrites, setCookie } from '../cookies.ts'
import type { HttpDeps } from '../deps.ts'
import { returnPath } from '../return-path.ts'
import type { Routes } from '../route-access.ts'
import { beginSession, grantAccess, signInWithGithub, visitorOf } from '../sign-in.ts'
import { sendSignInPage } from '../sign-in-page.ts'

const tags = ['sign-in']

/** Signing in: through GitHub, or with a one-time link. */
export function authRoutes(deps: HttpDeps): Routes {
  const { store, clock, publicUrl } = deps
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
  }
}
