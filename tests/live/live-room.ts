import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { WebSocket, WebSocketServer } from 'ws'
import type { Change, ServerMessage } from '../../contract/live.ts'
import type { Viewer } from '../../src/domain/access.ts'
import { createEvents } from '../../src/events.ts'
import type { OnJournal } from '../../src/live/journals.ts'
import { startLive } from '../../src/live/sockets.ts'
import type { NewChange } from '../../src/store/changes.ts'
import type { Store } from '../../src/store/store.ts'
import { append } from '../support/append.ts'
import { seedRepository } from '../support/seed-mirror.ts'
import { openTempStore, type TempStore } from '../support/temp-store.ts'

const closers: (() => unknown)[] = []

/** Closes every room and client that was opened since. */
export async function closeRooms(): Promise<void> {
  for (const close of closers.splice(0).reverse()) await close()
}

export const ada: Viewer = {
  userId: 'ada',
  login: 'ada',
  role: 'owner',
  scopes: ['read'],
  sessionId: null,
  tokenId: 'adas',
}
export const bob: Viewer = {
  userId: 'bob',
  login: 'bob',
  role: 'viewer',
  scopes: ['read'],
  sessionId: 'bobs',
  tokenId: null,
}

/**
 * The live room behind a bare server; the person is named in the address. `store` is that of another room, which
 * knows what has been sent and this one does not.
 */
export async function startRoom(
  dialect: Store['dialect'],
  options: {
    store?: TempStore
    /** It hears of no commit, and finds what there is only when it looks by itself. */
    deaf?: boolean
    heartbeatMs?: number
    onJournal?: OnJournal
  } = {},
) {
  const given = options.store
  const store = given ?? (await openTempStore(dialect))
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) })
  const events = createEvents()
  if (!given) await seedRoom(store)
  const nothing = () => () => {}
  const live = await startLive({
    store: options.deaf ? { ...store, onChanges: nothing, onAppended: nothing } : store,
    events,
    log,
    clock: Date.now,
    onJournal: options.onJournal ?? nothing,
    ...(options.heartbeatMs === undefined ? {} : { heartbeatMs: options.heartbeatMs }),
  })
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const sockets = new WebSocketServer({ server: http })
  sockets.on('connection', (socket, request) => {
    const [, who, tokenId] = request.url!.split('/')
    live.accept(socket, who === 'bob' ? bob : { ...ada, tokenId: tokenId ?? ada.tokenId }, request.socket)
  })
  closers.push(
    () => given ?? store.close(),
    () => new Promise((done) => http.close(done)),
    () => sockets.close(),
    () => live.close(),
  )
  const { port } = http.address() as AddressInfo
  return {
    store,
    events,
    logged,
    live,
    /** ada comes with an API token, bob with his session. */
    open: (who: 'ada' | 'bob', token = 'adas') =>
      openClient(`ws://127.0.0.1:${port}/${who}${who === 'ada' ? `/${token}` : ''}`),
    append: (...changes: NewChange[]) => append(store, changes),
  }
}

/** ada reads repositories 1 and 2, bob only 1: what a room needs to find in its store. */
export async function seedRoom(store: Store): Promise<void> {
  await store.write(async (tx) => {
    for (const { userId, login } of [ada, bob]) {
      await tx
        .insertInto('users')
        .values({
          id: userId,
          host: 'github.com',
          github_id: userId === 'ada' ? 1 : 2,
          login,
          name: null,
          avatar_url: null,
          html_url: null,
          role: 'member',
          created_at: 0,
          last_seen_at: null,
          disabled_at: null,
        })
        .execute()
    }
    await tx
      .insertInto('sessions')
      .values({
        id: 'bobs',
        user_id: 'bob',
        created_at: 0,
        last_seen_at: 0,
        expires_at: Date.now() + 1e9,
        user_agent: null,
        ip: null,
        revoked_at: null,
        revoked_reason: null,
      })
      .execute()
    for (const id of ['adas', 'another']) {
      await tx
        .insertInto('api_tokens')
        .values({
          id,
          user_id: 'ada',
          name: id,
          hash: id,
          prefix: id,
          scopes: 'read',
          created_at: 0,
          last_used_at: null,
          expires_at: null,
          revoked_at: null,
        })
        .execute()
    }
    await seedRepository(tx, { id: 1, fullName: 'acme/r1', readers: ['ada', 'bob'] })
    await seedRepository(tx, { id: 2, fullName: 'acme/r2', readers: ['ada'] })
  })
}

async function openClient(url: string) {
  const socket = new WebSocket(url)
  closers.push(() => socket.terminate())
  const received: ServerMessage[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (raw) => {
    received.push(JSON.parse(raw.toString()))
    for (const check of waiting) check()
  })
  /** Resolves with the first message, past or to come, that `wanted` accepts. */
  const message = <M extends ServerMessage>(wanted: (message: ServerMessage) => message is M) =>
    new Promise<M>((resolve) => {
      const check = () => {
        const found = received.find(wanted)
        if (!found) return
        waiting.delete(check)
        resolve(found)
      }
      waiting.add(check)
      check()
    })
  await message((m): m is ServerMessage & { type: 'ready' } => m.type === 'ready')
  return {
    socket,
    received,
    changes: () => received.filter((m): m is { type: 'change' } & Change => m.type === 'change'),
    message,
    send: (value: unknown) => socket.send(JSON.stringify(value)),
    async subscribe(topics: string[], since?: number) {
      const before = received.filter((m) => m.type === 'subscribed').length
      socket.send(JSON.stringify({ type: 'subscribe', topics, ...(since === undefined ? {} : { since }) }))
      await message(
        (m): m is ServerMessage & { type: 'subscribed' } =>
          m.type === 'subscribed' && received.filter((r) => r.type === 'subscribed').length > before,
      )
    },
    until: (seq: number) =>
      message((m): m is { type: 'change' } & Change => m.type === 'change' && m.seq >= seq),
  }
}

export const about = (repository: number, data: unknown = {}): NewChange => ({
  topic: `repo:${repository}`,
  kind: 'issue.updated',
  repository_id: repository,
  data,
})
