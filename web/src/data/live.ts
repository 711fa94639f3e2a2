import type { Query } from '@tanstack/react-query'
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import type { JournalEntry, LiveTicket } from '../../../contract/live.ts'
import { api } from './api.ts'
import { createFolder } from './fold-change.ts'
import { measurePaint } from './latency.ts'
import { type Connection, type LiveSocket, openLiveSocket } from './live-socket.ts'
import { statsQuery } from './queries.ts'
import { queryClient } from './query-client.ts'
import { readSession, watchSession } from './session.ts'

export type { Connection } from './live-socket.ts'

/** What every page follows: all repositories that the person may read, every run, the person's own inbox. */
const shellTopics = (userId: string) => ['repo:*', 'run:*', `inbox:${userId}`, 'system', 'stats']

const failed = (query: Query) => query.state.status === 'error'

let live: LiveSocket | null = null
const opened = new Set<() => void>()
const watchers = new Set<(state: Connection['state']) => void>()

/** Follows the hub while somebody is signed in, folding what it says into the cache. Called once, at start. */
export function followHub(): void {
  const follow = () => {
    const session = readSession()
    if (session.status === 'signed-in' && !live) start(session.user.id)
    if (session.status === 'signed-out' && live) {
      live.stop()
      live = null
    }
    for (const listener of opened) listener()
  }
  watchSession(follow)
  follow()
}

function start(userId: string): void {
  const socket = openLiveSocket({
    ticket: () => api.post<LiveTicket>('/live/ticket'),
    url: (ticket) =>
      `${location.origin.replace(/^http/, 'ws')}/api/v1/live?ticket=${encodeURIComponent(ticket)}`,
    random: Math.random,
  })
  live = socket
  const folder = createFolder(queryClient)
  /** What reached the hub before says nothing about how fast pages follow. */
  let liveSince = Number.POSITIVE_INFINITY
  socket.subscribe(shellTopics(userId))
  socket.listen({
    change(change) {
      const moved = folder.fold(change)
      const fresh = change.received_at && Date.parse(change.received_at) > liveSince
      if (moved && fresh && socket.clockKnown() && socket.connection().state === 'live')
        measurePaint(change.received_at!, socket.hubNow)
    },
    connection({ state }) {
      for (const watcher of watchers) watcher(state)
      liveSince = state === 'live' ? socket.hubNow() : Number.POSITIVE_INFINITY
      // What failed while the hub was away is asked for again.
      if (state === 'live') void queryClient.refetchQueries({ type: 'active', predicate: failed })
    },
    reset: () => void queryClient.invalidateQueries(),
    stats: (stats) => queryClient.setQueryData(statsQuery.queryKey, stats),
  })
}

/** Calls back whenever the connection to the hub changes, whoever is signed in. */
export function watchHub(listener: (state: Connection['state']) => void): void {
  watchers.add(listener)
}

/**
 * Follows a run's journal while the component is shown; null: none. `after` answers the number of the last entry that
 * is known: each connection begins right behind it, so that nothing is missed or sent twice.
 */
export function useLiveJournal(
  runId: string | null,
  { after, onEntry }: { after: () => number; onEntry: (entry: JournalEntry) => void },
): void {
  const socket = useLiveSocket()
  const lastKnown = useEffectEvent(after)
  const onNext = useEffectEvent(onEntry)
  useEffect(() => {
    if (!socket || !runId) return
    const topic = `run:${runId}`
    const stop = socket.listen({ entry: (entry) => entry.topic === topic && onNext(entry) })
    const leave = socket.followJournal(topic, () => lastKnown())
    return () => {
      stop()
      leave()
    }
  }, [runId, socket])
}

/** Calls back when the log of a step has more, while its run is followed. */
export function useLiveLog(
  { runId, job, step }: { runId: string; job: string; step: string },
  onMore: () => void,
): void {
  const socket = useLiveSocket()
  const onNext = useEffectEvent(onMore)
  useEffect(() => {
    const topic = `run:${runId}`
    return socket?.listen({
      log: (more) => more.topic === topic && more.job === job && more.step === step && onNext(),
    })
  }, [socket, runId, job, step])
}

/** How fresh the page is. */
export function useConnection(): Connection {
  const socket = useLiveSocket()
  return useSyncExternalStore(
    (listener) => socket?.listen({ connection: listener }) ?? (() => {}),
    () => socket?.connection() ?? idle,
  )
}

/** Milliseconds to the hub and back, read whenever it is asked for; null until measured. */
export function readRoundTrip(): number | null {
  return live?.roundTrip() ?? null
}

/** The hub's clock, for ages and durations that must not depend on this machine's. */
export function hubNow(): number {
  return live?.hubNow() ?? Date.now()
}

const idle: Connection = { state: 'connecting' }

function useLiveSocket(): LiveSocket | null {
  return useSyncExternalStore(
    (listener) => {
      opened.add(listener)
      return () => opened.delete(listener)
    },
    () => live,
  )
}
