import type { Scope } from '../../contract/identity.ts'
import { newId } from './new-id.ts'
import type { ApiTokenRow, UserRow } from './rows/identity.ts'
import { hashToken, randomToken } from './secrets.ts'
import type { Db } from './store.ts'

/** How API tokens begin: tells them from access tokens, and lets scanners of leaked secrets recognise them. */
export const apiTokenPrefix = 'cldcde_'

/** `last_used_at` is kept to the minute: a write for every request would be dear. */
const lastUsedPrecisionMs = 60_000

/** Makes an API token. The token itself is in this answer and nowhere else. */
export async function createApiToken(
  tx: Db,
  input: { userId: string; name: string; scopes: readonly Scope[]; expiresAt: number | null; now: number },
): Promise<{ row: ApiTokenRow; token: string }> {
  const token = `${apiTokenPrefix}${randomToken()}`
  const row: ApiTokenRow = {
    id: newId(),
    user_id: input.userId,
    name: input.name,
    hash: hashToken(token),
    prefix: token.slice(0, apiTokenPrefix.length + 4),
    scopes: input.scopes.join(','),
    created_at: input.now,
    last_used_at: null,
    expires_at: input.expiresAt,
    revoked_at: null,
  }
  await tx.insertInto('api_tokens').values(row).execute()
  return { row, token }
}

export interface ApiTokenOwner extends Pick<UserRow, 'login' | 'role'> {
  token_id: string
  user_id: string
  scopes: Scope[]
  /** Whether `touchApiToken` is due. */
  stale: boolean
}

/** Whose token this is; undefined when unknown, revoked, past its end, or its owner is disabled. */
export async function findApiToken(
  db: Db,
  input: { token: string; now: number },
): Promise<ApiTokenOwner | undefined> {
  const row = await db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select(['api_tokens.id as token_id', 'user_id', 'scopes', 'expires_at', 'last_used_at', 'login', 'role'])
    .where('hash', '=', hashToken(input.token))
    .where('revoked_at', 'is', null)
    .where('disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row || (row.expires_at !== null && row.expires_at <= input.now)) return undefined
  const { token_id, user_id, login, role } = row
  const stale = (row.last_used_at ?? 0) + lastUsedPrecisionMs <= input.now
  return { token_id, user_id, login, role, scopes: parseScopes(row.scopes), stale }
}

/** Whose token this id is, while it is neither revoked nor past its end, and its owner not disabled. */
export function findTokenUser(
  db: Db,
  { tokenId, now }: { tokenId: string; now: number },
): Promise<Pick<UserRow, 'id' | 'login' | 'role'> | undefined> {
  return db
    .selectFrom('api_tokens')
    .innerJoin('users', 'users.id', 'api_tokens.user_id')
    .select(['users.id', 'login', 'role'])
    .where('api_tokens.id', '=', tokenId)
    .where('revoked_at', 'is', null)
    .where('disabled_at', 'is', null)
    .where(({ or, eb }) => or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .executeTakeFirst()
}

/** Notes that a token is in use. */
export async function touchApiToken(tx: Db, input: { id: string; now: number }): Promise<void> {
  await tx.updateTable('api_tokens').set({ last_used_at: input.now }).where('id', '=', input.id).execute()
}

/** A person's tokens that still exist, newest first. */
export function listApiTokens(db: Db, userId: string): Promise<ApiTokenRow[]> {
  return db
    .selectFrom('api_tokens')
    .selectAll()
    .where('user_id', '=', userId)
    .where('revoked_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(100)
    .execute()
}

/** Ends a token of a person; false when there is none of this id. */
export async function revokeApiToken(
  tx: Db,
  input: { id: string; userId: string; now: number },
): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('api_tokens')
    .set({ revoked_at: input.now })
    .where('id', '=', input.id)
    .where('user_id', '=', input.userId)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** The scopes of a row, as a list. */
export function parseScopes(scopes: string): Scope[] {
  return scopes.split(',') as Scope[]
}
