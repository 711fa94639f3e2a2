import type { FastifyInstance } from 'fastify'
import type { Viewer } from '../domain/access.ts'
import { coded, isCoded } from '../errors.ts'
import { apiTokenPrefix, findApiToken, touchApiToken } from '../store/api-tokens.ts'
import { findSessionUser } from '../store/sessions.ts'
import { verifyAccessToken } from './access-tokens.ts'
import type { HttpDeps } from './deps.ts'
import { allScopes, checkAccess, includedScopes } from './route-access.ts'

type AuthenticationDeps = Pick<HttpDeps, 'store' | 'clock' | 'jwtKey' | 'publicUrl'>

/** Before anything of a request is read: who asks, and whether they may call this route. */
export function authenticateRequests(app: FastifyInstance, deps: AuthenticationDeps): void {
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404 || request.routeOptions.config.access === 'public') return
    try {
      request.viewer = await identify(deps, request.headers.authorization)
    } catch (error) {
      // Only what was refused counts: whoever shares an address with somebody who guesses goes on.
      if (isCoded(error) && error.status === 401) await app.limits.count('unauthenticated', request, reply)
      throw error
    }
    checkAccess(request)
  })
}

/**
 * Who stands behind an `Authorization` header. Looked up each time, so that signing out, a changed role and a disabled
 * account count from the next request on. Throws `unauthenticated` without a credential, `invalid_token` for a bad one.
 * https://www.rfc-editor.org/rfc/rfc6750
 */
export async function identify(deps: AuthenticationDeps, authorization: string | undefined): Promise<Viewer> {
  const token = /^Bearer +([^ ]+)$/i.exec(authorization ?? '')?.[1]
  if (!token) throw coded('unauthenticated', 'Sign in, or send an API token: Authorization: Bearer cldcde_…')
  return token.startsWith(apiTokenPrefix) ? identifyToken(deps, token) : identifySession(deps, token)
}

async function identifySession(deps: AuthenticationDeps, token: string): Promise<Viewer> {
  const { sessionId } = await verifyAccessToken(deps, token)
  const user = await findSessionUser(deps.store.read, { sessionId, now: deps.clock() })
  if (!user) throw coded('invalid_token', 'This session is over. Sign in again.')
  return { userId: user.id, login: user.login, role: user.role, scopes: allScopes, sessionId, tokenId: null }
}

async function identifyToken({ store, clock }: AuthenticationDeps, token: string): Promise<Viewer> {
  const now = clock()
  const owner = await findApiToken(store.read, { token, now })
  if (!owner) throw coded('invalid_token', 'This API token does not exist, was revoked or has ended.')
  const { token_id: tokenId, user_id: userId, login, role } = owner
  if (owner.stale) await store.write((tx) => touchApiToken(tx, { id: tokenId, now }))
  return { userId, login, role, scopes: includedScopes(owner.scopes), sessionId: null, tokenId }
}
