/** A process that works on a queue until it is killed: the argument says where the store is and how to work. */
import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { createEvents } from '../../src/events.ts'
import { createSqlQueue } from '../../src/queue/sql-queue.ts'
import { appendChanges } from '../../src/store/changes.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { TempStore } from './temp-store.ts'

interface Instructions {
  place: TempStore['place']
  leaseMs: number
  /** Which node it is an incarnation of. */
  node: string
}

const { place, leaseMs, node } = JSON.parse(process.argv[2] ?? '') as Instructions
const store = await openStore(place)

const queue = createSqlQueue({
  store,
  events: createEvents(),
  log: { warn: () => {}, error: (fields, message) => console.error(message, fields) },
  leaseMs,
  node: { id: node, incarnation: randomUUID() },
  handlers: {
    /** Says that it began and never ends. */
    async hang() {
      process.stdout.write('began\n')
      await new Promise(() => {})
    },
    /** Appends a change with each attempt that comes to it. */
    async effect(payload, context) {
      await wait(Math.random() * 5)
      const data = { n: payload, attempt: context.attempt }
      await store.write((tx) => appendChanges(tx, Date.now(), [{ topic: 'effects', kind: 'effect', data }]))
    },
  },
})
await queue.start()
process.stdout.write('ready\n')
