import type { IncomingHttpHeaders } from 'node:http'
import { type Static, Type } from 'typebox'
import { Problem } from '../../../contract/common.ts'
import { coded } from '../../errors.ts'
import { verifySignature } from '../../github/signature.ts'
import { acceptDelivery } from '../../store/deliveries.ts'
import type { HttpDeps } from '../deps.ts'
import type { Routes } from '../route-access.ts'

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
 * applied.
 */
export function webhooksRoutes({ store, events, clock, webhookSecrets }: HttpDeps): Routes {
  return async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: largestBody },
      (_request, body, done) => done(null, body),
    )
    app.addHook('onRequest', async ({ headers }) => {
      // Up to 26 MiB are kept in memory for whoever has at least something to show.
      if (webhookSecrets().length > 0 && headers['x-hub-signature-256'] === undefined)
        throw invalidSignature()
    })
    app.addHook('onResponse', async (_request, { statusCode, elapsedTime: ms }) => {
      const refused = statusCode >= 400 && statusCode < 500
      if (refused) events.emit('delivery.received', { event: 'unknown', result: 'rejected', ms })
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
            415: Problem,
            503: Problem,
          },
        },
      },
      async (request, reply): Promise<AcceptedDelivery> => {
        const received_at = clock()
        const began = performance.now()
        const body = request.body instanceof Buffer ? request.body : Buffer.alloc(0)
        const { id, event } = verifyDelivery(request.headers, body, webhookSecrets())
        const added = await store.write((tx) => acceptDelivery(tx, { id, event, body, received_at }))
        const result = added ? 'stored' : 'duplicate'
        events.emit('delivery.received', { event, result, ms: performance.now() - began })
        reply.code(202)
        return { id, duplicate: !added }
      },
    )
  }
}

/**
 * Says which delivery a request is, if GitHub sent it. Throws `webhooks_not_configured`, `invalid_signature`,
 * `invalid_request` or `malformed_json`, checked in this order.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers
 */
function verifyDelivery(
  headers: IncomingHttpHeaders,
  body: Buffer,
  secrets: readonly string[],
): { id: string; event: string } {
  if (secrets.length === 0) {
    throw coded('webhooks_not_configured', 'This hub has no webhook secret yet. Set GITHUB_WEBHOOK_SECRET.')
  }
  if (!verifySignature(body, textOf(headers['x-hub-signature-256']), secrets)) throw invalidSignature()
  const id = textOf(headers['x-github-delivery']) ?? ''
  if (!/^[\w-]{1,200}$/.test(id)) throw coded('invalid_request', 'X-GitHub-Delivery must be a GUID.')
  const event = textOf(headers['x-github-event']) ?? ''
  if (!/^\w{1,100}$/.test(event)) throw coded('invalid_request', 'X-GitHub-Event must name an event.')
  if (!isJsonObject(body)) throw coded('malformed_json', 'The body is not a JSON object.')
  return { id, event }
}

const invalidSignature = () =>
  coded(
    'invalid_signature',
    'X-Hub-Signature-256 is missing or does not match the body. Use the same secret on both sides.',
  )

const textOf = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined)

function isJsonObject(body: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
