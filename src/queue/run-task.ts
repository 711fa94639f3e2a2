import { coded, isCoded, messageOf } from '../errors.ts'
import type { TaskRow } from '../store/rows/log.ts'
import type { Db, Store } from '../store/store.ts'
import { deleteTask, failTask, type Held, requeueTask } from '../store/tasks.ts'
import { type Backoff, pauseAfter } from './backoff.ts'
import { givesUp, type Handler } from './queue.ts'

interface RunTaskDeps {
  store: Store
  handlers: Record<string, Handler>
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
  const { store, handlers, signal } = deps
  try {
    const handler = handlers[task.kind]
    if (!handler) throw coded('not_found', `Nothing here handles tasks of kind "${task.kind}".`)
    await handler(JSON.parse(task.payload), {
      id: task.id,
      kind: task.kind,
      attempt: task.attempts,
      lastAttempt: isLastAttempt(task),
      signal,
    })
    await store.write((tx) => deleteTask(tx, held(task)))
    return { result: 'done' }
  } catch (error) {
    return { result: await store.write((tx) => settleFailure(tx, task, error, deps)), error }
  }
}

type Settling = Pick<RunTaskDeps, 'clock' | 'random' | 'backoff' | 'signal'>

/** Decides what follows an error: another try, or the end. Also for tasks whose process died. */
export async function settleFailure(
  tx: Db,
  task: TaskRow,
  error: unknown,
  { clock, random, backoff, signal }: Settling,
): Promise<'retried' | 'failed'> {
  const now = clock()
  const text = isCoded(error) ? `${error.code}: ${error.message}` : messageOf(error)
  if (signal.aborted) {
    // We stopped it: not its fault, not one of its tries.
    await requeueTask(tx, { ...held(task), run_at: now, tries: task.attempts - 1, error: text })
    return 'retried'
  }
  if (givesUp(error, { lastAttempt: isLastAttempt(task) })) {
    await failTask(tx, { ...held(task), error: text })
    return 'failed'
  }
  const notBefore = isCoded(error) ? (error.retryAfterMs ?? 0) : 0
  const pause = Math.max(notBefore, pauseAfter(task.attempts, backoff, random))
  await requeueTask(tx, { ...held(task), run_at: now + pause, tries: task.attempts, error: text })
  return 'retried'
}

function isLastAttempt({ attempts, max_attempts }: TaskRow): boolean {
  return attempts >= max_attempts
}

function held({ id, owner, attempts }: TaskRow): Held {
  return { id, owner: owner ?? '', attempt: attempts }
}
