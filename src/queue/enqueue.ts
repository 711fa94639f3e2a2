import { coded } from '../errors.ts'
import { newId } from '../store/new-id.ts'
import { insertKeyedTask, insertTask, type NewTask, refreshTask, releaseJobKey } from '../store/new-tasks.ts'
import type { Db } from '../store/store.ts'
import type { Task } from './queue.ts'

/** Between two statements another process may begin the task that waited, or enqueue one: then all is other than it was. */
const looks = 5

/** Enqueues a task within a transaction; false when one with its job key has taken it in. */
export async function enqueue(tx: Db, task: Task, now: number = Date.now()): Promise<boolean> {
  const { jobKey, jobKeyMode = 'replace' } = task
  const row = rowOf(task, now)
  if (jobKey === undefined) {
    await insertTask(tx, row)
    return true
  }
  if (jobKeyMode === 'unsafe_dedupe') return await insertKeyedTask(tx, row)
  for (let look = 0; look < looks; look++) {
    if (await refreshTask(tx, row, { keepsTime: jobKeyMode === 'preserve_run_at' })) return false
    await releaseJobKey(tx, jobKey)
    if (await insertKeyedTask(tx, row)) return true
  }
  throw coded('unavailable', `Others keep enqueueing tasks of the key "${jobKey}".`)
}

function rowOf(
  { kind, payload, jobKey, runAt, priority, maxAttempts, serialKey }: Task,
  now: number,
): NewTask {
  return {
    id: newId(), // ascending within a millisecond too: what came first is done first
    kind,
    payload: JSON.stringify(payload ?? null),
    job_key: jobKey ?? null,
    serial_key: serialKey ?? null,
    run_at: runAt ?? now,
    priority: priority ?? 0,
    max_attempts: maxAttempts ?? 10,
    created_at: now,
  }
}
