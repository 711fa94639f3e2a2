import type { Db } from '../store/store.ts'
import type { TaskCounts } from '../store/tasks.ts'

/** A unit of background work to be done some time. */
export interface Task {
  /** Which handler does it. */
  kind: string
  /** What the handler is given; becomes JSON. */
  payload: unknown
  /** At most one *waiting* task per key: a second one is not enqueued. */
  dedupeKey?: string
  /** With a dedupe key: the waiting task is brought forward to `runAt` when it waits for a later time. */
  bringForward?: boolean
  /** Not before, in milliseconds since the epoch; at once without. */
  runAt?: number
  /** Smaller first; 0 without. */
  priority?: number
  /** How often it is tried before it is given up; 10 without. */
  maxAttempts?: number
  /** Tasks of one key run at most `concurrencyLimit` (1 without) at a time, over all processes. */
  concurrencyKey?: string
  concurrencyLimit?: number
  /** Waits again so long after each end, done or given up. Give it a dedupe key, so that a restart adds no second one. */
  repeatMs?: number
}

/** What a handler knows of its task. */
export interface TaskContext {
  id: string
  kind: string
  /** 1 at the first try. */
  attempt: number
  /** An error now is the last word. */
  lastAttempt: boolean
  /** Aborts when the queue stops: end soon, the task is tried again at the next start. */
  signal: AbortSignal
}

/**
 * Does one task. A process may die after the effect and before the task's end is written down, so the effect must bear
 * to be repeated. What it throws is tried again later with growing pauses, or not before the error's `retryAfterMs`; a
 * coded error that is not retryable gives the task up at once.
 */
export type Handler = (payload: unknown, context: TaskContext) => Promise<void>

/** Runs in the transaction that gives a task up: the place to tell whoever waits for it. */
export type GiveUp = (tx: Db, payload: unknown, error: unknown) => Promise<void>

/** Tasks by what they wait for: `ready` are due, `delayed` not yet. */
export type QueueStats = TaskCounts

export interface Queue {
  /** Enqueues within a transaction: the task exists if and only if it commits. False when its dedupe key waits. */
  enqueue(tx: Db, task: Task): Promise<boolean>
  /** Takes over what a dead process left and begins to work. */
  start(): Promise<void>
  /** Looks for work now. */
  wake(): void
  /** Resolves when nothing is due and nothing runs. */
  idle(): Promise<void>
  /** Takes no more work and lets running handlers end; what does not end in time is taken up at the next start. */
  stop(): Promise<void>
  stats(): Promise<QueueStats>
}
