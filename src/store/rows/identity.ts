import type { Generated } from 'kysely'
import type { Flag } from './flag.ts'

// Who there is, what lets them in, and what they did.

/** A person; identity is (host, github_id), never login or e-mail. */
export interface UserRow {
  id: string
  host: string
  github_id: number
  login: string
  name: string | null
  avatar_url: string | null
  html_url: string | null
  role: Role
  created_at: number
  last_seen_at: number | null
  disabled_at: number | null
}

export type Role = 'owner' | 'maintainer' | 'member' | 'viewer'

/** A GitHub token, sealed. One per user. */
export interface CredentialRow {
  user_id: string
  /** Master key that wraps the data key. */
  key_id: string
  wrapped_key: Uint8Array
  sealed: Uint8Array
  scopes: string
  created_at: number
  /** GitHub answered 401: the person must sign in again. */
  invalid_at: number | null
}

export interface SessionRow {
  id: string
  user_id: string
  created_at: number
  last_seen_at: number
  /** Absolute end; the idle end is on the refresh token. */
  expires_at: number
  user_agent: string | null
  ip: string | null
  revoked_at: number | null
  revoked_reason: string | null
}

/** One row per issued refresh token; the session is the family. */
export interface RefreshTokenRow {
  /** SHA-256 of the token, hex. */
  hash: string
  session_id: string
  parent_hash: string | null
  created_at: number
  expires_at: number
  used_at: number | null
}

export interface OauthStateRow {
  /** SHA-256 of the state, hex. */
  hash: string
  /** SHA-256 of the browser-binding cookie, hex. */
  browser_hash: string
  verifier: string
  return_to: string
  /** 1 when the sign-in was begun from the one-time set-up URL. */
  setup: Flag
  created_at: number
  expires_at: number
}

export interface ApiTokenRow {
  id: string
  user_id: string
  name: string
  /** SHA-256 of the token, hex. */
  hash: string
  /** First characters, to recognise it in a list. */
  prefix: string
  /** Comma-separated: read, write, admin. */
  scopes: string
  created_at: number
  last_used_at: number | null
  expires_at: number | null
  revoked_at: number | null
}

/** One-time ticket: of a WebSocket, or of a sign-in link. */
export interface TicketRow {
  hash: string
  user_id: string
  /** What asked for it, and must still be good when it is used: a session, or an API token. */
  session_id: string | null
  token_id: string | null
  expires_at: number
}

export interface SettingRow {
  key: string
  value: string
  updated_at: number
}

export interface AuditRow {
  seq: Generated<number>
  at: number
  actor: string | null
  action: string
  target: string | null
  ip: string | null
  detail: string
}
