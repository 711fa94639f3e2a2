import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Paging } from '../../contract/common.ts'
import type { Page, PageRequest } from '../store/keyset.ts'
import { decodeCursor, encodeCursor, sendPage } from './paging.ts'

/** `?limit=&after=` as the store's lists take them. Throws `invalid_request` for a broken cursor. */
export function toPageRequest({ limit = 30, after }: Paging): PageRequest {
  return { limit, after: decodeCursor(after) }
}

/** Answers with a page of one of the store's lists. */
export function sendStorePage<T>(
  reply: FastifyReply,
  request: FastifyRequest,
  { items, next }: Page<T>,
): T[] {
  return sendPage(reply, request, items, next && encodeCursor(next))
}
