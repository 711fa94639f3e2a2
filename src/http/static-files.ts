import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { notPages } from '../../contract/addresses.ts'

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
  await app.register(fastifyStatic, { root: webRoot, serve: false, preCompressed: true, cacheControl: false })

  const config = { access: 'public', quiet: true } as const
  app.get('/assets/*', { config, schema: { hide: true } }, (request, reply) => {
    reply.header('cache-control', 'public, max-age=31536000, immutable')
    return reply.sendFile((request.params as { '*': string })['*'], join(webRoot, 'assets'))
  })

  return (request, reply) => {
    const { method } = request
    if (method !== 'GET' && method !== 'HEAD') return null
    const path = request.url.split('?', 1)[0] ?? '/'
    const file = path.slice(1)
    reply.header('cache-control', 'no-cache')
    if (files.has(file)) return reply.sendFile(file)
    const navigates = path === '/' || request.headers.accept?.includes('text/html')
    if (notPages.test(path) || !navigates) return null
    return toOwnAddress(request, reply) ?? reply.sendFile('index.html')
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
