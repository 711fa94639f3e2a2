import type { Selectable } from 'kysely'
import type { ApiToken, AuditEntry, Session, User } from '../../contract/identity.ts'
import { parseScopes } from '../store/api-tokens.ts'
import type { ApiTokenRow, AuditRow, SessionRow } from '../store/schema.ts'
import type { UserSummary } from '../store/users.ts'

/** Rows of people, sessions, tokens and the audit log, as the API shows them: never a secret, nor its hash. */
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
