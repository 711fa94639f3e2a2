import { randomUUID } from 'node:crypto'
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'
import { coded } from '../errors.ts'
import type { Events } from '../events.ts'
import type { TaskRow } from '../store/rows/log.ts'
import type { Store } from '../store/store.ts'
import { claimMost, claimTasks, countTasks, extendLeases, listOrphans, nextDue } from '../store/tasks.ts'
import type { Backoff } from './backoff.ts'
import { enqueue } from './enqueue.ts'
import { createOwner, isDeadOwner, type NodeIdentity } from './owner.ts'
import type { Handler, Queue } from './queue.ts'
import { runTask, settleFailure, type TaskResult } from './run-task.ts'
import { createWorkLoop, type Rest, standBackMost } from './work-loop.ts'

/** The few words of a logger that the queue needs; pino fits. */
interface Log {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

interface SqlQueueOptions {
  store: Store
  handlers: Record<string, Handler>
  events: Events
  log: Log
  clock?: () => number
  random?: () => number
  /** Who works here; its earlier starts are dead. Without it, what a dead process left waits for the end of its lease. */
  node?: NodeIdentity
  /** Handlers that run at the same time. */
  concurrency?: number
  /** While true, the queue works in small bites and leaves most of the process to others. */
  busy?: () => boolean
  /** How often to look for tasks that other processes enqueued or left, without being woken. */
  pollMs?: number
  /** A process that says nothing for so long has lost its tasks. */
  leaseMs?: number
  /** How long handlers may take to end when the queue stops. */
  graceMs?: number
  backoff?: Backoff
}

export interface SqlQueue extends Queue {
  /** Resolves when nothing is due and nothing runs. */
  idle(): Promise<void>
}

/** A queue in the store's own table: enqueueing is part of whatever transaction it is called in. */
export function createSqlQueue(options: SqlQueueOptions): SqlQueue {
  const { store, handlers, events, log } = options
  const { clock = Date.now, random = Math.random, busy = () => false } = options
  const { concurrency = 32, pollMs = 1_000, leaseMs = 30_000, graceMs = 10_000 } = options
  const { backoff = { firstMs: 1_000, mostMs: 15 * 60_000 } } = options

  const { node = { id: randomUUID(), incarnation: randomUUID() } } = options
  const owner = createOwner(node)
  const inFlight = new Map<string, Promise<void>>()
  const aborting = new AbortController()
  const settling = { clock, random, backoff, signal: aborting.signal }
  let heartbeat: NodeJS.Timeout | undefined
  let unsubscribe: (() => void) | undefined

  const loop = createWorkLoop({
    work: launchSome,
    onError: (error) => log.error({ err: error }, 'queue: could not look for tasks'),
    most: claimMost,
    busy,
    clock,
    pollMs,
  })

  async function launchSome(most: number): Promise<Rest | undefined> {
    const room = concurrency - inFlight.size
    if (room <= 0) return { idle: false }
    const { tasks, next } = await claim(Math.min(room, most))
    if (tasks.length === 0) return { idle: inFlight.size === 0, next }
    const launched = Promise.all(tasks.map(launch))
    await turn()
    if (busy()) await Promise.race([launched, wait(standBackMost)])
    return undefined
  }

  async function claim(limit: number): Promise<{ tasks: TaskRow[]; next: number | undefined }> {
    return await store.write(async (tx) => {
      await store.lock(tx, 'claim-tasks')
      const now = clock()
      const tasks = await claimTasks(tx, { owner, now, leaseUntil: now + leaseMs, limit })
      return { tasks, next: tasks.length === 0 ? await nextDue(tx, now) : undefined }
    })
  }

  function launch(task: TaskRow): Promise<void> {
    const running = run(task)
    inFlight.set(task.id, running)
    return running
  }

  async function run(task: TaskRow): Promise<void> {
    const began = performance.now()
    try {
      report(task, await runTask(task, { store, handlers, ...settling }), performance.now() - began)
    } catch (error) {
      // Nothing could be written down. Its lease ends, and it is taken over like any other orphan.
      log.error({ err: error, task: task.id, kind: task.kind }, 'queue: could not settle a task')
    } finally {
      inFlight.delete(task.id)
      loop.wake()
    }
  }

  function report({ id, kind, attempts }: TaskRow, { result, error }: TaskResult, ms: number): void {
    if (error !== undefined)
      log.warn({ err: error, task: id, kind, attempt: attempts, result }, `task ${kind} ${result}`)
    events.emit('task.finished', { kind, result, ms })
  }

  /** Tells that we live, and gives the tasks of those who do not another try. */
  async function beat(): Promise<void> {
    await store.write(async (tx) => {
      const now = clock()
      if (inFlight.size > 0) {
        await extendLeases(tx, { owner, ids: [...inFlight.keys()], leaseUntil: now + leaseMs })
      }
      for (const task of await listOrphans(tx, { now, isDead: (owner) => isDeadOwner(owner, node) })) {
        if (inFlight.has(task.id)) continue
        const died = coded('unavailable', 'The process that ran this task ended in the middle of it.')
        await settleFailure(tx, task, died, { ...settling, backoff: { firstMs: 0, mostMs: 0 } })
      }
    })
  }

  return {
    enqueue: (tx, task) => enqueue(tx, task, clock()),
    async start() {
      await beat()
      unsubscribe = store.onTasks(loop.wake)
      heartbeat = setInterval(() => {
        beat().catch((error: unknown) => log.error({ err: error }, 'queue: no heartbeat'))
      }, leaseMs / 3)
      loop.start()
    },
    idle: loop.idle,
    async stop() {
      aborting.abort(coded('unavailable', 'The hub stops.'))
      unsubscribe?.()
      await loop.stop()
      const grace = new AbortController()
      await Promise.race([
        Promise.all(inFlight.values()),
        wait(graceMs, undefined, { signal: grace.signal }).catch(() => {}),
      ])
      grace.abort()
      clearInterval(heartbeat)
    },
    stats: () => countTasks(store.read, clock()),
  }
}
