import { maySeeChange, maySeeRun, parseTopic } from '../domain/access.ts'
import { toChange } from '../domain/present-change.ts'
import { firstSeq, type LoggedChange, lastSeq, readChanges } from '../store/changes.ts'
import { findRunAudience } from '../store/run-audience.ts'
import type { Db } from '../store/store.ts'
import { type Connection, send, sendMessage } from './connection.ts'
import type { Journals } from './journals.ts'

/** Further back than this, fetching the lists anew is cheaper than replaying. */
const maxReplay = 50_000
const page = 1000

/** The names under which a change can be subscribed to. */
export function topicsOf(change: LoggedChange): string[] {
  if (change.topic.startsWith('repo:')) return [change.topic, 'repo:*']
  // The wildcard carries runs, not their steps: a busy hub would drown a list of runs otherwise. A run's own topic is
  // its journal.
  if (change.topic.startsWith('run:')) return change.kind.startsWith('run.') ? ['run:*'] : []
  return [change.topic]
}

/** The frame of a change; built once, sent to many. */
export function frameOf(change: LoggedChange): string {
  return JSON.stringify({ type: 'change', ...toChange(change) })
}

/** Whether the person may subscribe to a topic at all; rows are checked one by one besides. */
async function maySubscribe(db: Db, connection: Connection, name: string): Promise<boolean> {
  const topic = parseTopic(name)
  if (!topic) return false
  switch (topic.kind) {
    case 'system':
    case 'stats':
      return true
    case 'inbox':
      return topic.userId === connection.viewer.userId
    case 'repository':
      return topic.id === '*' || connection.readable.has(topic.id)
    case 'run': {
      if (topic.id === '*') return true
      const audience = await findRunAudience(db, topic.id)
      return audience !== undefined && maySeeRun(connection.viewer, audience, connection.readable)
    }
    default:
      return topic satisfies never
  }
}

/** What subscribing needs of the room. */
export interface SubscribeInput {
  db: Db
  /** The last change sent to the sockets. */
  feedSeq: () => number
  /** Adds topics to the index: null holds their changes back, a number lets those after it through. */
  set: (connection: Connection, topics: readonly string[], after: number | null) => void
  journals: Journals
}

/**
 * Subscribes to topics; with `since`, sends what was missed first. No gap and no duplicate: while the past is read
 * the topics are held back, and they go live in the same turn in which the reader has caught up with the feed.
 */
export async function subscribe(
  input: SubscribeInput,
  connection: Connection,
  request: { topics: readonly string[]; since?: number; after?: Readonly<Record<string, number>> },
): Promise<void> {
  const granted: string[] = []
  for (const name of new Set(request.topics)) {
    if (await maySubscribe(input.db, connection, name)) granted.push(name)
    // A foreign repository and one that does not exist look the same.
    else sendMessage(connection, { type: 'error', code: 'not_found', detail: 'No such topic.', topic: name })
  }
  if (granted.length === 0) return
  const logged = granted.filter((topic) => runOf(topic) === null)
  const seq = await beginLog(input, connection, logged, request.since)
  for (const topic of granted) {
    const id = runOf(topic)
    if (id === null) continue
    input.set(connection, [topic], seq)
    const from = { after: request.after?.[topic], since: request.since }
    await input.journals.follow(connection, id, from)
  }
  sendMessage(connection, { type: 'subscribed', topics: granted, seq })
}

/** The run whose journal a topic is; null for topics of the log. */
export function runOf(name: string): string | null {
  const topic = parseTopic(name)
  return topic?.kind === 'run' && topic.id !== '*' ? topic.id : null
}

async function beginLog(
  input: SubscribeInput,
  connection: Connection,
  topics: readonly string[],
  since: number | undefined,
): Promise<number> {
  const seq = input.feedSeq()
  if (topics.length === 0) return seq
  input.set(connection, topics, since === undefined ? seq : null)
  if (since === undefined) return seq
  const start = await startOfReplay(input, connection, topics, since)
  return await replay(input, connection, topics, start)
}

/** Where to begin: at `since`, or at the head (after telling the client to refetch) when the log cannot serve it. */
async function startOfReplay(
  { db, feedSeq }: SubscribeInput,
  connection: Connection,
  topics: readonly string[],
  since: number,
): Promise<number> {
  const first = await firstSeq(db)
  const last = await lastSeq(db)
  if (since >= first - 1 && since <= last && last - since <= maxReplay) return since
  const seq = feedSeq()
  for (const topic of topics) sendMessage(connection, { type: 'reset', topic, seq })
  return seq
}

/** Sends the changes after `since` and lets the topics go live; returns the seq at which they did. */
async function replay(
  { db, feedSeq, set }: SubscribeInput,
  connection: Connection,
  topics: readonly string[],
  since: number,
): Promise<number> {
  const wanted = new Set(topics)
  let seq = since
  while (!connection.closing && seq < feedSeq()) {
    // No further than the feed: it knows the rights that hold from each change on.
    const head = feedSeq()
    const changes = await readChanges(db, { after: seq, limit: page })
    for (const change of changes) {
      if (change.seq > head) break
      if (!topicsOf(change).some((topic) => wanted.has(topic))) continue
      if (!maySeeChange(connection.viewer, change, connection.readable)) continue
      await drained(connection)
      send(connection, frameOf(change))
    }
    // Rows that retention removed meanwhile leave nothing to wait for.
    seq = Math.min(changes.at(-1)?.seq ?? head, head)
  }
  set(connection, topics, seq)
  return seq
}

/** A replay waits for its reader instead of filling its buffer; a dead reader is found by the heartbeat. */
async function drained(connection: Connection): Promise<void> {
  while (!connection.closing && connection.socket.bufferedAmount > 262_144) {
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (connection.socket.readyState !== connection.socket.OPEN) return
  }
}
