import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { type Asked, send } from '../support/github-server.ts'
import { connect, html, inSeconds } from './answering-github.ts'

describe("GitHub's answers as coded errors", () => {
  interface Case {
    name: string
    answer: (request: Asked, response: ServerResponse) => void
    error: object
    /** How often the server is asked; once without. */
    asked?: number
  }
  const cases: Case[] = [
    {
      name: '401',
      answer: (_, response) => send(response, 401, { message: 'Bad credentials' }),
      error: { code: 'github_unauthorized', retryable: false },
    },
    {
      name: '403',
      answer: (_, response) => send(response, 403, { message: 'Resource not accessible by integration' }),
      error: {
        code: 'github_forbidden',
        retryable: false,
        message: expect.stringContaining('not accessible'),
      },
    },
    {
      name: '404',
      answer: (_, response) => send(response, 404, { message: 'Not Found' }),
      error: { code: 'github_not_found', retryable: false },
    },
    {
      name: '410',
      answer: (_, response) => send(response, 410, { message: 'Issues are disabled for this repo' }),
      error: { code: 'github_not_found' },
    },
    {
      name: '422',
      answer: (_, response) =>
        send(response, 422, {
          message: 'Validation Failed',
          errors: [{ field: 'url', code: 'invalid' }, 'and more'],
        }),
      error: {
        code: 'github_unprocessable',
        retryable: false,
        message: expect.stringContaining('Validation Failed; url invalid; and more'),
      },
    },
    {
      name: '429 with Retry-After',
      answer: (_, response) => send(response, 429, { message: 'slow down' }, { 'retry-after': '7' }),
      error: { code: 'github_rate_limited', retryable: true, retryAfterMs: 7000 },
    },
    {
      name: '429 without Retry-After',
      answer: (_, response) => send(response, 429, { message: 'slow down' }),
      error: { code: 'github_rate_limited', retryAfterMs: 60_000 },
    },
    {
      name: 'a secondary limit without a time',
      answer: (_, response) => send(response, 403, { message: 'You have exceeded a secondary rate limit.' }),
      error: { code: 'github_rate_limited', retryAfterMs: 60_000 },
    },
    {
      name: 'the primary limit',
      answer: (_, response) =>
        send(
          response,
          403,
          { message: 'API rate limit exceeded' },
          { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inSeconds(100) },
        ),
      error: {
        code: 'github_rate_limited',
        retryAfterMs: expect.toSatisfy((ms: number) => ms > 98_000 && ms <= 101_000),
      },
    },
    {
      name: 'a limit whose end is a lifetime away',
      answer: (_, response) => send(response, 429, {}, { 'retry-after': '99999999999' }),
      error: { code: 'github_rate_limited', retryAfterMs: 24 * 3_600_000 },
    },
    {
      name: '500, again and again',
      answer: (_, response) => send(response, 500, { message: 'Server Error' }),
      error: { code: 'github_unavailable', retryable: true },
      asked: 3,
    },
    {
      name: '503 with Retry-After',
      answer: (_, response) => send(response, 503, { message: 'maintenance' }, { 'retry-after': '30' }),
      error: {
        code: 'github_rate_limited',
        retryAfterMs: expect.toSatisfy((ms: number) => ms > 29_000 && ms <= 30_000),
      },
    },
    {
      name: '502 as HTML',
      answer: html(502),
      error: { code: 'github_unavailable', message: expect.not.stringContaining('<') },
      asked: 3,
    },
    { name: '200 as HTML', answer: html(200), error: { code: 'github_malformed', retryable: true } },
    {
      name: 'JSON cut short',
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end('[{"id": 1, "na')
      },
      error: { code: 'github_malformed' },
    },
    {
      name: 'a connection cut in the answer',
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
        response.write('[')
        setImmediate(() => response.destroy())
      },
      error: { code: 'github_unavailable' },
      asked: 3,
    },
    {
      name: 'an answer that does not end',
      answer: (_, response) => {
        response.writeHead(200, { 'content-type': 'application/json' })
        const pour = () => {
          while (!response.destroyed && response.write(' '.repeat(10_000)));
        }
        response.on('drain', pour)
        pour()
      },
      error: { code: 'github_malformed', message: expect.stringContaining('longer than') },
      asked: 3,
    },
    {
      name: 'silence',
      answer: () => {},
      error: { code: 'github_unavailable', message: expect.stringContaining('did not answer within') },
      asked: 3,
    },
  ]
  it.each(cases)('$name', async ({ answer, error, asked = 1 }) => {
    await using hub = await connect({ timeoutMs: 500, maxBytes: 2 ** 20 })
    hub.server.instead(/./, answer)
    await expect(hub.client.request('GET /user')).rejects.toMatchObject(error)
    expect(hub.server.asked).toHaveLength(asked)
  })

  it('a server that is not there', async () => {
    const hub = await connect()
    await hub.server[Symbol.asyncDispose]()
    await expect(hub.client.request('GET /user')).rejects.toMatchObject({ code: 'github_unavailable' })
  })
})

