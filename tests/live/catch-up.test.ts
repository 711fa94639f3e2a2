import { PassThrough } from 'node:stream'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { catchUp } from '../../src/live/catch-up.ts'
import { type Connection, flush } from '../../src/live/connection.ts'
import type { Entry, History, Past } from '../../src/live/history.ts'
import type { Person } from '../../src/live/people.ts'
import { createSlices } from '../../src/live/slices.ts'

/** A connection whose peer notes what arrives, and whose past is read when the test says so. */
function openConnection({ position = 10 } = {}) {
  const transport = new PassThrough()
  const person: Person = {
    userId: 'ada',
    connections: new Set(),
    readable: new Set([1]),
    version: 1,
    loading: null,
  }
  const connection: Connection = {
    socket: { readyState: 1, OPEN: 1 } as Connection['socket'],
    transport,
    viewer: { userId: 'ada', login: 'ada', role: 'member', scopes: [], sessionId: null, tokenId: null },
    person,
    topics: new Map([['repo:*', 0]]),
    journals: new Map(),
    live: false,
    cursor: 0,
    rewinds: 0,
    catchingUp: null,
    outbox: [],
    outboxBytes: 0,
    fill: () => {},
    alive: true,
    closing: false,
  }
  const reads: { after: number; end: (past: Past | null) => void; fail: () => void }[] = []
  const history = {
    read: ({ cursor }: Connection) =>
      new Promise<Past | null>((resolve, reject) => {
        reads.push({ after: cursor, end: resolve, fail: () => reject(new Error('planted')) })
      }),
  } as unknown as History
  const caughtUp = catchUp(
    { history, position: () => position, turn: createSlices(), log: pino({ level: 'silent' }) },
    connection,
  )
  const nextRead = async () => {
    while (reads.length === 0) await new Promise((resolve) => setImmediate(resolve))
    return reads.shift()!
  }
  const received = () => {
    flush(connection)
    return String(transport.read() ?? '')
  }
  return { connection, person, nextRead, caughtUp, received }
}

const entry = (seq: number): Entry => ({
  seq,
  names: ['repo:*'],
  change: {} as Entry['change'],
  frame: Buffer.from(`<${seq}>`),
})

describe('catching up', () => {
  it('forgets what was read under rights that have changed meanwhile', async () => {
    const { person, nextRead, caughtUp, received, connection } = openConnection()
    const first = await nextRead()
    person.version += 1
    first.end({ entries: [entry(1), entry(2)], reached: 10 })
    const second = await nextRead()
    expect(second.after).toBe(0)
    second.end({ entries: [entry(2)], reached: 10 })
    await caughtUp
    expect([received(), connection.live]).toEqual(['<2>', true])
  })

  it('begins anew when a subscription sets it back while it reads', async () => {
    const { nextRead, caughtUp, received, connection } = openConnection()
    connection.cursor = 5
    const first = await nextRead()
    connection.cursor = 1
    connection.rewinds += 1
    first.end({ entries: [entry(7)], reached: 10 })
    const second = await nextRead()
    expect(second.after).toBe(1)
    second.end({ entries: [entry(3), entry(7)], reached: 10 })
    await caughtUp
    expect(received()).toBe('<3><7>')
  })

  it('waits for rights that are being loaded', async () => {
    const { person, nextRead, caughtUp, received } = openConnection()
    const first = await nextRead()
    let loaded = () => {}
    person.version += 1
    person.loading = new Promise<void>((resolve) => {
      loaded = () => {
        person.loading = null
        resolve()
      }
    })
    first.end({ entries: [entry(1)], reached: 10 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(received()).toBe('')
    loaded()
    ;(await nextRead()).end({ entries: [entry(1)], reached: 10 })
    await caughtUp
    expect(received()).toBe('<1>')
  })

  it('tells who missed too much to fetch anew, only of what they missed, and goes on', async () => {
    const { connection, nextRead, caughtUp, received } = openConnection({ position: 30_000 })
    connection.topics.set('system', 29_000)
    let text = ''
    for (let first = 1; first <= 20_001; first += 500) {
      const read = await nextRead()
      text += received()
      const entries = Array.from({ length: 500 }, (_, index) => entry(first + index))
      read.end({ entries, reached: first + 499 })
    }
    const rest = await nextRead()
    expect(rest.after).toBe(29_000)
    text += received()
    rest.end({ entries: [entry(29_500)], reached: 30_000 })
    await caughtUp
    text += received()
    const told = text.slice(text.indexOf('<20500>')).replaceAll(/[^\x20-\x7e]/g, '')
    expect(told).toMatch(/^<20500>.{0,2}\{"type":"reset","topic":"repo:\*","seq":30000\}<29500>$/)
    expect([connection.live, connection.topics.get('repo:*')]).toEqual([true, 30_000])
  })

  it('stops in the middle when rights change while the reader takes its time', async () => {
    const { connection, person, nextRead, caughtUp, received } = openConnection()
    const large: Entry = { ...entry(1), frame: Buffer.alloc(300_000, 'x') }
    const first = await nextRead()
    first.end({ entries: [large, entry(2)], reached: 10 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(connection.cursor).toBe(1)
    person.version += 1
    let taken = ''
    while (taken.length < 300_000) {
      taken += received()
      await new Promise((resolve) => setImmediate(resolve))
    }
    const second = await nextRead()
    expect(second.after).toBe(1)
    second.end({ entries: [], reached: 10 })
    await caughtUp
    expect(received()).toBe('')
  })
})
