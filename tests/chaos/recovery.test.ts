import { afterEach, describe, expect, it } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { addWorkflow, gate, openEngine, seed, startByHand, stateOf } from '../engine/engine-fixture.ts'
import { about, closeRooms, seedRoom, startRoom } from '../live/live-room.ts'
import { append } from '../support/append.ts'
import { type OwnPostgres, ownPostgres } from '../support/postgres-server.ts'
import type { TempStore } from '../support/temp-store.ts'
import { until } from '../support/until.ts'

afterEach(closeRooms)

const ways = ['fast', 'kill'] as const

describe('an engine whose Postgres is restarted', () => {
  const work = `on: workflow_dispatch
jobs:
  a:
    steps:
      - {uses: http/request, with: {url: first}}
      - {uses: http/request, with: {url: second}}
`

  it.each(ways)('keeps what its steps did meanwhile, and goes on by itself (%s)', async (how) => {
    await using server = await ownPostgres()
    await using store = await openOwn(server)
    await seed(store)
    const workflow = await addWorkflow(store, work)
    const performed: string[] = []
    const began = gate()
    const mayEnd = gate()
    const warnings: string[] = []
    await using engine = openEngine(store, {
      tickMs: 100,
      log: { warn: (_, message) => warnings.push(message), error: (_, message) => warnings.push(message) },
      steps: {
        'http/request': async ({ inputs }) => {
          performed.push(String(inputs.url))
          if (performed.length > 1) return {}
          began.resolve()
          await mayEnd.promise
          return {}
        },
      },
    })
    await engine.start()
    const runId = await startByHand({ store, engine }, workflow)
    const finished = engine.finished(runId)
    await began.promise
    await server.stop(how)
    // The effect of the first step happens while nobody can write it down.
    mayEnd.resolve()
    await until(() => warnings.some((message) => message.includes('cannot be written')))
    await expect(startByHand({ store, engine }, workflow)).rejects.toMatchObject({ code: 'unavailable' })
    expect(performed).toEqual(['first'])

    await server.start()
    expect(await finished).toMatchObject({ status: 'completed', conclusion: 'success' })
    expect(performed).toEqual(['first', 'second'])
    const next = await startByHand({ store, engine }, workflow)
    expect(await engine.finished(next)).toMatchObject({ conclusion: 'success' })
  })

  it.each(ways)('wakes the runs whose time has come meanwhile (%s)', async (how) => {
    await using server = await ownPostgres()
    await using store = await openOwn(server)
    await seed(store)
    const workflow = await addWorkflow(
      store,
      'on: workflow_dispatch\njobs: {a: {steps: [{uses: hub/sleep, with: {seconds: 60}}]}}',
    )
    let passed = 0
    const warnings: string[] = []
    await using engine = openEngine(store, {
      tickMs: 100,
      clock: () => Date.now() + passed,
      log: { warn: (_, message) => warnings.push(message), error: (_, message) => warnings.push(message) },
    })
    await engine.start()
    const runId = await startByHand({ store, engine }, workflow)
    await engine.idle()
    expect(await stateOf(store, runId)).toMatchObject({ status: 'in_progress' })
    const finished = engine.finished(runId)
    await server.stop(how)
    passed = 61_000
    await until(() => warnings.some((message) => message.includes('what is due could not be looked at')))
    await server.start()
    expect(await finished).toMatchObject({ status: 'completed', conclusion: 'success' })
  })
})

describe('sockets whose Postgres is restarted', () => {
  it.each(ways)('get once and in order what was written before, and after by whomever (%s)', async (how) => {
    await using server = await ownPostgres()
    await using store = await openOwn(server)
    await seedRoom(store)
    const room = await startRoom('postgres', { store })
    const elsewhere = await openStore(store.place)
    const ada = await room.open('ada')
    await ada.subscribe(['repo:*'])
    await ada.until((await room.append(about(1))).at(-1)!)
    await server.stop(how)
    await expect(room.append(about(1))).rejects.toMatchObject({ code: 'unavailable' })
    await expect(append(elsewhere, [about(2)])).rejects.toMatchObject({ code: 'unavailable' })

    await server.start()
    // The other process may write before this one hears of it again.
    const theirs = await untilWritten(() => append(elsewhere, [about(2)]))
    const ours = await untilWritten(() => room.append(about(1)))
    await ada.until(Math.max(...theirs, ...ours))
    const seqs = ada.changes().map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => n + 1))
    expect(seqs.at(-1)).toBe(Math.max(...theirs, ...ours))

    // Nothing lags behind afterwards: the next one comes by itself.
    await ada.until((await append(elsewhere, [about(1)])).at(-1)!)
    await elsewhere.close()
  })
})

async function openOwn({ url }: OwnPostgres): Promise<TempStore> {
  const place = { dataDir: '', databaseUrl: url }
  const store = await openStore(place)
  return { ...store, place, dataDir: '', [Symbol.asyncDispose]: store.close }
}

/** Whoever writes while the database is away is told so, and writes again. */
async function untilWritten(write: () => Promise<number[]>): Promise<number[]> {
  for (;;) {
    const seqs = await write().catch(() => undefined)
    if (seqs) return seqs
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
