import type { WebSocket } from 'ws'
import type { ServerMessage } from '../../contract/live.ts'
import type { Viewer } from '../domain/access.ts'

/** Unsent bytes after which a reader counts as too slow. */
const maxBufferedBytes = 1_048_576

/** RFC 6455 close codes, the ones that we send. */
export const closeCodes = { goingAway: 1001, policy: 1008, tryAgainLater: 1013 } as const

/** One WebSocket of one signed-in person. */
export interface Connection {
  readonly socket: WebSocket
  readonly viewer: Viewer
  /** What is being asked for, or was last, to become `readable`. */
  rights: Promise<ReadonlySet<number>> | null
  /** Repositories that the person may read; replaced when GitHub's answer changes. */
  readable: ReadonlySet<number>
  /** Topic → seq after which changes are sent as they come; null while the past is still being sent. */
  readonly topics: Map<string, number | null>
  /** Whether the peer has answered since the last ping. */
  alive: boolean
  closing: boolean
}

/**
 * Sends one frame, or closes the connection when its peer does not keep up: memory stays bounded and the client
 * comes back with its last seq.
 */
export function send(connection: Connection, frame: string): boolean {
  const { socket } = connection
  if (connection.closing || socket.readyState !== socket.OPEN) return false
  if (socket.bufferedAmount > maxBufferedBytes) {
    closeConnection(connection, closeCodes.tryAgainLater, 'slow reader')
    return false
  }
  socket.send(frame)
  return true
}

/** As `send`, for a message of its own. */
export function sendMessage(connection: Connection, message: ServerMessage): boolean {
  return send(connection, JSON.stringify(message))
}

/** Closes politely, and for good after two seconds when the peer does not answer. */
export function closeConnection(connection: Connection, code: number, reason: string): void {
  if (connection.closing) return
  connection.closing = true
  connection.socket.close(code, reason)
  setTimeout(() => connection.socket.terminate(), 2000).unref()
}
