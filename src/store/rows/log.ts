import type { Generated } from 'kysely'

// What comes in and is written down: deliveries, changes, tasks, and what was removed of them.

/**
 * One webhook from GitHub, as received. Indexes: (received_at, id), (repository_id, received_at, id),
 * (repository_id, number, received_at, id), (due_at, seq) of the pending, and (digest, received_at).
 */
export interface DeliveryRow {
  /** In the order of arrival. */
  seq: Generated<number>
  /** GitHub's delivery GUID. */
  id: string
  event: string
  /** Known once applied: `action` of the payload. */
  action: string | null
  repository_id: number | null
  received_at: number
  applied_at: number | null
  /** pending → applied (changed something) | stored (nothing to apply) | failed (given up, see error) */
  state: 'pending' | 'applied' | 'stored' | 'failed'
  error: string | null
  /** Of the issue or pull request that it is about; known once applied. */
  number: number | null
  /** What GitHub said of it beside the body, JSON: see `github/delivery-headers.ts`. */
  headers: string | null
  /** How often it was tried without success; of what a process left, with the try under way. */
  attempts: Generated<number>
  /** When it is to be applied, at the earliest; null once it was. */
  due_at: number | null
  /** Bytes of the body, also once that is not kept any more. */
  size: number
  /** What its body is recognised by; known once applied. */
  digest: Uint8Array | null
  /** The GUID of an earlier delivery with the same body: this one started no run. */
  repeat_of: string | null
  /** 1: fetched from GitHub's log after a sync had begun that reads what it tells; what it tells may be the older news. */
  overtaken: Generated<number>
}

/** The body of a delivery, exactly as signed, for as long as it is kept. */
export interface DeliveryBodyRow {
  delivery_seq: number
  body: Uint8Array
}

/**
 * The append-only log; everything that happens is one numbered row, without gaps, in order of commit.
 * Indexes: seq (primary key), (topic, seq), (repository_id, seq), (delivery_id, seq).
 */
export interface ChangeRow {
  seq: number
  at: number
  topic: string
  kind: string
  /** Login of the person, or `workflow:<id>`, or null for the hub itself. */
  actor: string | null
  /** Who may see it: readers of this repository; null: see `domain/access.ts`. */
  repository_id: number | null
  /** The delivery that caused it, and when that was received: the causal chain and the latency figures. */
  delivery_id: string | null
  received_at: number | null
  /** Of a run: whose it is. Of a workflow that is not shared: who made it. Else null. */
  maker: string | null
  /** Of a run that a person started. */
  started_by: string | null
  /** Of a run that has touched several repositories: all of them, JSON; else null. */
  repositories: string | null
  data: string
}

/** Durable work. Finished tasks are deleted; `failed` ones stay until somebody looks. */
export interface TaskRow {
  id: string
  kind: string
  payload: string
  /** At most one task per job key, whatever its state. */
  job_key: string | null
  /** Tasks of one serial key run one at a time. */
  serial_key: string | null
  state: 'ready' | 'running' | 'failed'
  run_at: number
  /** Smaller first. */
  priority: number
  attempts: number
  max_attempts: number
  /** The process that runs it; a task of a dead owner is taken over. */
  owner: string | null
  lease_until: number | null
  error: string | null
  created_at: number
}

/** How much of what has been removed because it was old. */
export interface RemovalRow {
  /** As in `domain/retention.ts`. */
  what: string
  removed: number
  last_removed: number
  last_at: number
}

/**
 * Something that a person did on GitHub from here. Primary key: (user_id, key). Index: (begun_at).
 */
export interface ActRow {
  user_id: string
  /** Made by whoever asked: the same key is the same act. */
  key: string
  /** As in `contract/acts.ts`. */
  name: string
  repository_id: number
  /** Of the address and the body: a key stands for one request. */
  digest: string
  /** asked: GitHub may have done it, or be about to. */
  state: 'asked' | 'done' | 'refused'
  /** What was answered, JSON. */
  outcome: string | null
  begun_at: number
  /** While somebody waits for GitHub nobody else asks. */
  held_until: number
}
