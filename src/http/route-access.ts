import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyRequest, RouteOptions } from 'fastify'
import type { Role, Scope } from '../../contract/identity.ts'
import { hasRole, type Viewer } from '../domain/access.ts'
import { coded } from '../errors.ts'
import type { LimitName } from './limits.ts'

/** Who may call a route: everybody, or a credential with this scope (`admin` includes `write` includes `read`). */
export type Access = 'public' | Scope

declare module 'fastify' {
  interface FastifyContextConfig {
    access: Access
    /** The least role; without it what the access suggests: read → viewer, write → member, admin → owner. */
    role?: Role
    /** A stricter limit than the API's. */
    limit?: LimitName
    /** Called as often as browsers and supervisors like: not limited, and logged at debug only. */
    quiet?: boolean
  }
  interface FastifyRequest {
    /** Set on every route but public ones. */
    viewer: Viewer
  }
}

/** A file in `routes/` exports `(deps: HttpDeps) => Routes`. */
export type Routes = FastifyPluginAsyncTypebox

const usualRole: Record<Scope, Role> = { read: 'viewer', write: 'member', admin: 'owner' }
const included: Record<Scope, readonly Scope[]> = {
  read: ['read'],
  write: ['read', 'write'],
  admin: ['read', 'write', 'admin'],
}
/** What a browser's session may do: all that its person's role allows. */
export const allScopes = included.admin

/** Spells out what scopes include, for a viewer. */
export function includedScopes(scopes: readonly Scope[]): Scope[] {
  return [...new Set(scopes.flatMap((scope) => included[scope]))]
}

/** An `onRoute` hook: refuses to build an app in which a route forgot to say who may call it. */
export function requireAccess(route: RouteOptions): void {
  if (!route.config?.access) {
    throw new Error(`${route.method} ${route.url} must say who may call it: config: { access: … }`)
  }
}

/** Throws `forbidden` unless the request's viewer may call its route, or do there what needs this more. */
export function checkAccess(request: FastifyRequest, asked?: Access): void {
  const { access: usual, role } = request.routeOptions.config
  const access = asked ?? usual
  if (access === 'public') return
  const { viewer } = request
  if (!viewer.scopes.includes(access)) {
    throw coded('forbidden', `This token lacks the scope "${access}". Create one that has it.`)
  }
  const needed = role ?? usualRole[access]
  if (!hasRole(viewer.role, needed)) {
    throw coded(
      'forbidden',
      `This needs the role ${needed}; you are ${viewer.role}. An owner can change that.`,
    )
  }
}
