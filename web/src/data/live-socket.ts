import type {
  Change,
  ClientMessage,
  JournalEntry,
  LiveTicket,
  ServerMessage,
  Stats,
} from '../../../contract/live.ts'

/** How fresh the page is: `live`, on the way to it, or without the hub since a moment. */
export type Connection =
  | { state: 'connecting' }
  | { state: 'catching-up' }
  | { state: 'live' }
  | { state: 'offline'; since: number }

export interface LiveListener {
  change?: (change: Change) => void
  /** An entry of a journal that is followed. */
  entry?: (entry: JournalEntry) => void
  /** The log no longer reaches back to where we were: refetch what is shown of the topic. */
  reset?: (topic: string) => void
  /** The log of a step of a followed run goes on. */
  log?: (more: Extract<ServerMessage, { type: 'log' }>) => void
  stats?: (stats: Stats) => void
  connection?: (connection: Connection) => void
}

export interface LiveSocket {
  listen: (listener: LiveListener) => () => void
  /** Asks for topics until the answer is called; `since` also brings what came after that seq. */
  subscribe: (topics: readonly string[], since?: number) => () => void
  /** Asks for a run's journal, on every connection right after the entry that `after` names, until called. */
  followJournal: (topic: string, after: () => number) => () => void
  connection: () => Connection
  /** The hub's clock, in milliseconds, as well as it is known. */
  hubNow: () => number
  /** Whether the hub's clock was compared often enough to measure by it. */
  clockKnown: () => boolean
  /** Milliseconds to the hub and back; null until measured. */
  roundTrip: () => number | null
  stop: () => void
}

/** One subscribe message holds at most so many topics. */
const TOPICS_A_MESSAGE = 100
const PING_EVERY = 15_000
/** A connection begins with a few, as one alone may have met a busy hub and would set the clock wrongly. */
const FIRST_PINGS = [0, 200, 500, 1_000, 2_000]
/** A hub that says nothing for so long, pings unanswered, is dead whatever TCP believes. */
const SILENCE_LIMIT = 25_000
/** Changes just before the connection are asked for again: pages may have been loaded before they happened. */
const OVERLAP = 100

/**
 * Keeps one WebSocket to the hub open: a fresh ticket for each connection, jittered exponential back-off between
 * them, and after a break everything since the last seq, so that nothing is missed.
 */
