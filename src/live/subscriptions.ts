import { maySeeRun, parseTopic } from '../domain/access.ts'
import { lastSeq } from '../store/changes.ts'
import { findRunAudience } from '../store/run-audience.ts'
import type { Db } from '../store/store.ts'
import { type Connection, sendMessage } from './connection.ts'
import type { Journals } from './journals.ts'
import { rightsOf } from './people.ts'

/** Whether the person may subscribe to a topic at all; changes are checked one by one besides. */
async function maySubscribe(db: Db, { viewer, person }: Connection, name: string): Promise<boolean> {
  const topic = parseTopic(name)
  if (!topic) return false
  switch (topic.kind) {
    case 'system':
    case 'stats':
      return true
    case 'inbox':
      return topic.userId === viewer.userId
    case 'repository':
      return topic.id === '*' || person.readable.has(topic.id)
    case 'run': {
      if (topic.id === '*') return true
      const audience = await findRunAudience(db, topic.id)
      return audience !== undefined && maySeeRun(viewer, audience, person.readable)
    }
    default:
      return topic satisfies never
  }
}

/** What subscribing needs of the room. */
export interface SubscribeInput {
  db: Db
  /** The last change sent to the sockets. */
  position: () => number
  /** Adds topics to the index. */
  index: (connection: Connection, topics: readonly string[]) => void
  catchUp: (connection: Connection) => Promise<number>
  journals: Journals
}

/**
 * Subscribes to topics; with `since`, sends what was missed first, of journals what comes after `after`. No gap and no
 * duplicate: the connection's cursor is set back, and it goes live again in the turn in which it has caught up.
 */
export async function subscribe(
  input: SubscribeInput,
  connection: Connection,
  request: { topics: readonly string[]; since?: number; after?: Readonly<Record<string, number>> },
): Promise<void> {
  const { db, position, journals } = input
  await rightsOf(connection.person)
  const granted: string[] = []
  for (const name of new Set(request.topics)) {
    if (await maySubscribe(db, connection, name)) granted.push(name)
    // A foreign repository and one that does not exist look the same.
    else sendMessage(connection, { type: 'error', code: 'not_found', detail: 'No such topic.', topic: name })
  }
  if (granted.length === 0) return
  const logged = granted.filter((topic) => runOf(topic) === null)
  const seq = logged.length > 0 ? await followLog(input, connection, logged, request.since) : position()
  for (const topic of granted) {
    const runId = runOf(topic)
    if (runId === null) continue
    await journals.follow(connection, runId, { after: request.after?.[topic], since: request.since })
  }
  sendMessage(connection, { type: 'subscribed', topics: granted, seq })
}

/** The run whose journal a topic is; null for topics of the log. */
export function runOf(name: string): string | null {
  const topic = parseTopic(name)
  return topic?.kind === 'run' && topic.id !== '*' ? topic.id : null
}

/** Returns the seq at which the topics went live. */
async function followLog(
  { db, position, index, catchUp }: SubscribeInput,
  connection: Connection,
  topics: readonly string[],
  from: number | undefined,
): Promise<number> {
  const since = from ?? position()
  // Of a log that has been put back to an earlier state, or of another hub.
  const isUnknown = since > position() && since > (await lastSeq(db))
  if (connection.closing) return position()
  begin(connection, topics, isUnknown ? position() : since, position())
  index(connection, topics)
  if (isUnknown) {
    for (const topic of topics) sendMessage(connection, { type: 'reset', topic, seq: position() })
  }
  return connection.live ? position() : await catchUp(connection)
}

/** From `since` on for these topics; the others keep what they have been sent. */
function begin(connection: Connection, names: readonly string[], since: number, position: number): void {
  const { topics } = connection
  const sent = connection.live ? position : connection.cursor
  for (const [name, after] of topics) if (after < sent) topics.set(name, sent)
  for (const name of names) topics.set(name, since)
  if (since >= sent && connection.live) return
  connection.live = false
  connection.cursor = Math.min(sent, since)
  connection.rewinds += 1
}
