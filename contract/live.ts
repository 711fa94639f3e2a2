import { type Static, Type } from 'typebox'
import { Nullable, Timestamp } from './common.ts'

/**
 * The words of the WebSocket at `GET /api/v1/live?ticket=…`: JSON, one message a frame.
 *
 * Topics: `repo:<id>` · `run:<id>` · `inbox:<user id>` · `system`, and the wildcards `repo:*` (every repository
 * that the user may read) and `run:*` (the run-level changes `run.*` of every run that the user may see). `run:<id>`
 * is a run's journal: its frames carry the journal's own number `n`, and `after` resumes it right behind one of them.
 * With `since` alone a journal comes from its beginning, and `n` tells what is known already.
 * `stats` is not stored: the hub's own figures, once a second.
 */
export const ClientMessage = Type.Union([
  Type.Object(
    {
      type: Type.Literal('subscribe'),
      topics: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 100 }),
      since: Type.Optional(
        Type.Integer({ minimum: 0, description: 'Last seq seen; what came after is sent first' }),
      ),
      after: Type.Optional(
        Type.Record(Type.String({ maxLength: 200 }), Type.Integer({ minimum: 0 }), {
          description: 'Last `n` seen of topics `run:<id>`: their journals go on right after it',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    {
      type: Type.Literal('unsubscribe'),
      topics: Type.Array(Type.String({ minLength: 1, maxLength: 200 }), { minItems: 1, maxItems: 100 }),
    },
    { additionalProperties: false },
  ),
  Type.Object(
    { type: Type.Literal('ping'), t: Type.Number({ description: "The client's clock, returned unchanged" }) },
    { additionalProperties: false },
  ),
])
export type ClientMessage = Static<typeof ClientMessage>

/** One row of the log, as `GET /changes` and frames carry it. */
export const Change = Type.Object(
  {
    seq: Type.Integer(),
    at: Timestamp,
    topic: Type.String(),
    kind: Type.String(),
    actor: Nullable(Type.String()),
    repository_id: Nullable(Type.Integer()),
    delivery_id: Nullable(Type.String()),
    /** When the webhook behind it reached the hub. */
    received_at: Nullable(Timestamp),
    data: Type.Unknown(),
  },
  { $id: 'Change' },
)
export type Change = Static<typeof Change>

/** One entry of a run's journal, as `GET /runs/{id}/journal` and the frames of `run:<id>` carry it. */
export const JournalEntry = Type.Object(
  {
    n: Type.Integer({ description: '1, 2, 3 … without a gap' }),
    seq: Type.Integer({ description: 'Where the log of changes stood with the commit of this entry' }),
    at: Timestamp,
    topic: Type.String(),
    kind: Type.String(),
    data: Type.Unknown(),
  },
  { $id: 'JournalEntry' },
)
export type JournalEntry = Static<typeof JournalEntry>

export type ServerMessage =
  | { type: 'ready'; seq: number; now: number }
  /** Everything up to `seq` of these topics has been sent; from here on it is live. */
  | { type: 'subscribed'; topics: string[]; seq: number }
  | ({ type: 'change'; n?: never } & Change)
  | ({ type: 'change' } & JournalEntry)
  /**
   * The log, or a run's journal, no longer reaches back to where the client was, or never reached so far; or something
   * could not be sent. Refetch what is shown of the topic; what comes after `seq` follows. May come at any time.
   */
  | { type: 'reset'; topic: string; seq: number }
  /** The log of a step of a followed run goes on; `bytes`: where it ends now. The text is at `GET /runs/{id}/log`. */
  | { type: 'log'; topic: string; job: string; step: string; bytes: number }
  | { type: 'stats'; data: Stats }
  | { type: 'pong'; t: number; now: number }
  | { type: 'error'; code: string; detail: string; topic?: string }

/** `POST /api/v1/live/ticket` */
export const LiveTicket = Type.Object(
  { ticket: Type.String({ description: 'Valid once, for 30 seconds' }), expires_in: Type.Integer() },
  { $id: 'LiveTicket' },
)
export type LiveTicket = Static<typeof LiveTicket>

const Latency = Type.Object({
  p50: Nullable(Type.Number()),
  p95: Nullable(Type.Number()),
  p99: Nullable(Type.Number()),
})

/** A count a minute, the oldest first; null for a minute in which nobody counted. */
const MinuteCounts = (description: string) =>
  Type.Array(Nullable(Type.Integer()), { description: `${description}; null: not known` })

/** What the hub measures of itself; latencies in milliseconds over the last five minutes, null while unmeasured. */
export const Stats = Type.Object(
  {
    at: Timestamp,
    deliveries_per_second: Type.Number({ description: 'Mean of the last ten seconds' }),
    deliveries_last_hour: MinuteCounts('Stored in each of the last 60 minutes'),
    webhook_to_browser_ms: Latency,
    webhook_stored_ms: Latency,
    runs_in_progress: Type.Integer(),
    runs_last_hour: MinuteCounts('Started in each of the last 60 minutes'),
    success_rate: Nullable(
      Type.Number({ description: 'Of the newest 100 finished runs, those that were judged: 0 to 1' }),
    ),
    queue: Type.Object({
      ready: Type.Integer(),
      running: Type.Integer(),
      delayed: Type.Integer(),
      failed: Type.Integer(),
    }),
    queue_last_hour: MinuteCounts('Largest depth seen in each of the last 60 minutes'),
    sockets: Type.Integer(),
    quota: Nullable(Type.Object({ limit: Type.Integer(), remaining: Type.Integer(), reset_at: Timestamp })),
  },
  { $id: 'Stats' },
)
export type Stats = Static<typeof Stats>
