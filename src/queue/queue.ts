import { isCoded } from '../errors.ts'
import type { Db } from '../store/store.ts'
import type { TaskCounts } from '../store/tasks.ts'

// The port says no more than what Graphile Worker offers, in its words, so that it can stand behind it:
// https://worker.graphile.org/docs/library/add-job

/** A unit of background work to be done some time. */
export interface Task {
  /** Which handler does it. */
  kind: string
  /** What the handler is given; becomes JSON. With a job key no list: Graphile Worker would join two of them. */
  payload: unknown
  /** Names the task while it waits, runs or is given up: who enqueues one of the same key means the same work. */
  jobKey?: string
  /** What becomes of a task that has the key already; `replace` without. */
  jobKeyMode?: JobKeyMode
  /** Not before, in milliseconds since the epoch; at once without. */
  runAt?: number
  /** Smaller first, from -32,768 to 32,767; 0 without. */
  priority?: number
  /** How often it is tried before it is given up; 10 without. */
  maxAttempts?: number
  /** Tasks of one serial key run one at a time, over all processes. */
  serialKey?: string
}

/**
 * What becomes of the task that has the key of a new one: https://worker.graphile.org/docs/job-key
 *
 * - `replace`: while it waits it becomes the new one, time and all, with all its tries before it.
 * - `preserve_run_at`: the same, but it keeps its time, unless it waits because it failed.
 * - `unsafe_dedupe`: it stays as it is, running or given up as it may be; what is new is not done.
 *
 * With the first two, one that runs loses its key and is not tried again, and one that was given up loses its key: the
 * new one waits beside it.
 */
export type JobKeyMode = 'replace' | 'preserve_run_at' | 'unsafe_dedupe'

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

/** Whether an error ends its task: there is no further try, or none would help. */
export function givesUp(error: unknown, { lastAttempt }: Pick<TaskContext, 'lastAttempt'>): boolean {
  return lastAttempt || (isCoded(error) && !error.retryable)
}

/** Tasks by what they wait for: `ready` are due, `delayed` not yet. */
export type QueueStats = TaskCounts

export interface Queue {
  /**
   * Enqueues within a transaction: the task exists if and only if it commits. False when there is no task more than
   * before, as one with its job key has taken it in.
   */
  enqueue(tx: Db, task: Task): Promise<boolean>
  /** Takes over what a dead process left and begins to work. */
  start(): Promise<void>
  /** Takes no more work and lets running handlers end; what does not end in time is taken up at the next start. */
  stop(): Promise<void>
  stats(): Promise<QueueStats>
}