export function openLiveSocket(options: {
  ticket: () => Promise<LiveTicket>
  url: (ticket: string) => string
  random: () => number
}): LiveSocket {
  const listeners = new Set<LiveListener>()
  /** How many want each topic, and from where one still has to be told. */
  const wanted = new Map<string, { count: number; since?: number }>()
  const journals = new Map<string, Set<() => number>>()
  let socket: WebSocket | null = null
  let connection: Connection = { state: 'connecting' }
  let lastSeq: number | null = null
  let failures = 0
  let heardAt = 0
  /** Topics asked for and not yet answered; with none left the page is live. */
  let awaited = new Set<string>()
  let ready = false
  let stopped = false
  let retry: ReturnType<typeof setTimeout> | undefined
  let pinging: ReturnType<typeof setInterval> | undefined
  let clock: { rtt: number; offset: number }[] = []

  const now = () => performance.timeOrigin + performance.now()
  const best = () => clock.reduce((a, b) => (b.rtt < a.rtt ? b : a), clock[0]!)

  function setConnection(next: Connection): void {
    if (next.state === connection.state) return
    connection = next
    for (const listener of listeners) listener.connection?.(next)
  }

  function send(message: ClientMessage): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
  }

  function ask(topics: readonly string[], since: number | undefined): void {
    awaited = awaited.union(new Set(topics))
    for (let i = 0; i < topics.length; i += TOPICS_A_MESSAGE) {
      send({ type: 'subscribe', topics: topics.slice(i, i + TOPICS_A_MESSAGE), since })
    }
  }

  /** From the earliest that one of its followers needs. */
  function askJournal(topic: string): void {
    const followers = journals.get(topic)
    if (!followers) return
    awaited.add(topic)
    send({
      type: 'subscribe',
      topics: [topic],
      after: { [topic]: Math.min(...[...followers].map((n) => n())) },
    })
  }

  function askAll(from: number): void {
    for (const topic of journals.keys()) askJournal(topic)
    const topics = [...wanted]
    for (const [topic, { since }] of topics) if (since !== undefined) ask([topic], Math.min(since, from))
    ask(
      topics.filter(([, { since }]) => since === undefined).map(([topic]) => topic),
      from,
    )
  }

  function answered(topics: readonly string[]): void {
    for (const topic of topics) {
      awaited.delete(topic)
      const want = wanted.get(topic)
      if (want) want.since = undefined
    }
    if (awaited.size === 0) setConnection({ state: 'live' })
  }

  function receive(message: ServerMessage): void {
    switch (message.type) {
      case 'ready':
        ready = true
        awaited = new Set()
        setConnection({ state: 'catching-up' })
        askAll(lastSeq ?? Math.max(0, message.seq - OVERLAP))
        lastSeq ??= message.seq
        for (const wait of FIRST_PINGS) setTimeout(() => send({ type: 'ping', t: now() }), wait)
        if (wanted.size + journals.size === 0) setConnection({ state: 'live' })
        return
      case 'subscribed':
        failures = 0
        lastSeq = Math.max(lastSeq ?? 0, message.seq)
        answered(message.topics)
        return
      case 'change':
        if (message.n !== undefined) {
          for (const listener of listeners) listener.entry?.(message)
          return
        }
        for (const listener of listeners) listener.change?.(message)
        // While catching up, frames of several subscriptions interleave: only their `subscribed` moves us on.
        if (connection.state === 'live') lastSeq = Math.max(lastSeq ?? 0, message.seq)
        return
      case 'reset':
        lastSeq = message.seq
        for (const listener of listeners) listener.reset?.(message.topic)
        return
      case 'log':
        for (const listener of listeners) listener.log?.(message)
        return
      case 'stats':
        for (const listener of listeners) listener.stats?.(message.data)
        return
      case 'pong': {
        const rtt = now() - message.t
        clock = [...clock.slice(-7), { rtt, offset: message.now - (message.t + rtt / 2) }]
        return
      }
      case 'error':
        // A topic that this person may not follow: the page that asked for it says so by its own request.
        if (message.topic) {
          wanted.delete(message.topic)
          journals.delete(message.topic)
          answered([message.topic])
        }
        return
      default:
        message satisfies never
    }
  }

  async function connect(): Promise<void> {
    clearTimeout(retry)
    retry = undefined
    if (stopped || socket) return
    let ticket: LiveTicket
    try {
      ticket = await options.ticket()
    } catch {
      return fail()
    }
    if (stopped || socket) return
    const opened = new WebSocket(options.url(ticket.ticket))
    socket = opened
    heardAt = now()
    opened.onmessage = (event) => {
      heardAt = now()
      receive(JSON.parse(String(event.data)))
    }
    opened.onclose = () => {
      if (socket !== opened) return
      drop()
    }
    pinging = setInterval(() => {
      if (now() - heardAt > SILENCE_LIMIT) drop()
      else send({ type: 'ping', t: now() })
    }, PING_EVERY)
  }

  /** Gives a connection up; a dead one's close handshake may never come, so it is not waited for. */
  function drop(): void {
    const dead = socket
    socket = null
    ready = false
    clearInterval(pinging)
    dead?.close()
    fail()
  }

  function fail(): void {
    if (stopped) return
    failures += 1
    if (connection.state !== 'offline') setConnection({ state: 'offline', since: Date.now() })
    const ceiling = Math.min(10_000, 500 * 2 ** Math.min(failures, 10))
    clearTimeout(retry)
    retry = setTimeout(connect, ceiling * (0.25 + 0.75 * options.random()))
  }

  /** The network or the person is back: the next try need not wait. */
  function wake(): void {
    if (document.visibilityState === 'visible' && !socket && retry) void connect()
    else if (socket) send({ type: 'ping', t: now() })
  }
  window.addEventListener('online', wake)
  document.addEventListener('visibilitychange', wake)
  void connect()

  return {
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    subscribe(topics, since) {
      const asked = topics.filter((topic) => since !== undefined || !wanted.has(topic))
      for (const topic of topics) {
        const want = wanted.get(topic)
        wanted.set(topic, { count: (want?.count ?? 0) + 1, since: since ?? want?.since })
      }
      if (ready && asked.length > 0) ask(asked, since ?? lastSeq ?? undefined)
      return () => {
        const gone = topics.filter((topic) => {
          const want = wanted.get(topic)
          if (want) want.count -= 1
          return want?.count === 0 && wanted.delete(topic)
        })
        for (let i = 0; i < gone.length; i += TOPICS_A_MESSAGE) {
          send({ type: 'unsubscribe', topics: gone.slice(i, i + TOPICS_A_MESSAGE) })
        }
      }
    },
    followJournal(topic, after) {
      const followers = journals.get(topic) ?? new Set()
      journals.set(topic, followers.add(after))
      if (ready) askJournal(topic)
      return () => {
        followers.delete(after)
        if (followers.size > 0 || !journals.delete(topic)) return
        send({ type: 'unsubscribe', topics: [topic] })
      }
    },
    connection: () => connection,
    hubNow: () => now() + (clock.length > 0 ? best().offset : 0),
    clockKnown: () => clock.length >= 3,
    roundTrip: () => (clock.length > 0 ? best().rtt : null),
    stop() {
      stopped = true
      clearTimeout(retry)
      clearInterval(pinging)
      window.removeEventListener('online', wake)
      document.removeEventListener('visibilitychange', wake)
      socket?.close()
      socket = null
    },
  }
}
