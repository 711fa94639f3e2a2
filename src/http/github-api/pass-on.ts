import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { messageOf } from '../../errors.ts'
import type { Passed } from '../../github/pass-through.ts'
import { appendAudit } from '../../store/audit.ts'
import { createGithubTokens } from '../../store/github-tokens.ts'
import { type GithubApi, githubApiPath } from './api.ts'
import { notConnected } from './failure.ts'
import { type Lesson, learn } from './learn.ts'

interface Given {
  /** Of a request that was looked at before. */
  looked?: { path: string; body: Buffer; writes: boolean }
  /** What the answer teaches the mirror. */
  lesson?: Lesson | null
}

/** Hands a request on to GitHub with the person's own token, and its answer back. A write is in the audit. */
export async function passOn(
  deps: GithubApi,
  request: FastifyRequest,
  reply: FastifyReply,
  { looked, lesson }: Given = {},
): Promise<FastifyReply> {
  const { method, viewer } = request
  const path = looked?.path ?? request.url.slice(githubApiPath.length)
  const writes = looked?.writes ?? (method !== 'GET' && method !== 'HEAD')
  const tokens = createGithubTokens(deps)
  const credential = await tokens.tokenOf(viewer.userId)
  if (!credential) throw notConnected()

  const writing = writes ? beginWrite(deps, request, path) : null
  await writing?.note('github_api.write')
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  const begun = deps.clock()
  let passed: Passed
  try {
    passed = await deps.pass({
      method,
      path: path === '' ? '/' : path,
      headers: looked
        ? { ...request.headers, 'content-type': 'application/json; charset=utf-8' }
        : request.headers,
      body: looked?.body ?? (request.body as Readable | undefined) ?? null,
      token: credential.token,
      api: deps.api,
      signal: gone.signal,
    })
  } catch (error) {
    await writing?.note('github_api.write.unanswered', { reason: messageOf(error) })
    throw error
  }
  deps.events.emit('github.answered', { status: passed.status, ms: deps.clock() - begun })
  tellQuota(deps, viewer.userId, passed)
  if (passed.status >= 400) await writing?.note('github_api.write.refused', { status: passed.status })
  if (passed.status === 401) {
    passed.body?.destroy()
    await tokens.reject(viewer.userId)
    throw notConnected()
  }
  reply.code(passed.status)
  for (const [name, value] of Object.entries(passed.headers)) reply.header(name, value)
  reply.header('x-cldcde-answered-by', 'github')
  if (!passed.body || !lesson || method !== 'GET' || passed.status !== 200) {
    return reply.send(passed.body ?? undefined)
  }
  return reply.send(Readable.from(teaching(passed.body, (data) => learn(deps.store, lesson, data), request)))
}

/** What is written is noted before GitHub is asked, and who reads it in the next moment is answered by GitHub. */
function beginWrite(deps: GithubApi, { method, viewer, ip }: FastifyRequest, path: string) {
  const target = `${method} ${path.split('?', 1)[0]}`
  const repository = /^\/repos\/([^/]+\/[^/?]+)/.exec(path)?.[1]
  return {
    async note(action: string, detail: Record<string, unknown> = {}): Promise<void> {
      if (repository !== undefined) deps.recent.note(decodeURIComponent(repository))
      await deps.store.write((tx) =>
        appendAudit(tx, { at: deps.clock(), actor: viewer.login, action, target, ip, detail }),
      )
    },
  }
}

/** The page that shows people their quota hears of it from here as well. */
function tellQuota({ events }: GithubApi, userId: string, { headers }: Passed): void {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((name) =>
    Number(headers[`x-ratelimit-${name}`] ?? Number.NaN),
  ) as [number, number, number]
  if ((headers['x-ratelimit-resource'] ?? 'core') !== 'core') return
  if ([limit, remaining, reset].some(Number.isNaN)) return
  events.emit('github.quota', { userId, limit, remaining, resetAt: reset * 1000 })
}

/** In bytes: a longer answer is passed on without a look. */
const longestLesson = 8 * 2 ** 20

/** What comes, and once it is there a look at all of it, before the end: who asks again is answered by the mirror. */
async function* teaching(
  body: Readable,
  teach: (data: unknown) => Promise<void>,
  { log }: FastifyRequest,
): AsyncGenerator<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size <= longestLesson) chunks.push(chunk)
    yield chunk
  }
  if (size > longestLesson) return
  try {
    await teach(JSON.parse(Buffer.concat(chunks).toString()))
  } catch (error) {
    log.warn({ err: error }, `an answer of GitHub taught nothing: ${messageOf(error)}`)
  }
}
