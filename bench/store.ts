/** What the store and the queue do alone: `node bench/store.ts` prints JSON. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createEvents } from '../src/events.ts'
import { createSqlQueue } from '../src/queue/sql-queue.ts'
import { appendChanges } from '../src/store/changes.ts'
import { acceptDelivery } from '../src/store/deliveries.ts'
import { openStore } from '../src/store/open-store.ts'
import type { Db } from '../src/store/store.ts'
import { describeMachine, round, summarise } from './support/measure.ts'

const rounds = 5
const dataDir = mkdtempSync(join(tmpdir(), 'cldcde-bench-'))
const commits = { count: 0, writes: 0 }
const store = await openStore({
  dataDir,
  onCommit: ({ writes }) => {
    commits.count++
    commits.writes += writes
  },
})
// GitHub's push payloads are about so long.
const body = Buffer.from(JSON.stringify({ padding: 'x'.repeat(8_000) }))

const accept = async (tx: Db) => {
  const id = randomUUID()
  await acceptDelivery(tx, { id, event: 'push', body, received_at: Date.now() })
}
const append = async (tx: Db) =>
  appendChanges(tx, Date.now(), [
    { topic: 'run:r', kind: 'step.started', data: { job: 'build', step: 1 } },
    { topic: 'run:r', kind: 'step.finished', data: { job: 'build', step: 1, conclusion: 'success' } },
  ])

/** Writes per second with so many waiting at any time, and how many shared a commit. */
async function writes(
  count: number,
  { waiting, work }: { waiting: number; work: (tx: Db) => Promise<unknown> },
) {
  const perSecond: number[] = []
  Object.assign(commits, { count: 0, writes: 0 })
  for (let round = 0; round < rounds; round++) {
    let left = count
    const began = performance.now()
    await Promise.all(
      Array.from({ length: waiting }, async () => {
        while (left-- > 0) await store.write(work)
      }),
    )
    perSecond.push((count / (performance.now() - began)) * 1_000)
  }
  const { median, min, max } = summarise(perSecond)
  return {
    per_second: { median, min, max },
    us_each: round(1e6 / median),
    writes_per_commit: round(commits.writes / commits.count),
  }
}

async function tasks(count: number) {
  const queue = createSqlQueue({
    store,
    events: createEvents(),
    log: console,
    handlers: { tiny: async () => {} },
  })
  await queue.start()
  await queue.idle() // what the measurements before have left
  const perSecond: number[] = []
  for (let round = 0; round < rounds; round++) {
    await store.write(async (tx) => {
      for (let n = 0; n < count; n++) await queue.enqueue(tx, { kind: 'tiny', payload: n })
    })
    const began = performance.now()
    await queue.idle()
    perSecond.push((count / (performance.now() - began)) * 1_000)
  }
  await queue.stop()
  return summarise(perSecond)
}

async function reads(count: number) {
  const us: number[] = []
  for (let n = 0; n < count; n++) {
    const began = performance.now()
    await store.read.selectFrom('change_head').select('seq').where('id', '=', 1).execute()
    us.push((performance.now() - began) * 1_000)
  }
  return summarise(us)
}

const results = {
  ...describeMachine(),
  accept_one_at_a_time: await writes(1_000, { waiting: 1, work: accept }),
  accept_grouped: await writes(10_000, { waiting: 100, work: accept }),
  append_two_changes_grouped: await writes(10_000, { waiting: 100, work: append }),
  tasks_per_second: await tasks(5_000),
  read_us: await reads(5_000),
}
process.stdout.write(`${JSON.stringify(results, null, 2)}\n`)
await store.close()
rmSync(dataDir, { recursive: true })
