import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientOptions, WebSocket } from 'ws'
import type { Change, LiveTicket, ServerMessage } from '../../contract/live.ts'
import { createApiToken } from '../../src/store/api-tokens.ts'
import type { NewChange } from '../../src/store/changes.ts'
import { append as appendTo } from '../support/append.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTestApp, publicUrl, type SignedIn, type TestApp } from '../support/test-app.ts'

type Headers = Record<string, string>
type As = Pick<SignedIn, 'accessToken'>
type Of<Type extends ServerMessage['type']> = Extract<ServerMessage, { type: Type }>

/** Ada may read repository 1, which is private; repository 2 is for everybody. */
let hub: TestApp
let ada: SignedIn
let bob: SignedIn
let address: string

beforeAll(async () => {
  hub = await openTestApp()
  ada = await hub.signIn({ login: 'ada', role: 'owner' })
  bob = await hub.signIn({ login: 'bob' })
  await hub.store.write(async (tx) => {
    await seedRepository(tx, { id: 1, fullName: 'acme/secret', readers: [ada.userId] })
    await seedRepository(tx, { id: 2, fullName: 'acme/open', readers: [ada.userId, bob.userId] })
  })
  await hub.app.listen({ host: '127.0.0.1', port: 0 })
  address = `127.0.0.1:${(hub.app.server.address() as AddressInfo).port}`
})
afterAll(() => hub[Symbol.asyncDispose]())

async function ticketFor(as: As): Promise<string> {
  const answer = await hub.ask({ method: 'POST', url: '/api/v1/live/ticket', as })
  expect(answer.statusCode).toBe(200)
  return answer.json<LiveTicket>().ticket
}

async function apiTokenOf({ userId }: SignedIn) {
  const { row, token } = await hub.store.write((tx) =>
    createApiToken(tx, { userId, name: 'script', scopes: ['read'], expiresAt: null, now: Date.now() }),
  )
  return { id: row.id, accessToken: token }
}

/** What an upgrade is answered with: 101, or a status with a problem. */
async function knock(path: string, headers: Headers = {}) {
  const socket = new WebSocket(`ws://${address}${path}`, { headers })
  const opened = once(socket, 'open').then(() => ({ status: 101, code: undefined }))
  const refused = once(socket, 'unexpected-response').then(async ([, response]) => {
    const { statusCode, headers } = response as IncomingMessage
    const body = (await (response as IncomingMessage).toArray()).join('')
    expect(headers['content-type']).toBe('application/problem+json')
    return { status: statusCode, code: JSON.parse(body).code }
  })
  const answer = await Promise.race([opened, refused])
  socket.on('error', () => {})
  socket.terminate()
  return answer
}

const withTicket = async (as: As = ada) => `/api/v1/live?ticket=${await ticketFor(as)}`

/** A client that holds its socket open and remembers what it was told. */
async function connect(as: As, options: ClientOptions = {}) {
  const socket = new WebSocket(`ws://${address}${await withTicket(as)}`, { origin: publicUrl, ...options })
  const received: ServerMessage[] = []
  const checks = new Set<() => void>()
  socket.on('message', (raw) => {
    received.push(JSON.parse(raw.toString()))
    for (const check of checks) check()
  })
  const message = <M extends ServerMessage>(wanted: (message: ServerMessage) => message is M) =>
    new Promise<M>((resolve) => {
      const check = () => {
        const found = received.find(wanted)
        if (!found) return
        checks.delete(check)
        resolve(found)
      }
      checks.add(check)
      check()
    })
  const ready = await message((m): m is Of<'ready'> => m.type === 'ready')
  return {
    socket,
    received,
    ready,
    closed: once(socket, 'close').then(([code]) => code as number),
    message,
    changes: () => received.filter((m) => m.type === 'change' && m.n === undefined),
    until: (seq: number) => message((m): m is Of<'change'> => m.type === 'change' && m.seq >= seq),
    async subscribe(topics: string[], since?: number) {
      socket.send(JSON.stringify({ type: 'subscribe', topics, since }))
      await message((m): m is Of<'subscribed'> => m.type === 'subscribed')
    },
    [Symbol.dispose]: () => socket.terminate(),
  }
}

