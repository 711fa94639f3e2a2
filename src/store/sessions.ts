import { newId } from './new-id.ts'
import type { SessionRow, UserRow } from './rows/identity.ts'
import { hashToken } from './secrets.ts'
import type { Db } from './store.ts'

const day = 86_400_000
/** A session ends after so long unused, and after so long in any case. */
const idleMs = 7 * day
const absoluteMs = 30 * day
/** An answer can get lost on its way: within so long, asking again gives the same answer again. */
const lostAnswerMs = 10_000

/** Begins a session with its first refresh token. Sessions long over are cleared away meanwhile. */
export async function startSession(
  tx: Db,
  input: { userId: string; refreshToken: string; userAgent: string | null; ip: string | null; now: number },
): Promise<SessionRow> {
  const { now } = input
  const session: SessionRow = {
    id: newId(),
    user_id: input.userId,
    created_at: now,
    last_seen_at: now,
    expires_at: now + absoluteMs,
    user_agent: input.userAgent?.slice(0, 300) ?? null,
    ip: input.ip,
    revoked_at: null,
    revoked_reason: null,
  }
  await tx.deleteFrom('sessions').where('expires_at', '<=', now).execute()
  await tx.insertInto('sessions').values(session).execute()
  await insertRefreshToken(tx, { hash: hashToken(input.refreshToken), parent: null, session, now })
  return session
}

export type Rotation =
  | { result: 'rotated'; session: SessionRow; user: UserRow }
  /** Somebody used a token for the second time: the session was revoked. */
  | { result: 'reused'; session: SessionRow; user: UserRow }
  | { result: 'refused' }

/**
 * Trades a refresh token for `successor`, once. Trading it again revokes the session, as one of the two callers is a
 * thief; except within seconds and while the successor is unused, when it is one caller whose answer got lost (or two
 * tabs at once): then the same successor is the answer again. The caller derives `successor` from the token, so that
 * it need not be kept. https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
 */
export async function rotateRefreshToken(
  tx: Db,
  input: { token: string; successor: string; now: number },
): Promise<Rotation> {
  const { now } = input
  const hash = hashToken(input.token)
  const found = await tx.selectFrom('refresh_tokens').selectAll().where('hash', '=', hash).executeTakeFirst()
  const session = found && (await loadSession(tx, found.session_id))
  const user =
    session && (await tx.selectFrom('users').selectAll().where('id', '=', session.user_id).executeTakeFirst())
  if (!found || !session || !user || user.disabled_at !== null) return { result: 'refused' }
  // A token never outlives its session: `insertRefreshToken` sees to it.
  if (session.revoked_at !== null || found.expires_at <= now) return { result: 'refused' }

  const { numUpdatedRows } = await tx
    .updateTable('refresh_tokens')
    .set({ used_at: now })
    .where('hash', '=', hash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  const successorHash = hashToken(input.successor)
  if (numUpdatedRows > 0n) {
    await insertRefreshToken(tx, { hash: successorHash, parent: hash, session, now })
    await tx.updateTable('sessions').set({ last_seen_at: now }).where('id', '=', session.id).execute()
    return { result: 'rotated', session, user }
  }
  const successor = await tx
    .selectFrom('refresh_tokens')
    .select(['created_at', 'used_at'])
    .where('hash', '=', successorHash)
    .executeTakeFirst()
  if (successor && successor.used_at === null && now - successor.created_at <= lostAnswerMs) {
    return { result: 'rotated', session, user }
  }
  await revokeSessions(tx, { sessionId: session.id, reason: 'refresh token reused', now })
  return { result: 'reused', session, user }
}

/** The session of a refresh token, used or not. */
export async function findSessionByRefreshToken(db: Db, token: string): Promise<SessionRow | undefined> {
  return db
    .selectFrom('refresh_tokens')
    .innerJoin('sessions', 'sessions.id', 'refresh_tokens.session_id')
    .selectAll('sessions')
    .where('hash', '=', hashToken(token))
    .executeTakeFirst()
}

/** Who a session belongs to, while it lasts and they may sign in. */
export async function findSessionUser(
  db: Db,
  input: { sessionId: string; now: number },
): Promise<Pick<UserRow, 'id' | 'login' | 'role'> | undefined> {
  return db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.user_id')
    .select(['users.id', 'login', 'role'])
    .where('sessions.id', '=', input.sessionId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', input.now)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
}

/** A person's sessions that last, the latest seen first. */
export function listSessions(db: Db, input: { userId: string; now: number }): Promise<SessionRow[]> {
  return db
    .selectFrom('sessions')
    .selectAll()
    .where('user_id', '=', input.userId)
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', input.now)
    .where('last_seen_at', '>', input.now - idleMs)
    .orderBy('last_seen_at', 'desc')
    .limit(100)
    .execute()
}

/** Ends one session, or all of a person's; their tokens stop working with them. Returns how many ended. */
export async function revokeSessions(
  tx: Db,
  input: ({ sessionId: string } | { userId: string }) & { reason: string; now: number },
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('sessions')
    .set({ revoked_at: input.now, revoked_reason: input.reason })
    .where((is) => ('sessionId' in input ? is('id', '=', input.sessionId) : is('user_id', '=', input.userId)))
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/** One session, over or not. */
export function loadSession(db: Db, id: string): Promise<SessionRow | undefined> {
  return db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
}

async function insertRefreshToken(
  tx: Db,
  input: { hash: string; parent: string | null; session: SessionRow; now: number },
): Promise<void> {
  const { hash, parent, session, now } = input
  await tx
    .insertInto('refresh_tokens')
    .values({
      hash,
      session_id: session.id,
      parent_hash: parent,
      created_at: now,
      expires_at: Math.min(now + idleMs, session.expires_at),
      used_at: null,
    })
    .execute()
}
