import { createHmac, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import Fastify from 'fastify'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createBodyRoom } from '../../src/http/body-room.ts'
import { installProblems } from '../../src/http/problems.ts'
import { readBodies } from '../../src/http/read-body.ts'
import { openTestApp, type TestApp } from '../support/test-app.ts'

const secret = 'the secret of these tests'
const sign = (body: string | Buffer) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const unsigned = `sha256=${'0'.repeat(64)}`
const mebibyte = 1024 * 1024

async function openHook() {
  const hub = await openTestApp({ webhookSecrets: () => [secret] })
  await hub.app.listen({ port: 0, host: '127.0.0.1' })
  return { ...hub, held: () => hub.app.bodyRoom.held() }
}

/** Sends the head of a request and a part of its body, and leaves the rest out. */
async function begin(
  { app }: Pick<TestApp, 'app'>,
  {
    from = '127.0.0.1',
    path = '/webhooks/github',
    size,
    sent = 1_000,
    headers = {},
  }: {
    from?: string
    path?: string
    size: number
    sent?: number
    headers?: Record<string, string>
  },
): Promise<Socket> {
  const { port } = app.server.address() as AddressInfo
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const all = {
    host: 'hub',
    'content-type': 'application/json',
    'content-length': String(size),
    'x-hub-signature-256': unsigned,
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  socket.write(`POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${'x'.repeat(sent)}`)
  return socket
}

/** Status line and headers of what is answered. */
async function answerOf(socket: Socket): Promise<string> {
  let text = ''
  for await (const chunk of socket) {
    text += chunk
    if (text.includes('\r\n\r\n')) return text
  }
  return text
}

const post = (hub: TestApp, body: string | Buffer) =>
  hub.app.inject({
    method: 'POST',
    url: '/webhooks/github',
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'issues',
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': sign(body),
    },
    payload: body,
  })
const large = Buffer.from(`{"a":"${'x'.repeat(25 * mebibyte - 8)}"}`)

describe('bodies that strangers begin and do not finish', () => {
  it('of one address: one large one is kept, the others meet 503, small deliveries go on', async () => {
    await using hub = await openHook()
    const kept = await begin(hub, { size: 25 * mebibyte })
    await expect.poll(hub.held).toBe(25 * mebibyte)
    const others = await Promise.all(
      Array.from({ length: 59 }, async () => answerOf(await begin(hub, { size: 25 * mebibyte }))),
    )
    for (const answer of others) expect(answer).toMatch(/^HTTP\/1.1 503 .*\r\nretry-after: \d+\r\n/is)
    expect(hub.held()).toBe(25 * mebibyte)
    expect((await post(hub, '{"small":1}')).statusCode).toBe(202)
    const refused = await post(hub, large)
    expect([refused.statusCode, refused.json().code]).toEqual([503, 'unavailable'])

    kept.destroy()
    await expect.poll(hub.held).toBe(0)
    expect((await post(hub, large)).statusCode).toBe(202)
    expect(hub.held()).toBe(0)
  })

  it('of many addresses: two large ones are kept', async () => {
    await using hub = await openHook()
    for (const [from, held] of [
      ['127.0.0.2', 25],
      ['127.0.0.3', 50],
    ] as const) {
      await begin(hub, { from, size: 25 * mebibyte })
      await expect.poll(hub.held).toBe(held * mebibyte)
    }
    expect(await answerOf(await begin(hub, { from: '127.0.0.4', size: 25 * mebibyte }))).toContain('503')
    expect((await post(hub, '{"small":1}')).statusCode).toBe(202)
  })

  it('of many small ones: what has come is counted, an address has half of the room', async () => {
    await using hub = await openHook()
    const small = { size: 256 * 1024, sent: 250 * 1024 }
    const fits = Math.floor((8 * mebibyte) / small.sent)
    for (let n = 0; n < fits; n++) await begin(hub, { from: '127.0.0.2', ...small })
    await expect.poll(hub.held).toBe(fits * small.sent)
    expect(await answerOf(await begin(hub, { from: '127.0.0.2', ...small }))).toContain(' 503 ')
    await begin(hub, { from: '127.0.0.3', ...small })
    await expect.poll(hub.held).toBe((fits + 1) * small.sent)
  })

  it('without saying how large: past the small size it counts as a large one', async () => {
    await using hub = await openHook()
    const { port } = hub.app.server.address() as AddressInfo
    const socket = connect({ host: '127.0.0.1', port })
    socket.on('error', () => {})
    const chunk = 'x'.repeat(64 * 1024)
    socket.write(
      `POST /webhooks/github HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nx-hub-signature-256: ${unsigned}\r\n\r\n`,
    )
    for (let n = 0; n < 8; n++) socket.write(`${chunk.length.toString(16)}\r\n${chunk}\r\n`)
    await expect.poll(hub.held).toBeGreaterThanOrEqual(26 * mebibyte)
    socket.destroy()
    await expect.poll(hub.held).toBe(0)
  })

  it('of every other route count in the same room', async () => {
    await using hub = await openHook()
    const { accessToken } = await hub.signIn()
    const headers = { authorization: `Bearer ${accessToken}` }
    const api = { path: '/api/v1/workflows', headers }
    const kept = await begin(hub, { ...api, size: mebibyte, sent: 100 })
    await expect.poll(hub.held).toBe(mebibyte)
    expect(await answerOf(await begin(hub, { ...api, size: mebibyte + 1, sent: 100 }))).toContain(' 413 ')
    expect(
      await answerOf(await begin(hub, { path: '/api/v1/workflows', size: mebibyte, sent: 100 })),
    ).toContain(' 401 ')
    kept.destroy()
    await expect.poll(hub.held).toBe(0)
  })

  it('without a signature that could be one: nothing is read', async () => {
    await using hub = await openHook()
    const headers = { 'x-hub-signature-256': 'anything' }
    expect(await answerOf(await begin(hub, { size: 25 * mebibyte, headers }))).toContain(' 401 ')
    expect(hub.held()).toBe(0)
  })
})

describe('a body that comes too slowly', () => {
  it('is given up with 408, and its connection with it', async () => {
    const app = Fastify()
    app.decorateRequest('bodyHold')
    installProblems(app)
    const room = createBodyRoom()
    readBodies(app, { room, limit: mebibyte, deadlineMs: 20 }, (_request, body, done) => done(null, body))
    app.post('/', { config: { access: 'public' } }, async () => 'read')
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => app.close())
    const answer = await answerOf(
      await begin({ app: app as unknown as TestApp['app'] }, { path: '/', size: 500_000 }),
    )
    expect(answer).toMatch(/^HTTP\/1.1 408 .*\r\nconnection: close\r\n/is)
    expect(room.held()).toBe(0)
  })
})

it('who does not finish the head of a request, or a request, is cut off', async () => {
  await using hub = await openHook()
  const { headersTimeout, requestTimeout } = hub.app.server
  expect([headersTimeout, requestTimeout]).toEqual([10_000, 30_000])
})
