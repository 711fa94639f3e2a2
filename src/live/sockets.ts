import type { Duplex } from 'node:stream'
import type { Logger } from 'pino'
import Value from 'typebox/value'
import type { RawData, WebSocket } from 'ws'
import { ClientMessage, type Stats } from '../../contract/live.ts'
import { maySeeChange, type Viewer } from '../domain/access.ts'
import { messageOf } from '../errors.ts'
import type { Events } from '../events.ts'
import type { LoggedChange } from '../store/changes.ts'
import type { Store } from '../store/store.ts'
import { catchUp } from './catch-up.ts'
import { type Connection, closeCodes, closeConnection, send, sendMessage } from './connection.ts'
import { startFeed } from './feed.ts'
import { toFrame } from './frame.ts'
import { createHistory, toEntry } from './history.ts'
import { createJournals, type OnJournal } from './journals.ts'
import { createOutboxes } from './outboxes.ts'
import { createPeople, rightsOf } from './people.ts'
import { readableRepositories } from './readable.ts'
import { createSlices } from './slices.ts'
import { runOf, subscribe } from './subscriptions.ts'
import { watchConnections } from './watch-connections.ts'

/** A silent peer is gone after two of these. */
const heartbeatMs = 20_000
/** A peer sends far fewer while one of its subscriptions is replayed; more would only fill memory. */
const maxWaitingMessages = 200

export interface LiveSockets {
  /** Takes over an opened WebSocket of a signed-in person, or drops it when all are closed; `transport` is what it runs over. */
  accept(socket: WebSocket, viewer: Viewer, transport: Duplex): Promise<void>
  /** Sends the hub's own figures to those who subscribed to `stats`. */
  sendStats(stats: Stats): void
  readonly open: number
  /** Resolves when every change committed so far was handed to the sockets. */
  settled(): Promise<void>
  close(): Promise<void>
}

