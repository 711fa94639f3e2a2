import type { Logger } from 'pino'
import { messageOf } from '../errors.ts'
import {
  type Connection,
  closeCodes,
  closeConnection,
  drained,
  isOpen,
  send,
  sendMessage,
} from './connection.ts'
import type { History, Past } from './history.ts'
import { nextPause } from './pause.ts'
import { rightsOf } from './people.ts'
import type { Turn } from './slices.ts'

/** Who missed more is told to fetch the lists anew: that is cheaper than a replay. */
const maxReplay = 20_000

export interface CatchUpDeps {
  history: History
  /** The last change sent to the sockets. */
  position: () => number
  turn: Turn
  log: Logger
}

/**
 * Sends a connection what comes after its cursor until it is where everybody is; from then on it is live, in the same
 * turn, so that nothing is left out and nothing sent twice. What cannot be read is tried again for as long as the
 * connection lasts; what the log no longer has is answered with `reset`. Resolves with the seq at which it went live.
 */
export function catchUp(deps: CatchUpDeps, connection: Connection): Promise<number> {
  connection.catchingUp ??= run(deps, connection).catch((error: unknown) => {
    deps.log.error({ err: error, user: connection.viewer.login }, `live replay: ${messageOf(error)}`)
    closeConnection(connection, closeCodes.internal, 'internal error')
    return connection.cursor
  })
  return connection.catchingUp
}

async function run(deps: CatchUpDeps, connection: Connection): Promise<number> {
  const { history, position, turn, log } = deps
  let failures = 0
  let sent = 0
  while (isOpen(connection)) {
    await turn()
    await rightsOf(connection.person)
    if (connection.cursor >= position()) {
      connection.live = true
      connection.catchingUp = null
      return position()
    }
    const isStale = watch(connection)
    let past: Past | null
    try {
      past = sent > maxReplay ? null : await history.read(connection, position())
      failures = 0
    } catch (error) {
      log.error({ err: error, user: connection.viewer.login }, `live replay: ${messageOf(error)}`)
      await nextPause(failures++)
      continue
    }
    if (isStale()) continue
    if (past === null) {
      reset(connection, position())
      sent = 0
      continue
    }
    if (!(await sendAll(connection, past, isStale))) continue
    sent += past.entries.length
    connection.cursor = past.reached
  }
  return connection.cursor
}

/** false when it ended early, as what is left must be looked at anew. */
async function sendAll(connection: Connection, { entries }: Past, isStale: () => boolean): Promise<boolean> {
  for (const entry of entries) {
    send(connection, entry.frame)
    connection.cursor = entry.seq
    const room = drained(connection)
    if (!room) continue
    await room
    if (isStale()) return false
  }
  return true
}

/** Whether what is decided now has been overtaken: by other rights, or by a subscription that begins earlier. */
function watch(connection: Connection): () => boolean {
  const { person, rewinds } = connection
  const { version } = person
  return () => person.version !== version || connection.rewinds !== rewinds
}

/** Tells the client which topics have missed something for good, and goes on with them from `seq`. */
export function reset(connection: Connection, seq: number): void {
  const { topics, cursor } = connection
  for (const [topic, after] of topics) {
    if (after > cursor) continue
    topics.set(topic, seq)
    sendMessage(connection, { type: 'reset', topic, seq })
  }
  connection.cursor = Math.min(seq, ...topics.values())
}
