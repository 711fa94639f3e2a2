import { randomUUIDv7 } from 'node:crypto'
import type { Db } from '../store/store.ts'
import { bringForward, insertTask } from '../store/tasks.ts'
import type { Task } from './queue.ts'

/** Enqueues a task within a transaction; false when one with its dedupe key waits already. */
export async function enqueue(tx: Db, task: Task, now: number = Date.now()): Promise<boolean> {
  const { dedupeKey, runAt = now } = task
  const inserted = await insertTask(tx, {
    id: randomUUIDv7(), // ascending: neighbours share a page of the index, and so of the write-ahead log
    kind: task.kind,
    payload: JSON.stringify(task.payload ?? null),
    dedupe_key: dedupeKey ?? null,
    concurrency_key: task.concurrencyKey ?? null,
    concurrency_limit: task.concurrencyLimit ?? 1,
    run_at: runAt,
    priority: task.priority ?? 0,
    max_attempts: task.maxAttempts ?? 10,
    repeat_ms: task.repeatMs ?? null,
    created_at: now,
  })
  if (!inserted && task.bringForward && dedupeKey !== undefined) await bringForward(tx, { dedupeKey, runAt })
  return inserted
}
