import type { Selectable } from 'kysely'
import type { ApiToken, AuditEntry, Session, User } from '../../contract/identity.ts'
import { parseScopes } from '../store/api-tokens.ts'
import type { ApiTokenRow, AuditRow, SessionRow } from '../store/rows/identity.ts'
import type { UserSummary } from '../store/users.ts'

/** A user's row as the API shows it. */
export function presentUser(user: UserSummary): User {
  return {
    id: user.id,
    login: user.login,
    name: user.name,
    avatar_url: user.avatar_url,
    html_url: user.html_url,
    role: user.role,
    created_at: toTimestamp(user.created_at),
    last_seen_at: toTimestamp(user.last_seen_at),
    disabled: user.disabled_at !== null,
    github: user.github,
  }
}

/** A session's row as its person sees it; `currentId` is the session that asks. */
export function presentSession(session: SessionRow, currentId: string | null): Session {
  return {
    id: session.id,
    user_agent: session.user_agent,
    ip: session.ip,
    created_at: toTimestamp(session.created_at),
    last_seen_at: toTimestamp(session.last_seen_at),
    expires_at: toTimestamp(session.expires_at),
    current: session.id === currentId,
  }
}

/** An API token's row as its person sees it: never the token, nor its hash. */
export function presentApiToken(token: ApiTokenRow): ApiToken {
  return {
    id: token.id,
    name: token.name,
    prefix: token.prefix,
    scopes: parseScopes(token.scopes),
    created_at: toTimestamp(token.created_at),
    last_used_at: toTimestamp(token.last_used_at),
    expires_at: toTimestamp(token.expires_at),
  }
}

/** A row of the audit log as owners see it. */
export function presentAuditEntry(entry: Selectable<AuditRow>): AuditEntry {
  return {
    seq: entry.seq,
    at: toTimestamp(entry.at),
    actor: entry.actor,
    action: entry.action,
    target: entry.target,
    ip: entry.ip,
    detail: JSON.parse(entry.detail) as Record<string, unknown>,
  }
}

function toTimestamp(ms: number): string
function toTimestamp(ms: number | null): string | null
function toTimestamp(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
