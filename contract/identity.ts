import { type Static, Type } from 'typebox'
import { Nullable, OneOf, Timestamp } from './common.ts'

export const Role = OneOf('owner', 'maintainer', 'member', 'viewer')
export type Role = Static<typeof Role>

export const User = Type.Object(
  {
    id: Type.String(),
    login: Type.String(),
    name: Nullable(Type.String()),
    avatar_url: Nullable(Type.String()),
    html_url: Nullable(Type.String()),
    role: Role,
    created_at: Timestamp,
    last_seen_at: Nullable(Timestamp),
    disabled: Type.Boolean(),
    github: OneOf('connected', 'expired', 'none'),
  },
  { $id: 'User' },
)
export type User = Static<typeof User>

/** `PATCH /users/{id}` */
export const UserPatch = Type.Object(
  { role: Type.Optional(Role), disabled: Type.Optional(Type.Boolean()) },
  { additionalProperties: false, minProperties: 1 },
)
export type UserPatch = Static<typeof UserPatch>

export const Session = Type.Object(
  {
    id: Type.String(),
    user_agent: Nullable(Type.String()),
    ip: Nullable(Type.String()),
    created_at: Timestamp,
    last_seen_at: Timestamp,
    expires_at: Timestamp,
    current: Type.Boolean(),
  },
  { $id: 'Session' },
)
export type Session = Static<typeof Session>

export const Scope = OneOf('read', 'write', 'admin')
export type Scope = Static<typeof Scope>

export const ApiToken = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    prefix: Type.String(),
    scopes: Type.Array(Scope),
    created_at: Timestamp,
    last_used_at: Nullable(Timestamp),
    expires_at: Nullable(Timestamp),
  },
  { $id: 'ApiToken' },
)
export type ApiToken = Static<typeof ApiToken>

/** `POST /tokens` */
export const ApiTokenRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 100 }),
    scopes: Type.Array(Scope, { minItems: 1, uniqueItems: true }),
    expires_in_days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })),
  },
  { additionalProperties: false },
)
export type ApiTokenRequest = Static<typeof ApiTokenRequest>

/** The only answer that ever carries the token itself. */
export const CreatedApiToken = Type.Object(
  { ...ApiToken.properties, token: Type.String({ description: 'Shown once' }) },
  { $id: 'CreatedApiToken' },
)
export type CreatedApiToken = Static<typeof CreatedApiToken>

/** `POST /auth/refresh`: the access token lives in memory only. */
export const AccessGrant = Type.Object(
  { access_token: Type.String(), expires_in: Type.Integer({ description: 'Seconds' }), user: User },
  { $id: 'AccessGrant' },
)
export type AccessGrant = Static<typeof AccessGrant>

/** `GET /api/v1/setup`: what the sign-in and set-up pages need to know; open to everybody. */
export const Setup = Type.Object(
  {
    owned: Type.Boolean({ description: 'Whether the hub has an owner yet' }),
    sign_in: OneOf('oauth', 'single-user', 'none'),
    github_url: Type.String(),
    public_url: Type.String(),
    demo: Type.Object({
      running: Type.Boolean({ description: 'GitHub is the local one with sample data' }),
      available: Type.Boolean({ description: 'It can be started by a button (set-up token needed)' }),
      people: Type.Array(Type.Object({ login: Type.String(), name: Type.String(), role: Type.String() })),
    }),
  },
  { $id: 'Setup' },
)
export type Setup = Static<typeof Setup>

export const AuditEntry = Type.Object(
  {
    seq: Type.Integer(),
    at: Timestamp,
    actor: Nullable(Type.String()),
    action: Type.String(),
    target: Nullable(Type.String()),
    ip: Nullable(Type.String()),
    detail: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: 'AuditEntry' },
)
export type AuditEntry = Static<typeof AuditEntry>
