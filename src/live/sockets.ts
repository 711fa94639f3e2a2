import type { Logger } from 'pino'
import Value from 'typebox/value'
import type { RawData, WebSocket } from 'ws'
import { ClientMessage, type Stats } from '../../contract/live.ts'
import { maySeeChange, type Viewer } from '../domain/access.ts'
import { messageOf } from '../errors.ts'
import type { Events } from '../events.ts'
import type { LoggedChange } from '../store/changes.ts'
import type { Store } from '../store/store.ts'
import { type Connection, closeCodes, closeConnection, send, sendMessage } from './connection.ts'
import { findEnded } from './ended-credentials.ts'
import { startFeed } from './feed.ts'
import { createJournals, type OnJournal } from './journals.ts'
import { readableRepositories } from './readable.ts'
import { frameOf, runOf, subscribe, topicsOf } from './subscriptions.ts'

/** A silent peer is gone after two of these. */
const heartbeatMs = 20_000
/** How soon a session or token that ended loses its sockets, whatever ended it: time, or another process. */
const recheckMs = 2_000
/** A peer sends far fewer while one of its subscriptions is replayed; more would only fill memory. */
const maxWaitingMessages = 200

export interface LiveSockets {
  /** Takes over an opened WebSocket of a signed-in person. */
  accept(socket: WebSocket, viewer: Viewer): Promise<void>
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
  const journals = createJournals({ db: store.read, onJournal: deps.onJournal })

  /** The last change that was sent to whoever may see it; what the feed has read may be further. */
  let dispatched = 0
  const feed = await startFeed({ store, log, deliver: async (changes) => deliver(changes) })
  dispatched = Math.max(dispatched, feed.seq)

  async function deliver(changes: readonly LoggedChange[]): Promise<void> {
    for (const change of changes) {
      if (change.kind === 'access.updated') await reloadRights((change.data as { user_id: string }).user_id)
      dispatch(change)
    }
  }

  function dispatch(change: LoggedChange): void {
    dispatched = change.seq
    let frame: string | null = null
    let sent = 0
    const reached = new Set<Connection>()
    const names = topicsOf(change)
    for (const topic of names) {
      for (const connection of subscribers.get(topic) ?? []) {
        if (reached.has(connection)) continue
        // A replay sends it in its turn, or has: by another name of the topic it would come too early, or twice.
        if (names.some((name) => !isLive(connection, name, change.seq))) continue
        if (!maySeeChange(connection.viewer, change, connection.readable)) continue
        reached.add(connection)
        frame ??= frameOf(change)
        if (send(connection, frame)) sent += 1
      }
    }
    if (sent > 0 && change.received_at !== null) {
      events.emit('change.sent', { receivedAt: change.received_at, sentAt: clock(), sockets: sent })
    }
  }

  async function reloadRights(userId: string): Promise<void> {
    const theirs = [...connections].filter((connection) => connection.viewer.userId === userId)
    await Promise.all(theirs.map(loadRights))
  }

  /** Of two loads at the same time the one that began last counts: the other may not know what was taken away. */
  async function loadRights(connection: Connection): Promise<void> {
    const loading = readableRepositories(store.read, connection.viewer.userId)
    connection.rights = loading
    const readable = await loading
    connection.readable = connection.rights === loading ? readable : await connection.rights
  }

  function set(connection: Connection, topics: readonly string[], after: number | null): void {
    if (connection.closing) return
    for (const topic of topics) {
      connection.topics.set(topic, after)
      const listeners = subscribers.get(topic) ?? new Set()
      subscribers.set(topic, listeners.add(connection))
    }
  }

  function forget(connection: Connection, topics: Iterable<string>): void {
    for (const topic of [...topics]) {
      const run = runOf(topic)
      if (run !== null) journals.forget(connection, run)
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
        await subscribe({ db: store.read, feedSeq: () => dispatched, set, journals }, connection, message)
        return
      default:
        return message satisfies never
    }
  }

  const heartbeat = setInterval(() => {
    for (const connection of connections) {
      if (!connection.alive) {
        connection.socket.terminate()
        continue
      }
      connection.alive = false
      connection.socket.ping()
    }
  }, deps.heartbeatMs ?? heartbeatMs).unref()

  async function recheck(): Promise<void> {
    if (connections.size === 0) return
    const asked = [...connections]
    const viewers = asked.map(({ viewer }) => viewer)
    signOut(await findEnded(store.read, { viewers, now: clock() }), asked)
  }
  let rechecking = false
  const rechecks = setInterval(() => {
    if (rechecking) return
    rechecking = true
    recheck()
      .catch((error: unknown) => log.error({ err: error }, `live recheck: ${messageOf(error)}`))
      .finally(() => {
        rechecking = false
      })
  }, recheckMs).unref()

  function signOut(concerns: (viewer: Viewer) => boolean, among: Iterable<Connection> = connections): void {
    for (const connection of among) {
      if (concerns(connection.viewer)) closeConnection(connection, closeCodes.policy, 'signed out')
    }
  }
  const unsubscribers = [
    events.on('session.revoked', ({ userId, sessionId }) =>
      signOut((viewer) => viewer.userId === userId && (sessionId ?? viewer.sessionId) === viewer.sessionId),
    ),
    events.on('token.revoked', ({ tokenId }) => signOut((viewer) => viewer.tokenId === tokenId)),
  ]

  return {
    async accept(socket, viewer) {
      const connection: Connection = {
        socket,
        viewer,
        rights: null,
        readable: new Set(),
        topics: new Map(),
        alive: true,
        closing: false,
      }
      // One message after the other: a subscription that replays must not be overtaken by its own unsubscribe.
      let waiting = 0
      let inbox = loadRights(connection).then(() => {
        sendMessage(connection, { type: 'ready', seq: dispatched, now: clock() })
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
            closeConnection(connection, 1011, 'internal error')
          })
      })
      socket.on('pong', () => {
        connection.alive = true
      })
      socket.on('error', (error) => log.debug({ err: error, user: viewer.login }, 'socket error'))
      socket.on('close', (code, reason) => {
        connection.closing = true
        connections.delete(connection)
        forget(connection, connection.topics.keys())
        events.emit('socket.closed', { open: connections.size, reason: reason.toString() || String(code) })
      })
      await inbox
    },
    sendStats(stats) {
      const listeners = subscribers.get('stats')
      if (!listeners || listeners.size === 0) return
      const frame = JSON.stringify({ type: 'stats', data: stats })
      for (const connection of listeners) send(connection, frame)
    },
    get open() {
      return connections.size
    },
    settled: () => feed.settled(),
    async close() {
      feed.close()
      journals.close()
      clearInterval(heartbeat)
      clearInterval(rechecks)
      for (const unsubscribe of unsubscribers) unsubscribe()
      for (const connection of connections) closeConnection(connection, closeCodes.goingAway, 'hub stops')
    },
  }
}

/** Whether a change comes after all that the connection has by this name; null: its past is still being sent. */
function isLive({ topics }: Connection, name: string, seq: number): boolean {
  const after = topics.get(name)
  return after === undefined || (after !== null && seq > after)
}
