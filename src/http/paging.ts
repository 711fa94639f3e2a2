import type { FastifyReply, FastifyRequest } from 'fastify'
import { coded } from '../errors.ts'

type Key = string | number

/** Packs the sort keys of a page's last item into the opaque `after` of the next page. */
export function encodeCursor(keys: readonly Key[]): string {
  return Buffer.from(JSON.stringify(keys)).toString('base64url')
}

type Shape = readonly ('number' | 'string')[]
type Shaped<S extends Shape> = { -readonly [K in keyof S]: S[K] extends 'number' ? number : string }

/**
 * Reads a cursor back; undefined for the first page. `shape` names the types of its keys; without it they are left
 * for the store to judge. Throws `invalid_request` for what this hub did not hand out for this list.
 *
 * @example const after = decodeCursor(query.after, ['number', 'string'])
 */
export function decodeCursor(cursor: string | undefined): (string | number)[] | undefined
export function decodeCursor<const S extends Shape>(
  cursor: string | undefined,
  shape: S,
): Shaped<S> | undefined
export function decodeCursor(cursor: string | undefined, shape?: Shape): Key[] | undefined {
  if (cursor === undefined) return undefined
  const keys = parse(Buffer.from(cursor, 'base64url').toString())
  const fits = (key: unknown, index: number) =>
    shape ? typeof key === shape[index] : typeof key === 'string' || typeof key === 'number'
  if (Array.isArray(keys) && (!shape || keys.length === shape.length) && keys.every(fits)) return keys
  throw coded('invalid_request', 'query.after is not a cursor of this list. Follow the Link header instead.')
}

/**
 * Answers with one page; `nextCursor` of null is the last one. The next page's address keeps the other parameters.
 * https://www.rfc-editor.org/rfc/rfc8288
 */
export function sendPage<T>(
  reply: FastifyReply,
  request: FastifyRequest,
  items: T[],
  nextCursor: string | null,
  parameter: 'after' | 'before' = 'after',
): T[] {
  if (nextCursor !== null) {
    const next = new URL(request.url, request.server.publicUrl)
    next.searchParams.set(parameter, nextCursor)
    reply.header('link', `<${next.href}>; rel="next"`)
  }
  return items
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
