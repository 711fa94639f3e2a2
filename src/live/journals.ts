import type { RunEntry } from '../../contract/run.ts'
import { maySeeRun, type RunAudience } from '../domain/access.ts'
import { lastEntry, readJournalPage, runTopic } from '../store/journal.ts'
import { findRunAudience } from '../store/run-audience.ts'
import type { Db } from '../store/store.ts'
import { type Connection, send } from './connection.ts'

const page = 500

/** A run as its journal grows: who may not see all that it has touched by now hears no more of it. */
export type JournaledRun = RunAudience & { id: string }

/** Calls back with what a commit put into a run's journal, in order; returns the unsubscriber. */
export type OnJournal = (listener: (run: JournaledRun, entries: readonly RunEntry[]) => void) => () => void

/** How far one connection has been told of one journal. */
interface Follower {
  /** Number of the last entry sent. */
  n: number
  /** The past is being read; what is appended meanwhile is read with it. */
  reading: boolean
  again: boolean
}

/** Sends the journals of runs to the sockets that follow them: each entry once, in order, without a gap. */
export function createJournals({ db, onJournal }: { db: Db; onJournal: OnJournal }) {
  const followed = new Map<string, Map<Connection, Follower>>()

  const off = onJournal((run, entries) => {
    for (const [connection, follower] of followed.get(run.id) ?? []) {
      const fresh = entries.filter(({ n }) => n > follower.n)
      if (follower.reading) follower.again = true
      else if (fresh[0]?.n === follower.n + 1) tell(connection, run, follower, fresh)
      else if (fresh.length > 0) void catchUp(connection, run.id, follower)
    }
  })

  function tell(
    connection: Connection,
    run: JournaledRun,
    follower: Follower,
    entries: readonly RunEntry[],
  ): void {
    for (const entry of entries) {
      follower.n = entry.n
      if (!maySeeRun(connection.viewer, run, connection.readable)) continue
      send(connection, JSON.stringify({ type: 'change', topic: runTopic(run.id), ...entry }))
    }
  }

  async function catchUp(connection: Connection, runId: string, follower: Follower): Promise<void> {
    follower.reading = true
    do {
      follower.again = false
      const entries = await readJournalPage(db, { runId, after: follower.n, limit: page })
      const audience = await findRunAudience(db, runId)
      if (entries.length === page) follower.again = true
      if (audience) tell(connection, { id: runId, ...audience }, follower, entries)
    } while (follower.again && !connection.closing)
    follower.reading = false
  }

  return {
    /** Begins after entry `after`; else, where the client names a `since`, with the first; else with what comes. */
    async follow(
      connection: Connection,
      runId: string,
      from: { after?: number | undefined; since?: number | undefined },
    ): Promise<void> {
      const n = from.after ?? (from.since === undefined ? await lastEntry(db, runId) : 0)
      if (connection.closing) return
      const follower = { n, reading: false, again: false }
      const followers = followed.get(runId) ?? new Map<Connection, Follower>()
      followed.set(runId, followers.set(connection, follower))
      await catchUp(connection, runId, follower)
    },
    forget(connection: Connection, runId: string): void {
      const followers = followed.get(runId)
      followers?.delete(connection)
      if (followers?.size === 0) followed.delete(runId)
    },
    close: off,
  }
}

export type Journals = ReturnType<typeof createJournals>
