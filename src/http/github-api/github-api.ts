import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { coded, isCoded } from '../../errors.ts'
import { createPassThrough } from '../../github/pass-through.ts'
import { identify } from '../authenticate.ts'
import type { HttpDeps } from '../deps.ts'
import { checkAccess } from '../route-access.ts'
import { type GithubApi, githubApiPath } from './api.ts'
import { bearerOf } from './credential.ts'
import { sendFailure } from './failure.ts'
import { findInMirror, sendFromMirror } from './from-mirror.ts'
import { readGraphql } from './graphql.ts'
import { passOn } from './pass-on.ts'
import { createRecentWrites } from './recent-writes.ts'

const reads = ['GET', 'HEAD'] as const
const writes = ['POST', 'PUT', 'PATCH', 'DELETE'] as const

/** GitHub describes it. */
const hidden = { hide: true }

/**
 * GitHub's REST API, as GitHub Enterprise Server has it: reads are answered by the mirror where it holds all that GitHub
 * would answer; everything else goes to GitHub with the person's own token. Callers show a token of the hub.
 */
export function githubApi(deps: HttpDeps): FastifyPluginAsync {
  const api: GithubApi = {
    ...deps,
    api: `${deps.publicUrl}${githubApiPath}`,
    recent: createRecentWrites(deps.clock),
    pass: createPassThrough({ apiUrl: deps.github.apiUrl, knownAs: toldBaseOf(deps.github) }),
  }
  return async (app) => {
    app.setErrorHandler((error, request, reply) => sendFailure(request, reply, error))
    takeBodiesAsTheyCome(app)
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-github-request-id', request.id)
      reply.header('cache-control', 'private, max-age=0, must-revalidate')
      reply.header('x-content-type-options', 'nosniff')
      await admit(api, app, request, reply)
    })

    const url = `${githubApiPath}/*`
    app.route({
      ...{ method: [...reads], url, schema: hidden, config: { access: 'read' } },
      handler: (...asked) => read(api, ...asked),
    })
    app.route({
      ...{ method: [...writes], url, schema: hidden, config: { access: 'write' } },
      handler: (...asked) => passOn(api, ...asked),
    })
    // Beside the REST API, where clients of GitHub Enterprise Server look for it. What reads needs no more than that.
    app.route({
      method: 'POST',
      url: '/api/graphql',
      schema: hidden,
      config: { access: 'read' },
      async handler(request, reply) {
        const { body, writes } = await readGraphql(request.body as Readable | undefined)
        if (writes) checkAccess(request, 'write')
        return await passOn(api, request, reply, { looked: { path: '/graphql', body, writes } })
      },
    })
  }
}

/** The local GitHub is asked at an address of this machine, and calls itself by its name. */
function toldBaseOf({ apiUrl, webUrl }: HttpDeps['github']): string | undefined {
  const [asked, told] = [new URL(apiUrl), new URL(webUrl)]
  return asked.hostname === '127.0.0.1' && told.hostname === 'localhost' && asked.port === told.port
    ? webUrl
    : undefined
}

async function read(api: GithubApi, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const found = await findInMirror(api, request)
  return 'answer' in found
    ? sendFromMirror(request, reply, found)
    : await passOn(api, request, reply, { lesson: found.lesson })
}

/** Who asks, whether they may, and how often they still may. */
async function admit(
  deps: GithubApi,
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  try {
    request.viewer = await identify(deps, bearerOf(request.headers.authorization))
  } catch (error) {
    if (isCoded(error) && error.status === 401) await app.limits.count('unauthenticated', request, reply)
    throw error
  }
  checkAccess(request)
  const { limit, remaining, resetsInSeconds } = await app.limits.count('api', request, reply)
  const resetAt = Math.ceil(deps.clock() / 1000) + resetsInSeconds
  request.quota = { limit, remaining, resetAt }
  reply.header('x-ratelimit-limit', limit)
  reply.header('x-ratelimit-remaining', remaining)
  reply.header('x-ratelimit-used', limit - remaining)
  reply.header('x-ratelimit-reset', resetAt)
  reply.header('x-ratelimit-resource', 'core')
}

declare module 'fastify' {
  interface FastifyRequest {
    /** What is left of the hub's own limit: `resetAt` in seconds since the epoch. */
    quota?: { limit: number; remaining: number; resetAt: number }
  }
}

/** In bytes: what GitHub takes of a file by this API, written as Base64. */
const largestBody = 64 * 2 ** 20

/** A body goes on to GitHub while it comes; nobody reads it here. */
function takeBodiesAsTheyCome(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, body, done) => {
    if (Number(request.headers['content-length'] ?? 0) > largestBody) {
      done(coded('payload_too_large', 'The body is larger than this address accepts.'))
    } else done(null, bounded(body))
  })
}

function bounded(body: Readable): Readable {
  let size = 0
  body.on('data', (chunk: Buffer) => {
    size += chunk.byteLength
    if (size > largestBody)
      body.destroy(coded('payload_too_large', 'The body is larger than this address accepts.'))
  })
  body.pause()
  return body
}
