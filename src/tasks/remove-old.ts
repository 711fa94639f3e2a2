import { setTimeout as wait } from 'node:timers/promises'
import { type Removable, type Retention, removable, removedBefore } from '../domain/retention.ts'
import type { Events } from '../events.ts'
import type { Handler, Queue, Task } from '../queue/queue.ts'
import { noteRemoval, removeActs, removeEffects, removeOld } from '../store/removals.ts'
import type { Store } from '../store/store.ts'
import { repeating } from './repeating.ts'

/** Rows of one transaction: few, so that nobody waits for it. */
const batch: Record<Removable, number> = {
  delivery_bodies: 50,
  deliveries: 100,
  changes: 500,
  runs: 20,
  job_logs: 5,
  tasks: 200,
  audit: 500,
  sessions: 200,
}
/** Between two transactions, in which others write. */
const pauseMs = 20
/** GitHub redelivers for three days. */
const effectsMs = 4 * 86_400_000
/** A page that was left open asks again for what it never heard of. */
const actsMs = 2 * 86_400_000

const hourMs = 3_600_000

/** Looks for what has been kept long enough. */
export function removeOldTask(): Task {
  return { kind: 'remove-old', payload: {}, priority: 20, jobKey: 'remove-old' }
}

/**
 * Removes what is older than the settings keep it, in small transactions, and notes how much it was; every hour. A hub that
 * stops meanwhile goes on with the next look; what unfinished work needs stays.
 */
export function removeOldRows(deps: {
  store: Store
  enqueue: Queue['enqueue']
  events: Events
  clock: () => number
  retention: Retention
}): Handler {
  const { store, events, clock, retention } = deps
  return repeating(deps, { task: removeOldTask(), everyMs: hourMs }, async ({ signal }, again) => {
    for (const what of removable) {
      const before = removedBefore(retention, what, clock())
      if (before === null) continue
      let removed = 0
      for (;;) {
        signal.throwIfAborted()
        const limit = batch[what]
        const rows = await store.write((tx) => removeOld(tx, what, { before, limit }))
        removed += rows
        if (rows > 0) events.emit('rows.removed', { what, rows })
        if (rows < limit) break
        await wait(pauseMs)
      }
      await store.write((tx) => noteRemoval(tx, { what, removed, now: clock() }))
    }
    for (let rows = 500; rows === 500; ) {
      rows = await store.write((tx) => removeEffects(tx, { before: clock() - effectsMs, limit: 500 }))
    }
    for (let rows = 500; rows === 500; ) {
      rows = await store.write((tx) => removeActs(tx, { before: clock() - actsMs, limit: 500 }))
    }
    await store.write(again)
  })
}
