import { givesUp, type Handler, type Queue, type Task, type TaskContext } from '../queue/queue.ts'
import type { Db, Store } from '../store/store.ts'

interface RepeatingDeps {
  store: Store
  enqueue: Queue['enqueue']
  clock: () => number
}

/** Does the task once and calls `again` in its last transaction. */
type Work = (context: TaskContext, again: (tx: Db) => Promise<void>) => Promise<void>

/**
 * A task that comes again `everyMs` after each end: the next one is enqueued together with the last thing that this one
 * writes, or, where this one is given up, by itself. Give it a job key, so that there is never a second one.
 */
export function repeating(
  { store, enqueue, clock }: RepeatingDeps,
  { task, everyMs }: { task: Task; everyMs: number },
  work: Work,
): Handler {
  async function again(tx: Db): Promise<void> {
    await enqueue(tx, { ...task, runAt: clock() + everyMs })
  }
  return async (_, context) => {
    try {
      await work(context, again)
    } catch (error) {
      if (!context.signal.aborted && givesUp(error, context)) await store.write(again)
      throw error
    }
  }
}
