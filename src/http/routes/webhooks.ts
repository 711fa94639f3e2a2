import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { coded } from '../../errors.ts'
import { keptHeaders } from '../../github/delivery-headers.ts'
import { checkSignature, isSignature, type SignatureCheck } from '../../github/signature.ts'
import { acceptTogether } from '../../store/accept-together.ts'
import { appendChanges } from '../../store/changes.ts'
import { storeUnapplied } from '../../store/deliveries.ts'
import type { Db } from '../../store/store.ts'
import { smallBody } from '../body-room.ts'
import type { HttpDeps } from '../deps.ts'
import { type PayloadScan, scanPayload } from '../payload-scan.ts'
import { readBodies } from '../read-body.ts'
import type { Routes } from '../route-access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What is known of a webhook's body once it has come. */
    webhook: { signature: SignatureCheck; scan: PayloadScan | undefined } | undefined
  }
}

/** GitHub caps payloads at 25 MB: https://docs.github.com/en/webhooks/webhook-events-and-payloads#payload-cap */
const largestBody = 26 * 1024 * 1024

const AcceptedDelivery = Type.Object(
  {
    id: Type.String({ description: 'The delivery GUID, as received' }),
    duplicate: Type.Boolean({ description: 'The GUID was known already: nothing was done' }),
  },
  { $id: 'AcceptedDelivery' },
)
type AcceptedDelivery = Static<typeof AcceptedDelivery>

/**
 * Where GitHub posts its webhooks. A delivery is verified over its raw bytes before anything else is looked at, so
 * that a stranger reaches neither the JSON parser nor the database; 202 means that it is on disk, where it waits to be
 * applied. Who shows wrong signatures is turned away for a while, but never a valid small delivery from the same
 * address: behind a proxy all have one.
 */
export function webhooksRoutes({ store, events, clock, webhookSecrets }: HttpDeps): Routes {
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.decorateRequest('webhook')
    const accept = acceptTogether(store)
    const watched = ({ headers }: FastifyRequest) => ({
      signature: checkSignature(textOf(headers['x-hub-signature-256']), webhookSecrets()),
      scan: isLarge(headers) ? scanPayload() : undefined,
    })
    const watch = (request: FastifyRequest) => {
      const { signature, scan } = watched(request)
      request.webhook = { signature, scan }
      return (chunk: Buffer) => {
        signature.add(chunk)
        scan?.add(chunk)
      }
    }
    readBodies(app, { room: app.bodyRoom, limit: largestBody, watch }, (_request, body, done) =>
      done(null, body),
    )

    async function refuseSignature(request: FastifyRequest, reply: FastifyReply): Promise<never> {
      await app.limits.count('signature', request, reply)
      throw coded(
        'invalid_signature',
        'X-Hub-Signature-256 is missing or does not match the body. Use the same secret on both sides.',
      )
    }

    app.addHook('onRequest', async (request, reply) => {
      if (webhookSecrets().length === 0)
        throw coded(
          'webhooks_not_configured',
          'This hub has no webhook secret yet. Set GITHUB_WEBHOOK_SECRET.',
        )
      const { headers } = request
      if (!isSignature(headers['x-hub-signature-256'])) await refuseSignature(request, reply)
      // Large bodies are not read for who has shown many wrong signatures.
      if (isLarge(headers)) await app.limits.check('signature', request, reply)
    })
    app.addHook('onResponse', (_request, { statusCode, elapsedTime: ms }, done) => {
      const refused = statusCode >= 400 && statusCode < 500
      if (refused) events.emit('delivery.received', { event: 'unknown', result: 'rejected', ms })
      done()
    })

    app.post(
      '/webhooks/github',
      {
        config: { access: 'public', quiet: true },
        schema: {
          tags: ['deliveries'],
          summary: 'Receive a webhook from GitHub',
          description:
            'Takes the raw JSON body (at most 26 MiB) with `X-GitHub-Event`, `X-GitHub-Delivery` and ' +
            '`X-Hub-Signature-256`. Events of every kind are stored; a GUID that is known already has no effect.',
          response: {
            202: AcceptedDelivery,
            400: Problem,
            401: Problem,
            413: Problem,
            408: Problem,
            415: Problem,
            429: Problem,
            503: Problem,
          },
        },
      },
      async (request, reply): Promise<AcceptedDelivery> => {
        const received_at = clock()
        const began = performance.now()
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0)
        const { signature, scan } = request.webhook ?? watched(request)
        if (!signature.isValid()) await refuseSignature(request, reply)
        const { headers } = request
        const delivery = {
          ...describeDelivery(headers, body),
          body,
          received_at,
          headers: keptHeaders(headers),
        }
        const { id, event } = delivery
        const problem = scan?.problem()
        const added = await (problem === undefined
          ? accept(delivery)
          : store.write((tx) => refuseToApply(tx, { ...delivery, error: problem })))
        const result = added ? 'stored' : 'duplicate'
        events.emit('delivery.received', { event, result, ms: performance.now() - began })
        reply.code(202)
        return { id, duplicate: !added }
      },
    )
  }
}

/**
 * Says which delivery a verified request is. Throws `invalid_request` or `malformed_json`.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
 */
function describeDelivery(headers: IncomingHttpHeaders, body: Buffer): { id: string; event: string } {
  const id = textOf(headers['x-github-delivery']) ?? ''
  if (!/^[\w-]{1,200}$/.test(id)) throw coded('invalid_request', 'X-GitHub-Delivery must be a GUID.')
  const event = textOf(headers['x-github-event']) ?? ''
  if (!/^\w{1,100}$/.test(event)) throw coded('invalid_request', 'X-GitHub-Event must name an event.')
  if (!looksLikeObject(body)) throw coded('malformed_json', 'The body is not a JSON object.')
  return { id, event }
}

/** Keeps a delivery without applying it, and tells so. */
async function refuseToApply(tx: Db, delivery: Parameters<typeof storeUnapplied>[1]): Promise<boolean> {
  const { id: delivery_id, event, received_at, error } = delivery
  const isNew = await storeUnapplied(tx, delivery)
  const data = { event, error }
  if (isNew)
    appendChanges(tx, received_at, [
      { topic: 'system', kind: 'delivery.failed', data, delivery_id, received_at },
    ])
  return isNew
}

function isLarge({ 'content-length': size }: IncomingHttpHeaders): boolean {
  return size === undefined || Number(size) > smallBody
}

const textOf = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)

/**
 * Whether a body begins and ends as a JSON object does. It is parsed once, when it is applied: to parse it here too
 * would hold up the answer, by a second for a hostile one.
 */
function looksLikeObject(body: Buffer): boolean {
  let first = 0
  let last = body.length - 1
  while (first < last && isBlank(body[first])) first++
  while (last > first && isBlank(body[last])) last--
  return body[first] === 0x7b && body[last] === 0x7d
}

/** https://www.rfc-editor.org/rfc/rfc8259#section-2 */
const isBlank = (byte: number | undefined) => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09
