import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { ServerMessage } from '../../contract/live.ts'
import type { Viewer } from '../domain/access.ts'
import { type Frame, toFrame } from './frame.ts'
import type { Follower } from './journals.ts'
import type { Person } from './people.ts'

/** Unsent bytes after which a reader counts as too slow. */
const maxUnsentBytes = 1_048_576
/** Frames are written together, once a turn; more than this at once. */
const maxOutboxBytes = 65_536
/** A replay waits for its reader above this, so that nobody's past fills the memory. */
const roomyBytes = 262_144

/** RFC 6455 close codes, the ones that we send. */
export const closeCodes = { goingAway: 1001, policy: 1008, internal: 1011, tryAgainLater: 1013 } as const

/** One WebSocket of one signed-in person. */
export interface Connection {
  readonly socket: WebSocket
  /** What the WebSocket runs over: frames that many get are written to it as they are. */
  readonly transport: Duplex
  readonly viewer: Viewer
  /** Shared by all connections of this user. */
  readonly person: Person
  /** Topic → seq after which its changes are wanted. */
  readonly topics: Map<string, number>
  /** Runs whose journals are followed. */
  readonly journals: Map<string, Follower>
  /** Whether changes are sent as they come. */
  live: boolean
  /** While not live: everything up to this seq has been sent. */
  cursor: number
  /** Counts how often the cursor was set back. */
  rewinds: number
  /** What sends the past, while it does. */
  catchingUp: Promise<number> | null
  /** Frames that wait for the end of the turn. */
  outbox: Frame[]
  outboxBytes: number
  /** Tells the room that the outbox is not empty any more. */
  readonly fill: (connection: Connection) => void
  /** Whether the peer has answered since the last ping. */
  alive: boolean
  closing: boolean
}

/**
 * Sends one frame, or closes the connection when its peer does not keep up: memory stays bounded and the client
 * comes back with its last seq.
 */
export function send(connection: Connection, frame: Frame): boolean {
  const { outbox } = connection
  if (!isOpen(connection)) return false
  if (outbox.length === 0) connection.fill(connection)
  outbox.push(frame)
  connection.outboxBytes += frame.length
  if (connection.outboxBytes > maxOutboxBytes) flush(connection)
  if (connection.transport.writableLength <= maxUnsentBytes) return true
  closeConnection(connection, closeCodes.tryAgainLater, 'slow reader')
  return false
}

/** Whether anything can still be sent. */
export function isOpen({ closing, socket }: Connection): boolean {
  return !closing && socket.readyState === socket.OPEN
}

/** As `send`, for a message of its own. */
export function sendMessage(connection: Connection, message: ServerMessage): boolean {
  return send(connection, toFrame(message))
}

/** Writes what waits in the outbox, all at once. */
export function flush(connection: Connection): void {
  const { outbox, outboxBytes, transport } = connection
  if (outbox.length === 0) return
  connection.outbox = []
  connection.outboxBytes = 0
  if (!isOpen(connection)) return
  transport.write(outbox.length === 1 ? outbox[0] : Buffer.concat(outbox, outboxBytes))
}

/** Resolves when the peer has taken most of what was sent, or is gone; a dead one is found by the heartbeat. */
export function drained({ transport }: Connection): Promise<void> | undefined {
  if (transport.writableLength <= roomyBytes || transport.destroyed) return undefined
  return new Promise((resolve) => {
    const done = () => {
      transport.off('drain', done)
      transport.off('close', done)
      resolve()
    }
    transport.on('drain', done)
    transport.on('close', done)
  })
}

/** Closes politely, and for good after two seconds when the peer does not answer. */
export function closeConnection(connection: Connection, code: number, reason: string): void {
  if (connection.closing) return
  flush(connection)
  connection.closing = true
  connection.socket.close(code, reason)
  setTimeout(() => connection.socket.terminate(), 2000).unref()
}
