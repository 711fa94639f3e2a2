import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { createApiToken } from '../../src/store/api-tokens.ts'
import { openStore } from '../../src/store/open-store.ts'
import { upsertUser } from '../../src/store/users.ts'
import { spawnHub, startHubProcess } from '../support/hub-process.ts'
import { tempFolder } from '../support/temp-store.ts'

/** How to let go of what clients opened: they are deaf to the end of the other side. */
const clients: (() => void)[] = []
afterEach(() => {
  for (const end of clients.splice(0)) end()
})

// Exit code 0 says that the hub stopped in order: after nine seconds it would have ended itself with 1.

it('ends at any moment of a start, and the next start finds nothing in its way', async () => {
  const { dataDir, remove } = await tempFolder()
  const ends = new Set<unknown>()
  for (let ms = 0; ms <= 600; ms += 40) {
    const hub = spawnHub({ dataDir })
    await wait(ms)
    ends.add(await hub.end('SIGTERM'))
  }
  // Until its code is loaded it is a process like any other.
  expect([...ends].filter((end) => end !== 0 && end !== 'SIGTERM')).toEqual([])
  const hub = spawnHub({ dataDir })
  await hub.said(/^ready /m)
  expect(await hub.end('SIGTERM')).toBe(0) // the moment that it is ready
  expect(existsSync(join(dataDir, 'hub.json'))).toBe(false)
  await remove()
})

it('does not wait for connections that never asked anything, or asked half of it', async () => {
  await using hub = await startHubProcess()
  const { hostname, port } = new URL(hub.url)
  const open = async (text: string) => {
    const socket = connect(Number(port), hostname)
    clients.push(() => socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
    socket.write(text)
    return socket
  }
  const upgrade = `GET /api/v1/live HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
  await Promise.all([
    open(''),
    open('GET / HTTP/1.1\r\nHost: '),
    open(
      `POST /webhooks/github HTTP/1.1\r\nHost: ${hostname}\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: ${randomUUID()}\r\n` +
        `X-Hub-Signature-256: sha256=${'0'.repeat(64)}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`,
    ),
    open(`${upgrade}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`),
  ])
  // What is asked after them is answered: they have been heard.
  expect((await fetch(`${hub.url}/readyz`)).status).toBe(200)
  expect(await hub.stop()).toBe(0)
})

it('does not wait for browsers that connect meanwhile, or that do not answer its goodbye', async () => {
  await using hub = await startHubProcess()
  const store = await openStore({ dataDir: hub.dataDir })
  const person = { id: 1, login: 'mona', name: null, avatar_url: null, html_url: null }
  const token = await store.write(async (tx) => {
    const now = Date.now()
    const { user } = await upsertUser(tx, { host: 'github.com', person, role: 'owner', now })
    const { token } = await createApiToken(tx, {
      ...{ userId: user.id, name: 'of tests', scopes: ['read'], expiresAt: null, now },
    })
    return token
  })
  await store.close()
  const ask = async () => {
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${hub.url}/api/v1/live/ticket`, { method: 'POST', headers })
    const { ticket } = (await answer.json()) as { ticket: string }
    return `${hub.url.replace('http', 'ws')}/api/v1/live?ticket=${ticket}`
  }
  const addresses = await Promise.all(Array.from({ length: 20 }, ask))
  const open = (address: string) => {
    const socket = new WebSocket(address).on('error', () => {})
    clients.push(() => socket.terminate())
    return socket
  }
  const deaf = open(await ask())
  await once(deaf, 'open')
  deaf.pause()
  const opened = addresses.map((address) => {
    const socket = open(address).on('open', () => socket.pause())
    return socket
  })
  await once(opened[0]!, 'upgrade')
  expect(await hub.stop()).toBe(0)
})

it('does not wait for a GitHub that does not answer', async () => {
  const silent = createServer().listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  const asked = once(silent, 'connection')
  await using hub = await startHubProcess({
    env: { GITHUB_URL: address, GITHUB_API_URL: address, GITHUB_TOKEN: 'ghp_of_tests' },
  })
  await asked
  expect(await hub.stop()).toBe(0)
  silent.close()
})

it('does not wait for whoever should read its log', async () => {
  await using hub = await startHubProcess({ env: { LOG_LEVEL: 'info' } })
  hub.child.stderr!.pause()
  // More than the pipe holds.
  const path = 'x'.repeat(4_000)
  for (let n = 0; n < 300; n++) await (await fetch(`${hub.url}/${path}`)).text()
  expect(await hub.stop()).toBe(0)
})

it('does not begin what it was asked to become', async () => {
  await using hub = await startHubProcess()
  const answer = await fetch(`${hub.url}/setup/demo`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: hub.url },
    body: JSON.stringify({ setup_token: new URL(hub.setupUrl!).searchParams.get('token') }),
  })
  expect(answer.status).toBe(202)
  expect(await hub.stop()).toBe(0)
})