const about = (repository_id: number): NewChange => ({
  topic: `repo:${repository_id}`,
  kind: 'issue.updated',
  repository_id,
  data: { title: `of repository ${repository_id}` },
})
const append = (...changes: NewChange[]) => appendTo(hub.store, changes)

describe('a ticket', () => {
  it('opens one WebSocket, for a browser’s session and for an API token', async () => {
    for (const as of [ada, await apiTokenOf(ada)]) {
      const path = await withTicket(as)
      expect(await knock(path)).toEqual({ status: 101, code: undefined })
      expect(await knock(path)).toEqual({ status: 401, code: 'invalid_token' })
    }
  })

  it('is for whoever is signed in', async () => {
    expect((await hub.ask({ method: 'POST', url: '/api/v1/live/ticket' })).statusCode).toBe(401)
  })

  it('that nobody gave, or that is older than 30 seconds, opens none', async () => {
    expect(await knock('/api/v1/live?ticket=guessed')).toEqual({ status: 401, code: 'invalid_token' })
    const path = await withTicket()
    hub.advance(30_001)
    expect(await knock(path)).toEqual({ status: 401, code: 'invalid_token' })
  })

  it('ends with the session or the API token that asked for it, and with its person’s account', async () => {
    const eve = await hub.signIn({ login: 'eve' })
    const revoked = await apiTokenOf(eve)
    const [ofSession, ofToken] = [await withTicket(eve), await withTicket(await apiTokenOf(eve))]
    const ofRevoked = await withTicket(revoked)
    await hub.ask({ method: 'DELETE', url: `/api/v1/tokens/${revoked.id}`, as: eve })
    expect(await knock(ofRevoked)).toEqual({ status: 401, code: 'invalid_token' })
    await signOut(eve)
    expect(await knock(ofSession)).toEqual({ status: 401, code: 'invalid_token' })
    await disable(eve)
    expect(await knock(ofToken)).toEqual({ status: 401, code: 'invalid_token' })
  })
})

describe('an upgrade', () => {
  it('from another site is refused, also one that hides where it comes from but brings cookies', async () => {
    const foreign: Headers[] = [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { cookie: ada.cookie },
    ]
    for (const headers of foreign) {
      expect(await knock(await withTicket(), headers), JSON.stringify(headers)).toEqual({
        status: 403,
        code: 'foreign_origin',
      })
    }
  })

  it('from the hub’s own pages, and from scripts, is taken', async () => {
    const ours: Headers[] = [{ origin: publicUrl, cookie: ada.cookie }, { origin: publicUrl }, {}]
    for (const headers of ours) {
      expect((await knock(await withTicket(), headers)).status).toBe(101)
    }
  })

  it('with a long-lived token in its address is refused', async () => {
    const token = ada.accessToken
    for (const path of [
      `/api/v1/live?access_token=${token}`,
      `${await withTicket()}&token=${token}`,
      `${await withTicket()}&ticket=another`,
      '/api/v1/live?ticket=',
      '/api/v1/live',
    ]) {
      expect(await knock(path), path).toEqual({ status: 400, code: 'invalid_request' })
    }
  })

  it('at another address finds nothing', async () => {
    for (const path of ['/', '/api/v1/live/', '/api/v1/runs?ticket=1', '//[']) {
      expect(await knock(path), path).toEqual({ status: 404, code: 'not_found' })
    }
  })

  it('that is none, or to something else than a WebSocket, is a plain request', async () => {
    const plain = await fetch(`http://${address}/api/v1/live?ticket=1`)
    expect([plain.status, plain.headers.get('upgrade')]).toEqual([426, 'websocket'])
    // As Java's HTTP client asks of every server, in case it speaks HTTP/2.
    const offer = request(`http://${address}/healthz`, {
      headers: { connection: 'Upgrade, HTTP2-Settings', upgrade: 'h2c', 'http2-settings': 'AAMAAABk' },
    }).end()
    const [answer] = (await once(offer, 'response')) as [IncomingMessage]
    answer.resume()
    expect(answer.statusCode).toBe(200)
  })
})

