import { maySeeChange, parseTopic } from '../domain/access.ts'
import { toChange } from '../domain/present-change.ts'
import { firstSeq, type LoggedChange, readChanges } from '../store/changes.ts'
import type { Db } from '../store/store.ts'
import { readFollowed } from '../store/visible-changes.ts'
import type { Connection } from './connection.ts'
import { type Frame, toFrame } from './frame.ts'

/** What is kept at hand, at most; further back the log is read. */
const maxEntries = 10_000
const maxBytes = 8_388_608
/** Rows of one read of the log. */
const page = 500

/** A change that can be sent: its frame, the names it goes by, and what decides who may see it. */
export interface Entry {
  readonly seq: number
  readonly names: readonly string[]
  readonly change: Omit<LoggedChange, 'data'>
  readonly frame: Frame
}

/** Part of a connection's past, as far as its person may see it: everything up to `reached`. */
export interface Past {
  entries: readonly Entry[]
  reached: number
}

/** Makes what is sent of a change, once for everybody. */
export function toEntry(row: LoggedChange): Entry {
  const { data: _, ...change } = row
  return {
    seq: row.seq,
    names: topicsOf(row),
    change,
    frame: toFrame({ type: 'change', ...toChange(row) }),
  }
}

/** The names under which a change can be subscribed to. */
function topicsOf(change: LoggedChange): string[] {
  if (change.topic.startsWith('repo:')) return [change.topic, 'repo:*']
  // The wildcard carries runs, not their steps: a busy hub would drown a list of runs otherwise. A run's own topic is
  // its journal.
  if (change.topic.startsWith('run:')) return change.kind.startsWith('run.') ? ['run:*'] : []
  return [change.topic]
}

/** The recent past, ready to be sent again, and behind it the log. */
export function createHistory({ db }: { db: Db }) {
  const ring = createRing()

  /** Fills the ring backwards from what it holds, towards `seq`, as far as there is room. */
  let filling: Promise<void> = Promise.resolve()
  async function fill(seq: number, head: number): Promise<void> {
    while (ring.hasRoom()) {
      const first = ring.first() ?? head + 1
      if (seq >= first - 1) return
      const rows = await readChanges(db, { after: Math.max(0, first - 1 - page), limit: page })
      const entries = rows.filter((row) => row.seq < first).map(toEntry)
      if ((ring.first() ?? head + 1) !== first) continue // more has been sent and pushed this out
      if (entries.length === 0) return
      ring.prepend(entries)
    }
  }

  return {
    /** Adds what is being sent. */
    add: (entry: Entry) => ring.append(entry),

    /**
     * What comes after a connection's cursor, up to `head`, for its topics and person; null when the log does not
     * reach back so far.
     */
    async read(connection: Connection, head: number): Promise<Past | null> {
      const { cursor } = connection
      // Who missed more than is kept at hand is served from the log: others' changes are not read for it.
      if (cursor < (ring.first() ?? head + 1) - 1 && cursor >= head - maxEntries) {
        filling = filling.catch(() => {}).then(() => fill(cursor, head))
        await filling
      }
      if (cursor >= (ring.first() ?? head + 1) - 1) {
        return { entries: ring.find(connection, head), reached: head }
      }
      if (cursor < (await firstSeq(db)) - 1) return null
      const { userId, readable } = connection.person
      const topics = [...connection.topics.keys()].filter(
        (name) => name !== 'stats' && isReadable(name, readable),
      )
      const rows = await readFollowed(db, { userId, topics, after: cursor, limit: page })
      const entries = rows.map(toEntry).filter((entry) => entry.seq <= head && wants(connection, entry))
      return { entries, reached: Math.min(head, rows.length < page ? head : rows.at(-1)!.seq) }
    },
  }
}

export type History = ReturnType<typeof createHistory>

/** Whether a connection asked for a change and may see it. */
function wants({ topics, viewer, person }: Connection, { seq, names, change }: Entry): boolean {
  return (
    names.some((name) => seq > (topics.get(name) ?? Number.POSITIVE_INFINITY)) &&
    maySeeChange(viewer, change, person.readable)
  )
}

/** Whether a topic is not one of a repository that the person may not read any more. */
function isReadable(name: string, readable: ReadonlySet<number>): boolean {
  const topic = parseTopic(name)
  return topic?.kind !== 'repository' || topic.id === '*' || readable.has(topic.id)
}

/** The last entries, found by whom they may concern: finding costs what is found, not what is kept. */
function createRing() {
  let entries: Entry[] = []
  /** Entries that are gone already at the beginning of `entries`. */
  let gone = 0
  let bytes = 0
  /** Entries by repository, or by topic where they are of none. */
  const byAudience = new Map<string, Entry[]>()

  function dropFirst(): void {
    const entry = entries[gone++]!
    bytes -= entry.frame.length
    const audience = audienceOf(entry)
    const list = byAudience.get(audience)!
    list.shift()
    if (list.length === 0) byAudience.delete(audience)
    if (gone > 1_000 && gone * 2 > entries.length) {
      entries = entries.slice(gone)
      gone = 0
    }
  }

  function trim(): void {
    while (entries.length - gone > maxEntries || (bytes > maxBytes && entries.length - gone > 1)) dropFirst()
  }

  function audiencesOf({ topics, person }: Connection): Iterable<string> {
    const found = new Set<string>()
    let all = false
    for (const name of topics.keys()) {
      if (name === 'repo:*' || name === 'run:*') all = true
      else found.add(name)
    }
    if (!all) return found
    found.add(anyRun)
    if (person.readable.size < byAudience.size) for (const id of person.readable) found.add(`repo:${id}`)
    else for (const audience of byAudience.keys()) found.add(audience)
    return found
  }

  return {
    first: () => entries[gone]?.seq,
    hasRoom: () => entries.length - gone < maxEntries && bytes < maxBytes,
    append(entry: Entry): void {
      entries.push(entry)
      bytes += entry.frame.length
      const audience = audienceOf(entry)
      const list = byAudience.get(audience)
      if (list) list.push(entry)
      else byAudience.set(audience, [entry])
      trim()
    },
    prepend(earlier: readonly Entry[]): void {
      const kept = earlier.slice(-Math.max(0, maxEntries - (entries.length - gone)))
      entries = [...kept, ...entries.slice(gone)]
      gone = 0
      for (const [audience, list] of Map.groupBy(kept, audienceOf)) {
        byAudience.set(audience, [...list, ...(byAudience.get(audience) ?? [])])
      }
      for (const { frame } of kept) bytes += frame.length
      trim()
    },
    find(connection: Connection, head: number): Entry[] {
      const lists: Entry[][] = []
      for (const audience of audiencesOf(connection)) {
        const list = byAudience.get(audience)
        if (!list || list.at(-1)!.seq <= connection.cursor) continue
        lists.push(list.slice(firstAfter(list, connection.cursor)))
      }
      const found = lists.flat().filter((entry) => entry.seq <= head && wants(connection, entry))
      return lists.length > 1 ? found.sort((a, b) => a.seq - b.seq) : found
    },
  }
}

const anyRun = 'run:'

function audienceOf({ change: { topic, repository_id } }: Entry): string {
  if (!topic.startsWith('run:')) return topic
  return repository_id === null ? anyRun : `repo:${repository_id}`
}

/** Where the entries after `seq` begin. */
function firstAfter(entries: readonly Entry[], seq: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (entries[middle]!.seq > seq) high = middle
    else low = middle + 1
  }
  return low
}
