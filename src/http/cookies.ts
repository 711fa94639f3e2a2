import type { CookieSerializeOptions } from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { coded } from '../errors.ts'

/** `refresh` keeps a person signed in; `sign-in` ties a sign-in to the browser that began it. */
type CookieName = 'refresh' | 'signin'

const attributes: Record<CookieName, { sameSite: 'strict' | 'lax'; maxAge: number }> = {
  refresh: { sameSite: 'strict', maxAge: 30 * 86_400 },
  // GitHub sends the browser back to us, and a strict cookie would not come along.
  signin: { sameSite: 'lax', maxAge: 600 },
}

/** Over https the prefix makes browsers refuse a cookie that another host or plain http tries to plant. */
function describe(name: CookieName, publicUrl: string): { key: string; options: CookieSerializeOptions } {
  const secure = publicUrl.startsWith('https:')
  const { sameSite, maxAge } = attributes[name]
  return {
    key: `${secure ? '__Host-' : ''}cldcde_${name}`,
    options: { path: '/', httpOnly: true, secure, sameSite, maxAge },
  }
}

/** Reads one of the hub's cookies. */
export function readCookie(request: FastifyRequest, name: CookieName): string | undefined {
  return request.cookies[describe(name, request.server.publicUrl).key]
}

/** Sets one of the hub's cookies; null takes it away. */
export function setCookie(reply: FastifyReply, name: CookieName, value: string | null): void {
  const { key, options } = describe(name, reply.server.publicUrl)
  reply.setCookie(key, value ?? '', value === null ? { ...options, maxAge: 0 } : options)
}

/**
 * An `onRequest` hook for routes that cookies reach: other sites cannot send JSON here without asking first, and
 * browsers always say which site sends. Throws `foreign_origin`, `unsupported_media_type`.
 */
export async function refuseForeignWrites(request: FastifyRequest): Promise<void> {
  const { origin, cookie } = request.headers
  const ours = origin === new URL(request.server.publicUrl).origin
  // Scripts send neither cookie nor origin; a browser that hides the origin must not bring a cookie.
  if (!ours && (origin !== undefined || cookie !== undefined)) {
    throw coded(
      'foreign_origin',
      `This can only be sent by the hub's own pages at ${request.server.publicUrl}.`,
    )
  }
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? '')) {
    throw coded('unsupported_media_type', 'Send the body as application/json.')
  }
}
