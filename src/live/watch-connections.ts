import type { Logger } from 'pino'
import type { Viewer } from '../domain/access.ts'
import { messageOf } from '../errors.ts'
import type { Db } from '../store/store.ts'
import type { Connection } from './connection.ts'
import { findEnded } from './ended-credentials.ts'

/** How soon a session or token that ended loses its sockets, whatever ended it: time, or another process. */
const recheckMs = 2_000

interface WatchOptions {
  /** Those that are open. */
  connections: ReadonlySet<Connection>
  db: Db
  clock: () => number
  log: Logger
  heartbeatMs: number
  /** Closes those of `among` whose viewer it concerns. */
  signOut(concerns: (viewer: Viewer) => boolean, among: Iterable<Connection>): void
}

/** Ends connections whose peer is silent for two heartbeats, and those whose session or token has ended. */
export function watchConnections(options: WatchOptions): { close(): void } {
  const { connections, db, clock, log, signOut } = options

  const heartbeat = setInterval(() => {
    for (const connection of connections) {
      if (!connection.alive) {
        connection.socket.terminate()
        continue
      }
      connection.alive = false
      connection.socket.ping()
    }
  }, options.heartbeatMs).unref()

  async function recheck(): Promise<void> {
    if (connections.size === 0) return
    const asked = [...connections]
    const viewers = asked.map(({ viewer }) => viewer)
    signOut(await findEnded(db, { viewers, now: clock() }), asked)
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

  return {
    close() {
      clearInterval(heartbeat)
      clearInterval(rechecks)
    },
  }
}
