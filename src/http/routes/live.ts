import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Type } from 'typebox'
import { WebSocketServer } from 'ws'
import { Problem } from '../../../contract/common.ts'
import { LiveTicket } from '../../../contract/live.ts'
import { type CodedError, coded, isCoded, messageOf } from '../../errors.ts'
import { findTokenUser } from '../../store/api-tokens.ts'
import { findSessionUser } from '../../store/sessions.ts'
import { issueTicket, redeemTicket, type Ticket } from '../../store/tickets.ts'
import type { HttpDeps } from '../deps.ts'
import { allScopes, type Routes } from '../route-access.ts'

const path = '/api/v1/live'
const ticketSeconds = 30
/** Larger messages than a subscription needs are not ours: RFC 6455 close code 1009. */
const maxMessageBytes = 65_536

/** A ticket for one WebSocket, and the WebSocket itself. */
export function liveRoutes({ store, clock, log, live, publicUrl }: HttpDeps): Routes {
  return async (app) => {
    app.post(
      '/live/ticket',
      {
        config: { access: 'read' },
        schema: {
          tags: ['live'],
          summary: 'A one-time ticket for the WebSocket',
          description: 'Open `GET /api/v1/live?ticket=…` with it within 30 seconds.',
          response: { 200: LiveTicket },
        },
      },
      async ({ viewer }) => ({
        ticket: await store.write((tx) =>
          issueTicket(tx, {
            purpose: 'live',
            userId: viewer.userId,
            sessionId: viewer.sessionId,
            tokenId: viewer.tokenId,
            now: clock(),
            lifetimeMs: ticketSeconds * 1000,
          }),
        ),
        expires_in: ticketSeconds,
      }),
    )

    app.get(
      '/live',
      {
        config: { access: 'public' },
        schema: {
          tags: ['live'],
          summary: 'The live feed, a WebSocket',
          description:
            'Client: `{type: "subscribe", topics, since?, after?}`, `{type: "unsubscribe", topics}`, `{type: "ping", t}`. ' +
            'Server: `ready`, `subscribed`, `change`, `reset`, `stats`, `pong`, `error`.',
          querystring: Type.Object({ ticket: Type.Optional(Type.String()) }),
          response: { 426: Problem },
        },
      },
      async (_request, reply) => {
        reply.header('upgrade', 'websocket').header('connection', 'Upgrade')
        throw coded('upgrade_required', 'This address speaks WebSocket only.')
      },
    )

    const server = new WebSocketServer({
      noServer: true,
      maxPayload: maxMessageBytes,
      perMessageDeflate: false,
    })
    const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      socket.on('error', () => socket.destroy())
      admit(request)
        .then((viewer) => {
          server.handleUpgrade(request, socket, head, (webSocket) => {
            live.accept(webSocket, viewer, socket).catch((error: unknown) => {
              log.error({ err: error }, `live: ${messageOf(error)}`)
              webSocket.terminate()
            })
          })
        })
        .catch((error: unknown) => refuse(socket, error))
    }
    app.server.on('upgrade', upgrade)
    app.addHook('onClose', async () => {
      app.server.off('upgrade', upgrade)
      server.close()
    })

    /** Who opens the socket; throws what the handshake is to be answered with. */
    async function admit(request: IncomingMessage) {
      const url = URL.parse(request.url ?? '/', 'http://hub')
      if (url?.pathname !== path) throw coded('not_found', 'There is no WebSocket at this address.')
      checkOrigin(request, publicUrl)
      const names = [...url.searchParams.keys()]
      const ticket = url.searchParams.get('ticket')
      if (!ticket || names.length > 1) {
        throw coded(
          'invalid_request',
          'Open this address with ?ticket= and nothing else; tokens do not belong into addresses.',
        )
      }
      const found = await store.write((tx) => redeemTicket(tx, { purpose: 'live', ticket, now: clock() }))
      if (!found)
        throw coded(
          'invalid_token',
          'The ticket is unknown, used or older than 30 seconds. Ask for a new one.',
        )
      const user = await holderOf(found)
      if (!user) throw coded('invalid_token', 'The session or token behind this ticket has ended.')
      return {
        userId: user.id,
        login: user.login,
        role: user.role,
        scopes: allScopes,
        sessionId: found.session_id,
        tokenId: found.token_id,
      }
    }

    /** A ticket does not outlive what asked for it. */
    async function holderOf({ session_id: sessionId, token_id: tokenId }: Ticket) {
      const now = clock()
      if (sessionId !== null) return findSessionUser(store.read, { sessionId, now })
      return tokenId === null ? undefined : findTokenUser(store.read, { tokenId, now })
    }
  }
}

/**
 * A browser always names the page's origin; a foreign page must not open our socket with the person's cookies.
 * Scripts send neither.
 */
function checkOrigin({ headers }: IncomingMessage, publicUrl: string): void {
  const foreign = headers.origin !== undefined && headers.origin !== new URL(publicUrl).origin
  const hidden = headers.origin === undefined && headers.cookie !== undefined
  if (foreign || hidden)
    throw coded('foreign_origin', 'This WebSocket can only be opened by the hub’s own pages.')
}

function refuse(socket: Duplex, thrown: unknown): void {
  const error: CodedError = isCoded(thrown)
    ? thrown
    : coded('internal', 'The hub failed to open the WebSocket.')
  const body = JSON.stringify({
    type: 'about:blank',
    status: error.status,
    code: error.code,
    detail: error.message,
  })
  // A peer that leaves its side open would keep the server from closing.
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${error.status} ${error.code}\r\nConnection: close\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
