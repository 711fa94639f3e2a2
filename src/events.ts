/**
 * What rooms tell about themselves. Rooms emit, `http/metrics.ts` and `http/stats.ts` listen; nobody below them
 * imports a metrics library. Durations in milliseconds.
 */
export interface HubEvents {
  'request.finished': { method: string; route: string; status: number; ms: number }
  'delivery.received': { event: string; result: 'stored' | 'duplicate' | 'rejected'; ms: number }
  /** A sync found stored items of a kind that were not as GitHub has them, or that it has no more. */
  'mirror.healed': { kind: string; changed: number; gone: number }
  /** Deliveries that did not come and were fetched from GitHub's log of them. */
  'deliveries.recovered': { result: 'fetched' | 'redelivered' | 'lost'; count: number }
  'delivery.applied': {
    event: string
    result: 'applied' | 'stored' | 'failed'
    receivedAt: number
    appliedAt: number
  }
  /** Something from GitHub did not fit, and everything around it went on. */
  'item.set-aside': { kind: string; source: 'sync' | 'delivery' }
  /** A change that a webhook caused was written to at least one socket. */
  'change.sent': { receivedAt: number; sentAt: number; sockets: number }
  'task.finished': { kind: string; result: 'done' | 'retried' | 'failed'; ms: number }
  'run.started': { runId: string }
  'run.finished': { runId: string; conclusion: string; ms: number }
  'job.finished': { runId: string; job: string }
  /** The log of a step has more; `bytes`: where it ends now. */
  'log.grew': {
    run: { id: string; maker: string; started_by: string | null; repositories: readonly number[] }
    job: string
    step: string
    bytes: number
  }
  'step.finished': { uses: string; conclusion: string; ms: number }
  /** Sockets of the session (null: all of the user's) must close now. */
  'session.revoked': { userId: string; sessionId: string | null }
  /** Sockets that this API token opened must close now. */
  'token.revoked': { tokenId: string }
  'socket.opened': { open: number }
  'socket.closed': { open: number; reason: string }
  'github.answered': { status: number; ms: number }
  'github.quota': { userId: string; limit: number; remaining: number; resetAt: number }
  /** Old rows were removed; `what` as in `domain/retention.ts`. */
  'rows.removed': { what: string; rows: number }
  'store.committed': { writes: number; ms: number }
}

type Listener<K extends keyof HubEvents> = (event: HubEvents[K]) => void

export interface Events {
  emit<K extends keyof HubEvents>(name: K, event: HubEvents[K]): void
  /** Returns the unsubscriber. */
  on<K extends keyof HubEvents>(name: K, listener: Listener<K>): () => void
}

/** Makes the hub's event bus: synchronous, in process, never throws into the emitter. */
export function createEvents(onListenerError: (error: unknown) => void = () => {}): Events {
  const listeners = new Map<string, Set<Listener<never>>>()
  return {
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          ;(listener as Listener<typeof name>)(event)
        } catch (error) {
          onListenerError(error)
        }
      }
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set)
      set.add(listener as Listener<never>)
      return () => set.delete(listener as Listener<never>)
    },
  }
}
