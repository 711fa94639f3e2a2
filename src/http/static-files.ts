import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

const dayMs = 86_400_000
/** What belongs to programs: no page is ever shown there. */
const notPages = /^\/(api|auth|webhooks|assets|metrics|healthz|readyz)(\/|$)/
const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Serves the built web app: hashed assets for good, everything else checked anew each time; `.br` and `.gz` made by
 * the build are sent as they are. Returns what answers addresses that no route knows: a file of the folder, or the
 * app's page for a browser that navigates; null for the rest.
 */
export async function installWebApp(
  app: FastifyInstance,
  { webRoot }: { webRoot: string | null },
): Promise<(request: FastifyRequest, reply: FastifyReply) => FastifyReply | null> {
  if (webRoot === null) return () => null
  const files = new Set(readdirSync(webRoot).filter((name) => name.includes('.')))
  app.addHook('onRoute', (route) => {
    if (route.url.startsWith('/assets/')) route.config = { access: 'public', quiet: true, ...route.config }
  })
  await app.register(fastifyStatic, {
    root: join(webRoot, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: 365 * dayMs,
    index: false,
  })

  return (request, reply) => {
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD') return null
    const path = request.url.split('?', 1)[0] ?? '/'
    const file = path.slice(1)
    reply.header('cache-control', 'no-cache')
    if (files.has(file)) return reply.sendFile(file, webRoot, { cacheControl: false })
    if (notPages.test(path) || !request.headers.accept?.includes('text/html')) return null
    return toOwnAddress(request, reply) ?? reply.sendFile('index.html', webRoot, { cacheControl: false })
  }
}

/** `localhost` and `127.0.0.1` are one place to people and two to cookies: leads to the one that the hub is called. */
function toOwnAddress(request: FastifyRequest, reply: FastifyReply): FastifyReply | null {
  const own = new URL(request.server.publicUrl)
  const asked = URL.parse(`http://${request.host}`)
  if (!asked || asked.host === own.host || asked.port !== own.port) return null
  if (!loopback.has(asked.hostname) || !loopback.has(own.hostname)) return null
  return reply.redirect(`${own.origin}${request.url.startsWith('//') ? '/' : request.url}`)
}