/** Follows the change log and sends each change to the sockets whose person may see it. */
export async function startLive(deps: {
  store: Store
  events: Events
  log: Logger
  clock: () => number
  /** The engine's, of this process. */
  onJournal: OnJournal
  heartbeatMs?: number
}): Promise<LiveSockets> {
  const { store, events, log, clock } = deps
  const connections = new Set<Connection>()
  const subscribers = new Map<string, Set<Connection>>()
  const turn = createSlices()
  const outboxes = createOutboxes({ turn, onWritten: countSent })
  const history = createHistory({ db: store.read })
  const people = createPeople({ load: (userId) => readableRepositories(store.read, userId), log })

  /** The last change that was sent to whoever is live and may see it. */
  let position = 0
  const journals = createJournals({
    db: store.read,
    onJournal: deps.onJournal,
    position: () => position,
    log,
  })
  const catchUpDeps = { history, position: () => position, turn, log }
  const feed = await startFeed({ store, log, deliver, lose, turn })
  position = Math.max(position, feed.seq)

  function deliver(change: LoggedChange): void {
    const entry = toEntry(change)
    if (position < change.seq) history.add(entry)
    position = change.seq
    if (change.kind === 'access.updated') holdBack((change.data as { user_id: string }).user_id)
    const reached = new Set<Connection>()
    for (const name of entry.names) {
      for (const connection of subscribers.get(name) ?? []) {
        if (!connection.live || reached.has(connection)) continue
        if (entry.seq <= connection.topics.get(name)!) continue
        if (!maySeeChange(connection.viewer, change, connection.person.readable)) continue
        reached.add(connection)
        send(connection, entry.frame)
      }
    }
    if (reached.size > 0 && change.received_at !== null) {
      sent.push({ receivedAt: change.received_at, sockets: reached.size })
    }
  }

  /** Something up to `seq` could not be sent: whoever may have missed it is told to fetch anew. */
  function lose(seq: number): void {
    position = Math.max(position, seq)
    for (const connection of connections) {
      for (const topic of connection.topics.keys()) {
        sendMessage(connection, { type: 'reset', topic, seq: position })
      }
    }
  }

  /** Changes for the sockets, in milliseconds, that wait to be written. */
  const sent: { receivedAt: number; sockets: number }[] = []
  function countSent(): void {
    const sentAt = clock()
    for (const change of sent.splice(0)) events.emit('change.sent', { ...change, sentAt })
  }

  /** A person's rights have changed: nothing more is sent to them until the new ones are known. */
  function holdBack(userId: string): void {
    for (const connection of people.reload(userId)?.connections ?? []) {
      if (connection.live) connection.cursor = position - 1
      connection.live = false
      void catchUp(catchUpDeps, connection)
    }
  }

  function index(connection: Connection, topics: readonly string[]): void {
    for (const topic of topics) {
      const listeners = subscribers.get(topic) ?? new Set()
      subscribers.set(topic, listeners.add(connection))
    }
  }

  function forget(connection: Connection, topics: Iterable<string>): void {
    for (const topic of [...topics]) {
      const runId = runOf(topic)
      if (runId !== null) journals.forget(connection, runId)
      connection.topics.delete(topic)
      const set = subscribers.get(topic)
      set?.delete(connection)
      if (set?.size === 0) subscribers.delete(topic)
    }
  }

  async function receive(connection: Connection, raw: RawData): Promise<void> {
    let message: unknown
    try {
      message = JSON.parse(raw.toString())
    } catch {
      sendMessage(connection, {
        type: 'error',
        code: 'malformed_json',
        detail: 'A message is one JSON object.',
      })
      return
    }
    if (!Value.Check(ClientMessage, message)) {
      sendMessage(connection, {
        type: 'error',
        code: 'invalid_request',
        detail: 'Known messages: subscribe, unsubscribe, ping.',
      })
      return
    }
    switch (message.type) {
      case 'ping':
        connection.alive = true
        sendMessage(connection, { type: 'pong', t: message.t, now: clock() })
        return
      case 'unsubscribe':
        forget(connection, message.topics)
        return
      case 'subscribe':
        await subscribe(
          {
            db: store.read,
            position: () => position,
            index,
            catchUp: (connection) => catchUp(catchUpDeps, connection),
            journals,
          },
          connection,
          message,
        )
        return
      default:
        return message satisfies never
    }
  }

  const watch = watchConnections({
    ...{ connections, db: store.read, clock, log, signOut },
    heartbeatMs: deps.heartbeatMs ?? heartbeatMs,
  })

  function signOut(concerns: (viewer: Viewer) => boolean, among: Iterable<Connection> = connections): void {
    for (const connection of among) {
      if (concerns(connection.viewer)) closeConnection(connection, closeCodes.policy, 'signed out')
    }
  }
  const unsubscribers = [
    events.on('session.revoked', ({ userId, sessionId }) =>
      signOut((viewer) => viewer.userId === userId && (sessionId ?? viewer.sessionId) === viewer.sessionId),
    ),
    events.on('log.grew', journals.tellLog),
    events.on('token.revoked', ({ tokenId }) => signOut((viewer) => viewer.tokenId === tokenId)),
  ]

  let closed = false
  return {
    async accept(socket, viewer, transport) {
      if (closed) return socket.terminate()
      const connection: Connection = {
        socket,
        transport,
        viewer,
        person: people.join(viewer.userId),
        topics: new Map(),
        journals: new Map(),
        live: true,
        cursor: 0,
        rewinds: 0,
        catchingUp: null,
        outbox: [],
        outboxBytes: 0,
        fill: outboxes.fill,
        alive: true,
        closing: false,
      }
      connection.person.connections.add(connection)
      // One message after the other: a subscription that replays must not be overtaken by its own unsubscribe.
      let waiting = 0
      let inbox = rightsOf(connection.person).then(() => {
        sendMessage(connection, { type: 'ready', seq: position, now: clock() })
      })
      connections.add(connection)
      events.emit('socket.opened', { open: connections.size })
      socket.on('message', (raw) => {
        waiting += 1
        if (waiting > maxWaitingMessages) {
          return closeConnection(connection, closeCodes.policy, 'too many messages')
        }
        inbox = inbox
          .then(() => (connection.closing ? undefined : receive(connection, raw)))
          .finally(() => {
            waiting -= 1
          })
          .catch((error: unknown) => {
            log.error({ err: error, user: viewer.login }, `live message: ${messageOf(error)}`)
            closeConnection(connection, closeCodes.internal, 'internal error')
          })
      })
      socket.on('pong', () => {
        connection.alive = true
      })
      socket.on('error', (error) => log.debug({ err: error, user: viewer.login }, 'socket error'))
      socket.on('close', (code, reason) => {
        connection.closing = true
        connections.delete(connection)
        people.leave(connection)
        forget(connection, connection.topics.keys())
        journals.forgetAll(connection)
        events.emit('socket.closed', { open: connections.size, reason: reason.toString() || String(code) })
      })
      await inbox
    },
    sendStats(stats) {
      const listeners = subscribers.get('stats')
      if (!listeners || listeners.size === 0) return
      const frame = toFrame({ type: 'stats', data: stats })
      for (const connection of listeners) send(connection, frame)
    },
    get open() {
      return connections.size
    },
    settled: () => feed.settled(),
    async close() {
      closed = true
      feed.close()
      people.close()
      journals.close()
      watch.close()
      for (const unsubscribe of unsubscribers) unsubscribe()
      for (const connection of connections) closeConnection(connection, closeCodes.goingAway, 'hub stops')
    },
  }
}
