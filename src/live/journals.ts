import type { Logger } from 'pino'
import type { RunChange, RunEntry } from '../../contract/run.ts'
import { maySeeRun, type RunAudience } from '../domain/access.ts'
import { messageOf } from '../errors.ts'
import { lastEntry, readJournalPage, runTopic } from '../store/journal.ts'
import { findRunAudience } from '../store/run-audience.ts'
import type { Db } from '../store/store.ts'
import { type Connection, drained, isOpen, send, sendMessage } from './connection.ts'
import { type Frame, toFrame } from './frame.ts'
import { nextPause } from './pause.ts'
import { rightsOf } from './people.ts'

const page = 500
/** How often a journal is looked at for what another process wrote. */
const lookMs = 1_000

/** A run as its journal grows: who may not see all that it has touched by now hears no more of it. */
export type JournaledRun = RunAudience & { id: string }

/** What a commit put into a run's journal: its entries from number `n` on. */
export interface WrittenEntries {
  n: number
  seq: number
  changes: readonly RunChange[]
}

/** Calls back after each commit, in order; returns the unsubscriber. */
export type OnJournal = (listener: (run: JournaledRun, written: WrittenEntries) => void) => () => void

/** How far one connection has been told of one journal. */
export interface Follower {
  /** Number of the last entry sent. */
  n: number
  /** The past is being read; what is appended meanwhile is read with it. */
  reading: boolean
  again: boolean
}

/** A journal that somebody follows. */
interface Followed {
  connections: Set<Connection>
  /** Its last entry was sent: there is nothing to wait for. */
  finished: boolean
}

/** Sends the journals of runs to the sockets that follow them: each entry once, in order, without a gap. */
export function createJournals(deps: { db: Db; onJournal: OnJournal; position: () => number; log: Logger }) {
  const { db, position, log } = deps
  const followed = new Map<string, Followed>()

  const off = deps.onJournal((run, { n, seq, changes }) => {
    const connections = followed.get(run.id)?.connections
    if (!connections) return
    const entries = changes.map((change, index): RunEntry => ({ n: n + index, seq, ...change }))
    const frames: Frame[] = []
    for (const connection of connections) {
      const follower = connection.journals.get(run.id)!
      const next = follower.n + 1 - n
      if (next >= entries.length) continue
      // What another process wrote before, and what may be sent after a change of rights, is read.
      if (follower.reading || next < 0 || connection.person.loading)
        void catchUp(connection, run.id, follower)
      else tell(connection, run, { follower, entries: entries.slice(next), frames, from: next })
    }
  })

  function tell(
    connection: Connection,
    run: JournaledRun,
    news: { follower: Follower; entries: readonly RunEntry[]; frames: Frame[]; from: number },
  ): void {
    const { follower, entries, frames, from } = news
    const mayHear = maySeeRun(connection.viewer, run, connection.person.readable)
    entries.forEach((entry, index) => {
      follower.n = entry.n
      if (entry.kind === 'run.finished') followed.get(run.id)!.finished = true
      if (!mayHear) return
      frames[from + index] ??= toFrame({ type: 'change', topic: runTopic(run.id), ...entry })
      send(connection, frames[from + index]!)
    })
  }

  /** Reads on until there is no more for now; what cannot be read is tried again for as long as somebody follows. */
  async function catchUp(connection: Connection, runId: string, follower: Follower): Promise<void> {
    follower.again = true
    if (follower.reading) return
    follower.reading = true
    const follows = () => isOpen(connection) && connection.journals.get(runId) === follower
    for (let failures = 0; follower.again && follows(); ) {
      follower.again = false
      try {
        await rightsOf(connection.person)
        const { version } = connection.person
        const entries = await readJournalPage(db, { runId, after: follower.n, limit: page })
        const audience = await findRunAudience(db, runId)
        failures = 0
        if (!audience || !follows()) break
        if (entries.length === page || version !== connection.person.version) follower.again = true
        if (version !== connection.person.version) continue
        if (entries[0] && entries[0].n > follower.n + 1) reset(connection, runId)
        tell(connection, { id: runId, ...audience }, { follower, entries, frames: [], from: 0 })
        await drained(connection)
      } catch (error) {
        log.error({ err: error, run: runId }, `live journal: ${messageOf(error)}`)
        follower.again = true
        await nextPause(failures++)
      }
    }
    follower.reading = false
  }

  function reset(connection: Connection, runId: string): void {
    sendMessage(connection, { type: 'reset', topic: runTopic(runId), seq: position() })
  }

  async function look(): Promise<void> {
    for (const [runId, { connections, finished }] of followed) {
      if (finished) continue
      const n = await lastEntry(db, runId)
      for (const connection of connections) {
        const follower = connection.journals.get(runId)
        if (follower && follower.n < n && !follower.reading) void catchUp(connection, runId, follower)
      }
    }
  }
  let looking = false
  const looks = setInterval(() => {
    if (looking) return
    looking = true
    look()
      .catch((error: unknown) => log.error({ err: error }, `live journals: ${messageOf(error)}`))
      .finally(() => {
        looking = false
      })
  }, lookMs).unref()

  function forget(connection: Connection, runId: string): void {
    connection.journals.delete(runId)
    const run = followed.get(runId)
    run?.connections.delete(connection)
    if (run?.connections.size === 0) followed.delete(runId)
  }

  return {
    /**
     * Begins after entry `after`; else, where the client names a `since`, with the first; else with what comes. Where
     * the journal does not reach so far, either way, the client is told to load it anew.
     */
    async follow(
      connection: Connection,
      runId: string,
      from: { after?: number | undefined; since?: number | undefined },
    ): Promise<void> {
      const last = await lastEntry(db, runId)
      if (!isOpen(connection)) return
      const n = from.after ?? (from.since === undefined ? last : 0)
      if (n > last) reset(connection, runId)
      const follower = { n: Math.min(n, last), reading: false, again: false }
      connection.journals.set(runId, follower)
      const run = followed.get(runId) ?? { connections: new Set(), finished: false }
      run.connections.add(connection)
      followed.set(runId, run)
      await catchUp(connection, runId, follower)
    },
    forget,
    /** Tells whoever follows a run that the log of one of its steps has more. */
    tellLog({ run, ...more }: { run: JournaledRun; job: string; step: string; bytes: number }): void {
      const connections = followed.get(run.id)?.connections
      if (!connections) return
      const frame = toFrame({ type: 'log', topic: runTopic(run.id), ...more })
      for (const connection of connections) {
        if (connection.person.loading) continue
        if (maySeeRun(connection.viewer, run, connection.person.readable)) send(connection, frame)
      }
    },
    forgetAll(connection: Connection): void {
      for (const runId of [...connection.journals.keys()]) forget(connection, runId)
    },
    close(): void {
      off()
      clearInterval(looks)
    },
  }
}

export type Journals = ReturnType<typeof createJournals>