describe('a WebSocket', () => {
  it('is closed by a message of more than 64 KiB', async () => {
    using client = await connect(ada)
    client.socket.send('x'.repeat(65_537))
    expect(await client.closed).toBe(1009)
  })

  it('is closed by more messages than anybody has use for', async () => {
    using client = await connect(ada)
    for (let i = 0; i < 5000; i++) client.socket.send('{"type":"subscribe","topics":["run:none"]}')
    expect(await client.closed).toBe(1008)
  })

  it('tells nobody of a private repository who may not read it', async () => {
    using a = await connect(ada)
    using b = await connect(bob)
    await a.subscribe(['repo:*', 'repo:1', 'run:*', 'system'])
    await b.subscribe(['repo:*', 'repo:1', 'run:*', 'system'], 0)
    expect(b.received).toContainEqual(
      expect.objectContaining({ type: 'error', code: 'not_found', topic: 'repo:1' }),
    )
    const [first] = await append(
      about(1),
      { topic: 'run:of-the-secret', kind: 'run.created', repository_id: 1, data: {} },
      about(2),
    )
    const last = first! + 2
    await Promise.all([a.until(last), b.until(last)])
    expect(a.changes().map(({ topic }) => topic)).toEqual(['repo:1', 'run:of-the-secret', 'repo:2'])
    expect(b.changes().filter(({ repository_id }) => repository_id === 1)).toEqual([])
    expect(JSON.stringify(b.received)).not.toContain('of repository 1')
  })

  it('goes on after a reconnect where it was, without gap or duplicate', async () => {
    const seen: Change[] = []
    let last = 0
    const writing = (async () => {
      for (let i = 0; i < 150; i++) last = (await append(about(2), about(1))).at(-1)!
    })()
    let since: number | undefined
    let begun = 0
    for (let round = 0; round < 5; round++) {
      using client = await connect(ada)
      await client.subscribe(['repo:*'], since)
      if (since === undefined) begun = client.received.find((m) => m.type === 'subscribed')!.seq
      await client.message((m): m is Of<'change'> => m.type === 'change')
      if (round === 4) {
        await writing
        await client.until(last)
      }
      seen.push(...client.changes())
      since = seen.at(-1)!.seq
    }
    const expected = Array.from({ length: last - begun }, (_, index) => begun + 1 + index)
    expect(seen.map(({ seq }) => seq)).toEqual(expected)
  })

  it('is closed when its session, its person or the API token behind it ends', async () => {
    const fay = await hub.signIn({ login: 'fay' })
    const elsewhere = await hub.signIn({ login: 'fay' })
    const token = await apiTokenOf(fay)
    using ofSession = await connect(fay)
    using ofToken = await connect(token)
    using another = await connect(elsewhere)
    using ofOther = await connect(await apiTokenOf(fay))

    await signOut(fay)
    expect(await ofSession.closed).toBe(1008)
    expect([ofToken.socket.readyState, another.socket.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN])

    await hub.ask({ method: 'DELETE', url: `/api/v1/tokens/${token.id}`, as: elsewhere })
    expect(await ofToken.closed).toBe(1008)
    const left = [another, ofOther].map(({ socket }) => socket.readyState)
    expect(left).toEqual([WebSocket.OPEN, WebSocket.OPEN])

    await disable(elsewhere)
    expect([await another.closed, await ofOther.closed]).toEqual([1008, 1008])
  })
})

async function signOut({ cookie }: SignedIn): Promise<void> {
  const headers = { cookie, origin: publicUrl }
  const answer = await hub.ask({ method: 'POST', url: '/auth/logout', headers, payload: {} })
  expect(answer.statusCode).toBe(204)
}

async function disable({ userId }: SignedIn): Promise<void> {
  const payload = { disabled: true }
  const answer = await hub.ask({ method: 'PATCH', url: `/api/v1/users/${userId}`, as: ada, payload })
  expect(answer.statusCode).toBe(200)
}
