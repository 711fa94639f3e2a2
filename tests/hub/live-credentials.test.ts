import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import type { LiveTicket } from '../../contract/live.ts'
import { createApiToken } from '../../src/store/api-tokens.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import { updateUser, upsertUser } from '../../src/store/users.ts'
import { type HubProcess, startHubProcess } from '../support/hub-process.ts'
import { dialects, tempDatabase, tempFolder } from '../support/temp-store.ts'

const bin = resolve(import.meta.dirname, '../../bin/cldcde.js')
const run = promisify(execFile)

/** A hub in a process of its own; this process and the command line are others that write in the same database. */
describe.each(dialects)('a socket that an API token opened on a hub on %s', (dialect) => {
  let hub: HubProcess
  let store: Store
  let env: Record<string, string>
  let userId: string
  const removals: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    const { dataDir, remove } = await tempFolder()
    removals.push(remove)
    const database = dialect === 'postgres' ? await tempDatabase() : undefined
    if (database) removals.push(database.remove)
    env = { CLDCDE_DATA_DIR: dataDir, ...(database && { DATABASE_URL: database.databaseUrl }) }
    hub = await startHubProcess({ dataDir, env })
    store = await openStore({ dataDir, databaseUrl: database?.databaseUrl })
    const person = { id: 1, login: 'mona', name: null, avatar_url: null, html_url: null }
    const added = await store.write((tx) =>
      upsertUser(tx, { host: 'github.com', person, role: 'owner', now: Date.now() }),
    )
    userId = added.user.id
  })
  afterAll(async () => {
    await store?.close()
    await hub?.stop('SIGKILL')
    for (const remove of removals) await remove()
  })

  async function openSocket(expiresAt: number | null = null) {
    const now = Date.now()
    const { row, token } = await store.write((tx) =>
      createApiToken(tx, { userId, name: 'of tests', scopes: ['read'], expiresAt, now }),
    )
    const answer = await fetch(`${hub.url}/api/v1/live/ticket`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    })
    const { ticket } = (await answer.json()) as LiveTicket
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/api/v1/live?ticket=${ticket}`)
    const closed = once(socket, 'close').then(([code]) => code as number)
    await once(socket, 'message') // ready
    return { id: row.id, socket, closed, isOpen: () => socket.readyState === WebSocket.OPEN }
  }

  it('closes when the command line revokes the token, and no other does', async () => {
    const [revoked, other] = [await openSocket(), await openSocket()]
    await run(process.execPath, [bin, 'token', 'revoke', revoked.id, '--login', 'mona'], {
      env: { PATH: process.env.PATH, ...env },
    })
    expect(await revoked.closed).toBe(1008)
    expect(other.isOpen()).toBe(true)
    other.socket.terminate()
  })

  it('closes when the time of the token is over', async () => {
    const expiresAt = Date.now() + 5_000
    const [ending, other] = [await openSocket(expiresAt), await openSocket()]
    expect(await ending.closed).toBe(1008)
    expect(Date.now()).toBeGreaterThanOrEqual(expiresAt)
    expect(other.isOpen()).toBe(true)
    other.socket.terminate()
  })

  it('closes when another process switches its person off', async () => {
    const theirs = await openSocket()
    await store.write((tx) => updateUser(tx, userId, { disabled_at: Date.now() }))
    expect(await theirs.closed).toBe(1008)
  })
})
