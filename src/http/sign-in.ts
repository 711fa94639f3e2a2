import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AccessGrant } from '../../contract/identity.ts'
import { syncAccountTask } from '../domain/mirror/sync-tasks.ts'
import { coded } from '../errors.ts'
import { appendAudit } from '../store/audit.ts'
import { appendChanges } from '../store/changes.ts'
import { saveCredential } from '../store/credentials.ts'
import type { UserRow } from '../store/rows/identity.ts'
import { randomToken } from '../store/secrets.ts'
import { startSession } from '../store/sessions.ts'
import { spendSetupToken } from '../store/setup-token.ts'
import type { Db } from '../store/store.ts'
import { findUser, type GithubPerson, updateUser, upsertUser } from '../store/users.ts'
import { accessTokenSeconds, signAccessToken } from './access-tokens.ts'
import { setCookie } from './cookies.ts'
import type { HttpDeps } from './deps.ts'
import { presentUser } from './present-identity.ts'

/** Where a sign-in comes from, for the list of sessions. */
export interface Visitor {
  ip: string
  userAgent: string | null
}

export interface StartedSession {
  userId: string
  sessionId: string
  refreshToken: string
}

/** Whose request this is, as far as the connection tells. */
export function visitorOf(request: FastifyRequest): Visitor {
  return { ip: request.ip, userAgent: request.headers['user-agent'] ?? null }
}

/**
 * Signs in the owner of a GitHub token: makes or updates the user, seals the token, begins a session and the first
 * sync. With `setup`, the first to come owns the hub. Throws `forbidden` when an owner disabled the account.
 */
export async function signInWithGithub(
  deps: HttpDeps,
  input: { token: string; setup: boolean; visitor: Visitor },
): Promise<StartedSession> {
  const { store, sealer, queue, clock } = deps
  const person = await deps.github.viewer(input.token)
  const host = new URL(deps.github.webUrl).host
  const started = await store.write(async (tx) => {
    const now = clock()
    const { user, created } = await upsertUser(tx, {
      host,
      person: toPerson(person),
      role: deps.defaultRole,
      now,
    })
    if (user.disabled_at !== null) {
      await appendAudit(tx, {
        at: now,
        actor: user.login,
        action: 'session.refused',
        ip: input.visitor.ip,
        detail: { reason: 'disabled' },
      })
      return null
    }
    const scopes = person.scopes.split(/[, ]+/).filter(Boolean)
    await saveCredential(tx, sealer, { userId: user.id, token: input.token, scopes, now })
    if (input.setup && (await spendSetupToken(tx))) {
      await updateUser(tx, user.id, { role: 'owner' })
      await appendAudit(tx, { at: now, actor: user.login, action: 'hub.owned', ip: input.visitor.ip })
    }
    appendChanges(tx, now, [
      {
        topic: 'system',
        kind: 'user.updated',
        actor: user.login,
        data: { action: created ? 'created' : 'signed_in', user_id: user.id, login: user.login },
      },
    ])
    await queue.enqueue(tx, syncAccountTask(user.id))
    return beginSession(tx, { user, visitor: input.visitor, by: 'github', now })
  })
  if (!started) throw coded('forbidden', 'An owner of this hub has disabled this account.')
  return started
}

/** Begins a session of a user whom the caller has made sure of. */
export async function beginSession(
  tx: Db,
  input: { user: Pick<UserRow, 'id' | 'login'>; visitor: Visitor; by: 'github' | 'link'; now: number },
): Promise<StartedSession> {
  const { user, visitor, by, now } = input
  const refreshToken = randomToken()
  const session = await startSession(tx, { userId: user.id, refreshToken, ...visitor, now })
  await appendAudit(tx, {
    at: now,
    actor: user.login,
    action: 'session.started',
    target: session.id,
    ip: visitor.ip,
    detail: { by },
  })
  return { userId: user.id, sessionId: session.id, refreshToken }
}

/** Gives a session to the browser: the refresh token as a cookie that scripts cannot read, an access token to keep in memory. */
export async function grantAccess(
  deps: HttpDeps,
  reply: FastifyReply,
  started: StartedSession,
): Promise<AccessGrant> {
  setCookie(reply, 'refresh', started.refreshToken)
  const user = await findUser(deps.store.read, started.userId)
  if (!user) throw coded('invalid_token', 'This account no longer exists.')
  return {
    access_token: await signAccessToken(deps, started),
    expires_in: accessTokenSeconds,
    user: presentUser(user),
  }
}

/** The refresh token that follows on `token`: as unguessable as the hub's key, and the same whenever it is asked for. */
export function successorOf(jwtKey: Uint8Array, token: string): string {
  return createHmac('sha256', jwtKey).update('refresh token after ').update(token).digest('base64url')
}

function toPerson({ id, login, name, avatar_url, html_url }: GithubPerson): GithubPerson {
  return { id, login, name, avatar_url, html_url }
}
