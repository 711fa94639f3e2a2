import { createEvents, type HubEvents } from '../../src/events.ts'
import type { Handler, Task } from '../../src/queue/queue.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import type { Store } from '../../src/store/store.ts'
import { openTempStore } from './temp-store.ts'

type Options = Partial<Parameters<typeof createSqlQueue>[0]>

/** A queue on a store of its own, which notes what it does. */
export async function openQueue(
  dialect: Store['dialect'],
  { started = true, ...more }: Options & { started?: boolean } = {},
) {
  const store = await openTempStore(dialect)
  const notes: unknown[] = []
  const finished: HubEvents['task.finished'][] = []
  const events = createEvents()
  events.on('task.finished', (event) => finished.push(event))
  const note: Handler = async (payload) => {
    notes.push(payload)
  }
  const options = {
    store,
    events,
    log: { warn: () => {}, error: (fields: object, message: string) => console.error(message, fields) },
    backoff: { firstMs: 5, mostMs: 1_000 },
    graceMs: 2_000,
    ...more,
    handlers: { note, ...more.handlers },
  }
  const queue = createSqlQueue(options)
  if (started) await queue.start()
  return {
    store,
    queue,
    options,
    notes,
    finished,
    enqueue: (task: Task) => store.write((tx) => queue.enqueue(tx, task)),
    async [Symbol.asyncDispose]() {
      await queue.stop()
      await store.close()
    },
  }
}
