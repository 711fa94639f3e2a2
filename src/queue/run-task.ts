import { coded, isCoded, messageOf } from '../errors.ts'
import type { TaskRow } from '../store/rows/log.ts'
import type { Db, Store } from '../store/store.ts'
import { deleteTask, failTask, type Held, requeueTask } from '../store/tasks.ts'
import { type Backoff, pauseAfter } from './backoff.ts'
import type { GiveUp, Handler } from './queue.ts'

interface RunTaskDeps {
  store: Store
  handlers: Record<string, Handler>
  giveUp: Record<string, GiveUp>
  clock(): number
  random(): number
  backoff: Backoff
  signal: AbortSignal
}

export interface TaskResult {
  result: 'done' | 'retried' | 'failed'
  error?: unknown
}

/** Runs a claimed task to its end and writes down what came of it: done, to be tried again, or given up. */
export async function runTask(task: TaskRow, deps: RunTaskDeps): Promise<TaskResult> {
  const { store, handlers, clock, signal } = deps
  try {
    const handler = handlers[task.kind]
    if (!handler) throw coded('not_found', `Nothing here handles tasks of kind "${task.kind}".`)
    await handler(JSON.parse(task.payload), {
      id: task.id,
      kind: task.kind,
      attempt: task.attempts,
      lastAttempt: task.attempts >= task.max_attempts,
      signal,
    })
    await store.write((tx) => endTask(tx, task, clock()))
    return { result: 'done' }
  } catch (error) {
    return { result: await store.write((tx) => settleFailure(tx, task, error, deps)), error }
  }
}

/** Ends a task that is done: it goes, or waits for its next occurrence. False when somebody else holds it now. */
async function endTask(tx: Db, task: TaskRow, now: number): Promise<boolean> {
  if (task.repeat_ms === null) return await deleteTask(tx, held(task))
  return await requeueTask(tx, { ...held(task), run_at: now + task.repeat_ms, attempts: 0, error: null })
}

type Settling = Pick<RunTaskDeps, 'clock' | 'random' | 'backoff' | 'giveUp' | 'signal'>

/** Decides what follows an error: another try, or the end. Also for tasks whose process died. */
export async function settleFailure(
  tx: Db,
  task: TaskRow,
  error: unknown,
  { clock, random, backoff, giveUp, signal }: Settling,
): Promise<'retried' | 'failed'> {
  const now = clock()
  const text = isCoded(error) ? `${error.code}: ${error.message}` : messageOf(error)
  if (signal.aborted) {
    // We stopped it: not its fault, not one of its tries.
    await requeueTask(tx, { ...held(task), run_at: now, attempts: task.attempts - 1, error: text })
    return 'retried'
  }
  const hopeless = isCoded(error) && !error.retryable
  if (!hopeless && task.attempts < task.max_attempts) {
    const notBefore = isCoded(error) ? (error.retryAfterMs ?? 0) : 0
    const pause = Math.max(notBefore, pauseAfter(task.attempts, backoff, random))
    await requeueTask(tx, { ...held(task), run_at: now + pause, attempts: task.attempts, error: text })
    return 'retried'
  }
  const ours =
    task.repeat_ms === null
      ? await failTask(tx, { ...held(task), error: text })
      : await requeueTask(tx, { ...held(task), run_at: now + task.repeat_ms, attempts: 0, error: text })
  if (ours) await giveUp[task.kind]?.(tx, JSON.parse(task.payload), error)
  return 'failed'
}

function held({ id, owner }: TaskRow): Held {
  return { id, owner: owner ?? '' }
}