describe('politeness', () => {
  it('sends nothing before the time that GitHub named, then goes on', async () => {
    await using hub = await connect()
    hub.server.instead(/./, (_, response) => send(response, 429, {}, { 'retry-after': '60' }), 1)
    const refused = { code: 'github_rate_limited' }
    await expect(hub.client.request('GET /user')).rejects.toMatchObject({ ...refused, retryAfterMs: 60_000 })
    hub.advance(59_000)
    await expect(hub.client.request('GET /user')).rejects.toMatchObject({
      ...refused,
      retryAfterMs: expect.toSatisfy((ms: number) => ms > 0 && ms <= 1000),
    })
    expect(hub.server.asked).toHaveLength(1)
    hub.advance(1000)
    await expect(hub.client.request('GET /user')).resolves.toMatchObject({ status: 200 })
  })

  it("keeps one person's limit from holding up another's", async () => {
    await using hub = await connect()
    hub.server.people.set('other', { id: 2, login: 'hubot' })
    hub.server.instead(/./, (_, response) => send(response, 429, {}, { 'retry-after': '60' }), 1)
    await expect(hub.client.request('GET /user')).rejects.toThrow()
    const other = hub.github.forToken('other', { userId: crypto.randomUUID() })
    await expect(other.request('GET /user')).resolves.toMatchObject({ status: 200 })
  })

  it('reads again when GitHub stumbles, but never writes again', async () => {
    await using hub = await connect()
    hub.server.instead(/./, (_, response) => send(response, 502, {}), 1)
    await expect(hub.client.request('GET /user')).resolves.toMatchObject({ status: 200 })
    hub.server.asked.length = 0
    hub.server.instead(/POST/, (_, response) => send(response, 502, {}))
    const write = hub.client.request('POST /repos/{owner}/{repo}/issues', {
      owner: 'a',
      repo: 'b',
      title: 'c',
    })
    await expect(write).rejects.toMatchObject({ code: 'github_unavailable' })
    expect(hub.server.asked).toHaveLength(1)
  })

  it('tells of every answer and of the quota', async () => {
    await using hub = await connect()
    const quota = {
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '4321',
      'x-ratelimit-reset': '1893456000',
    }
    hub.server.instead(/./, (_, response) => send(response, 200, {}, quota), 1)
    await hub.client.request('GET /user')
    expect(hub.seen['github.answered']).toEqual([{ status: 200, ms: expect.any(Number) }])
    expect(hub.seen['github.quota']).toEqual([
      { userId: expect.any(String), limit: 5000, remaining: 4321, resetAt: 1893456000000 },
    ])
  })

  it("gives back the caller's reason when the caller aborts", async () => {
    await using hub = await connect()
    hub.server.instead(/./, () => {})
    const abort = new AbortController()
    const asking = hub.client.request('GET /user', { request: { signal: abort.signal } })
    await hub.server.waitFor(/user/)
    const reason = new Error('no longer needed')
    abort.abort(reason)
    await expect(asking).rejects.toBe(reason)
    expect(hub.server.asked).toHaveLength(1)
  })
})
