import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { reduce } from '../../contract/reduce-run.ts'
import type { RunChange, RunState } from '../../contract/run.ts'
import { databaseFile, openStore } from '../../src/store/open-store.ts'
import { startChild } from '../support/child.ts'
import { tempFolder } from '../support/temp-store.ts'
import { addWorkflow, seed } from './engine-fixture.ts'
import type { Instructions } from './engine-process.ts'

const source = `on: push
jobs:
  a: {steps: [{uses: http/request, with: {url: x}}, {uses: http/request, with: {url: x}}]}
  b: {steps: [{uses: http/request, with: {url: x}}, {uses: hub/sleep, with: {seconds: 0.03}}, {uses: http/request, with: {url: x}}]}
  c:
    needs: [a, b]
    outputs: {at: '\${{ steps.last.outputs.at }}'}
    steps: [{uses: http/request, with: {url: x}}, {id: last, uses: http/request, with: {url: x}, if: always()}]`

/** A small generator of repeatable chance. https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
function chance(seedNumber: number): () => number {
  let state = seedNumber
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

interface Entry {
  topic: string
  change: RunChange
}

function readEntries(dataDir: string): Entry[] {
  using database = new DatabaseSync(join(dataDir, databaseFile), { readOnly: true })
  const { seq, rows: changes } = database
    .prepare('select coalesce(max(seq), 0) as seq, count(*) as rows from changes')
    .get() as { seq: number; rows: number }
  expect(seq).toBe(changes)
  const turns = database
    .prepare('select id, n, last, at, entries from journal join runs on key = run order by run, n')
    .all() as { id: string; n: number; last: number; at: number; entries: string }[]
  return turns.flatMap(({ id, n, last, at, entries }, index) => {
    const before = turns[index - 1]
    expect(n).toBe(before?.id === id ? before.last + 1 : 1)
    const said = JSON.parse(entries) as [RunChange['kind'], RunChange['data']][]
    expect(last).toBe(n + said.length - 1)
    return said.map(([kind, data]) => ({
      topic: `run:${id}`,
      change: { kind, at: new Date(at).toISOString(), data } as RunChange,
    }))
  })
}

/** Steps of which the journal knows a beginning and no end, sleepers aside. */
function countInFlight(entries: readonly Entry[]): number {
  const open = new Set<string>()
  for (const { topic, change } of entries) {
    if (change.kind === 'step.started' && change.data.wake_at === null) open.add(keyOf(topic, change.data))
    if (change.kind === 'step.finished') open.delete(keyOf(topic, change.data))
  }
  return open.size
}

function keyOf(topic: string, { job, step }: { job: string; step: string }): string {
  return `${topic.replace('run:', '')} ${job} ${step}`
}

/** Starts processes and kills each at a random moment; the last one may finish the work. */
async function killRepeatedly({
  kills,
  lies,
  random,
}: {
  kills: number
  lies: boolean
  random: () => number
}) {
  const { dataDir, remove } = await tempFolder()
  try {
    const store = await openStore({ dataDir })
    await seed(store)
    const workflowId = await addWorkflow(store, source)
    await store.close()
    const effects = join(dataDir, 'effects')
    writeFileSync(effects, '')

    const common = { dataDir, effects, workflowId, lies }
    let inFlight = 0
    for (let n = 0; n < kills; n++) {
      const child = live({ ...common, keepGoing: 12 })
      // Most are killed while they work, some while they start and take runs up.
      if (random() > 0.15) await child.said(/ready/)
      await wait(random() * 160)
      await child.end('SIGKILL')
      inFlight += countInFlight(readEntries(dataDir))
    }
    const last = live({ ...common, keepGoing: 0 })
    expect(await last.ended(), last.output()).toBe(0)
    return {
      entries: readEntries(dataDir),
      effects: readFileSync(effects, 'utf8').trim().split('\n'),
      inFlight,
    }
  } finally {
    await remove()
  }
}

function live(instructions: Instructions) {
  const script = join(import.meta.dirname, 'engine-process.ts')
  return startChild([script, JSON.stringify(instructions)], {
    // Most of a short life would otherwise be spent on reading the sources.
    env: { ...process.env, NODE_COMPILE_CACHE: join(instructions.dataDir, 'compile-cache') },
  })
}

/** What must hold of journals and effects, each breach a sentence. */
function audit({ entries, effects }: { entries: readonly Entry[]; effects: readonly string[] }) {
  const breaches: string[] = []
  const states = new Map<string, RunState>()
  const attempts = new Map<string, number>()
  const ended = new Map<string, number>()
  let reruns = 0
  for (const { topic, change } of entries) {
    states.set(topic, reduce(states.get(topic) ?? null, change))
    if (change.kind === 'step.started') {
      const key = keyOf(topic, change.data)
      const attempt = change.data.attempt
      if (ended.has(key)) breaches.push(`${key} started after its end`)
      if (attempt !== (attempts.get(key) ?? 0) + 1)
        breaches.push(`${key} started attempt ${attempt} out of turn`)
      if (attempt > 1) reruns++
      attempts.set(key, attempt)
    }
    if (change.kind === 'step.finished') {
      const key = keyOf(topic, change.data)
      if (ended.has(key)) breaches.push(`${key} ended twice`)
      ended.set(key, attempts.get(key) ?? 0)
    }
  }
  for (const [topic, { status, conclusion, jobs }] of states) {
    if (status !== 'completed' || conclusion !== 'success')
      breaches.push(`${topic} is ${status} ${conclusion}`)
    if (jobs[2]?.outputs.at !== 'c/last') breaches.push(`${topic} lost its output`)
  }
  const performed = new Set<string>()
  for (const effect of effects) {
    const [run, job, step, attempt] = effect.split(' ')
    const key = `${run} ${job} ${step}`
    if (performed.has(effect)) breaches.push(`${key} performed attempt ${attempt} twice`)
    performed.add(effect)
    if (Number(attempt) > (ended.get(key) ?? 0)) breaches.push(`${key} performed after it was recorded`)
  }
  return { breaches, runs: states.size, steps: ended.size, reruns }
}

const seedNumber = Number(process.env.SEED ?? Date.now() % 1_000_000)

it('50 kills at random moments lose no run, repeat no recorded step, and mark what they repeat', async () => {
  const outcome = await killRepeatedly({ kills: 50, lies: false, random: chance(seedNumber) })
  const { breaches, runs, steps, reruns } = audit(outcome)
  console.info(
    JSON.stringify({ seed: seedNumber, kills: 50, runs, steps, reruns, inFlight: outcome.inFlight }),
  )
  expect(breaches).toEqual([])
  expect(runs).toBeGreaterThan(200)
  expect(reruns).toBeGreaterThan(0)
  expect(reruns).toBeLessThanOrEqual(outcome.inFlight)
}, 300_000)

it('a build that acknowledges before the commit is caught', async () => {
  const random = chance(seedNumber)
  // A kill must meet the moment between; how many that takes depends on the machine.
  for (let round = 0; round < 10; round++) {
    const outcome = await killRepeatedly({ kills: 6, lies: true, random })
    if (audit(outcome).breaches.length > 0) return
  }
  expect.fail('sixty kills found nothing')
}, 600_000)
