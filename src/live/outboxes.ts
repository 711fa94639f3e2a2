import { type Connection, flush } from './connection.ts'
import type { Turn } from './slices.ts'

/**
 * Writes what connections have in their outboxes once a turn: of many frames for one socket one write is made, and
 * many sockets do not hold the event loop.
 */
export function createOutboxes({ turn, onWritten }: { turn: Turn; onWritten: () => void }) {
  const filled = new Set<Connection>()
  let writing = false

  async function write(): Promise<void> {
    for (const connection of filled) {
      filled.delete(connection)
      flush(connection)
      const later = turn()
      if (later) await later
    }
    writing = false
    onWritten()
  }

  return {
    /** A connection has something to write. */
    fill(connection: Connection): void {
      filled.add(connection)
      if (writing) return
      writing = true
      setImmediate(() => void write())
    },
  }
}
