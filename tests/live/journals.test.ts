import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import pino from 'pino'
import { afterEach, expect, it, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { JournalEntry, ServerMessage } from '../../contract/live.ts'
import type { RunChange } from '../../contract/run.ts'
import type { Viewer } from '../../src/domain/access.ts'
import { createEvents } from '../../src/events.ts'
import type { OnJournal } from '../../src/live/journals.ts'
import { startLive } from '../../src/live/sockets.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Db } from '../../src/store/store.ts'
import { addWorkflow, mona, openEngine, seed, startByHand } from '../engine/engine-fixture.ts'
import { breakTable } from '../support/break-store.ts'
import { dialects, openTempStore } from '../support/temp-store.ts'
import { until } from '../support/until.ts'
import { closeRooms, startRoom } from './live-room.ts'

const viewer: Viewer = { ...mona, role: 'owner', scopes: ['read'], sessionId: null, tokenId: null }

afterEach(async () => {
  vi.useRealTimers()
  await closeRooms()
})

it.each(dialects)(
  'a journal reaches its follower by its own numbers, whole or from one of them: %s',
  async (dialect) => {
    await using store = await openTempStore(dialect)
    const events = createEvents()
    await seed(store)
    await using engine = openEngine(store, { events, steps: { 'http/request': async () => ({}) } })
    const { onJournal } = engine
    const live = await startLive({
      store,
      events,
      log: pino({ level: 'silent' }),
      clock: Date.now,
      onJournal,
    })
    const http = createServer().listen(0, '127.0.0.1')
    await once(http, 'listening')
    const sockets = new WebSocketServer({ server: http })
    sockets.on('connection', (socket, request) => live.accept(socket, viewer, request.socket))
    const { port } = http.address() as AddressInfo
    const step = '{uses: http/request, with: {url: x}}'
    const workflow = await addWorkflow(
      store,
      `on: workflow_dispatch\njobs: {a: {steps: [${Array(40).fill(step).join(', ')}]}}`,
    )

    const runId = await startByHand({ store, engine }, workflow)
    const topic = `run:${runId}`
    const whole = await follow(`ws://127.0.0.1:${port}/`, { topics: [topic], since: 0 })
    await engine.finished(runId)
    await whole.until('run.finished')
    const numbers = whole.entries.map(({ n }) => n)
    expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    expect(whole.entries[0]).toMatchObject({ kind: 'run.created', topic })

    const rest = await follow(`ws://127.0.0.1:${port}/`, { topics: [topic], after: { [topic]: 70 } })
    await rest.until('run.finished')
    expect(rest.entries).toEqual(whole.entries.slice(70))

    const runs = await follow(`ws://127.0.0.1:${port}/`, { topics: ['run:*'], since: 0 })
    await runs.until('run.finished')
    expect(runs.entries.map(({ kind, n }) => [kind, n])).toEqual([
      ['run.created', undefined],
      ['run.finished', undefined],
    ])

    for (const { socket } of [whole, rest, runs]) socket.terminate()
    await live.close()
    sockets.close()
    http.close()
  },
)

async function follow(url: string, subscription: object) {
  const socket = new WebSocket(url)
  const entries: JournalEntry[] = []
  socket.on('message', (raw) => {
    const message = JSON.parse(String(raw)) as ServerMessage
    if (message.type !== 'change') return
    const { type: _, ...entry } = message
    entries.push(entry as JournalEntry)
    socket.emit('entry')
  })
  await once(socket, 'open')
  socket.send(JSON.stringify({ type: 'subscribe', ...subscription }))
  return {
    socket,
    entries,
    async until(kind: string) {
      while (!entries.some((entry) => entry.kind === kind)) await once(socket, 'entry')
    },
  }
}

/** Entries of ada's run, as another process writes them. */
async function writeEntries(tx: Db, from: number, to: number): Promise<void> {
  const entries = JSON.stringify(Array.from({ length: to - from + 1 }, () => ['step.started', {}]))
  await sql`insert into journal (run, n, last, at, seq, entries)
    select key, ${from}, ${to}, 0, 0, ${entries} from runs where id = 'r'`.execute(tx)
}

async function writeRun(tx: Db): Promise<void> {
  await sql`insert into workflows (id, name, version, enabled, created_by, run_count, created_at, updated_at)
    values ('w', 'w', 1, 1, 'ada', 1, 0, 0)`.execute(tx)
  await sql`insert into runs (id, workflow_id, version, number, attempt, idempotency_key, name, event, status,
      created_at, maker) values ('r', 'w', 1, 1, 1, 'k', 'r', 'e', 'in_progress', 0, 'ada')`.execute(tx)
}

it.each(dialects)(
  'a journal that another process writes is followed, whatever fails meanwhile: %s',
  async (dialect) => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const room = await startRoom(dialect)
    const elsewhere = await openStore(room.store.place)
    const topics = ['run:r']
    await elsewhere.write(async (tx) => {
      await writeRun(tx)
      await writeEntries(tx, 1, 3)
    })
    const numbers = (client: Awaited<ReturnType<typeof room.open>>) =>
      client.received.flatMap((message) => (message.type === 'change' ? [message.n] : []))
    const [ada, bob] = [await room.open('ada'), await room.open('bob')]
    await ada.subscribe(topics, 0)
    expect(numbers(ada)).toEqual([1, 2, 3])

    bob.send({ type: 'subscribe', topics, after: { 'run:r': 0 } })
    await bob.message((m): m is ServerMessage & { type: 'error' } => m.type === 'error')
    expect(numbers(bob)).toEqual([])

    // What decides who may see it cannot be read for a while.
    const mend = await breakTable(room.store, 'run_repositories')
    await elsewhere.write((tx) => writeEntries(tx, 4, 6))
    vi.advanceTimersByTime(1_000)
    await until(() => /live journal/.test(room.logged.join()))
    expect(numbers(ada)).toEqual([1, 2, 3])
    await mend()
    await until(() => numbers(ada).length === 6)
    expect(numbers(ada)).toEqual([1, 2, 3, 4, 5, 6])
    await elsewhere.close()
  },
)

it.each(dialects)('a journal that does not reach so far, either way, is loaded anew: %s', async (dialect) => {
  const room = await startRoom(dialect)
  await room.store.write(async (tx) => {
    await writeRun(tx)
    await writeEntries(tx, 4, 6)
  })
  for (const [after, told] of [
    [3, [4, 5, 6]],
    [6, []],
    [2, ['reset', 4, 5, 6]],
    [7, ['reset']],
  ] as const) {
    const client = await room.open('ada')
    client.send({ type: 'subscribe', topics: ['run:r'], after: { 'run:r': after } })
    await client.message((m): m is ServerMessage & { type: 'subscribed' } => m.type === 'subscribed')
    const heard = client.received.flatMap<number | string | undefined>((m) =>
      m.type === 'change' ? [m.n] : m.type === 'reset' ? ['reset'] : [],
    )
    expect(heard, `after ${after}`).toEqual(told)
  }
})

it.each(dialects)(
  'what this process writes is sent from the commit, and what it did not write before is read: %s',
  async (dialect) => {
    let tell: Parameters<OnJournal>[0] = () => {}
    const room = await startRoom(dialect, {
      onJournal(listener) {
        tell = listener
        return () => {}
      },
    })
    await room.store.write(async (tx) => {
      await writeRun(tx)
      await writeEntries(tx, 1, 3)
    })
    const client = await room.open('ada')
    await client.subscribe(['run:r'], 0)
    const run = { id: 'r', maker: 'ada', started_by: null, repositories: [] }
    const change = { at: '2026-01-01T00:00:00Z', kind: 'step.started', data: {} } as unknown as RunChange
    const entries = (n: number, last = n) => ({ n, seq: 0, changes: Array(last - n + 1).fill(change) })
    const heard = () => client.received.flatMap((m) => (m.type === 'change' ? [m.n] : []))
    tell(run, entries(3, 4))
    await until(() => heard().length === 4)
    // 5 and 6 are of another owner of the run.
    await room.store.write((tx) => writeEntries(tx, 4, 7))
    tell(run, entries(7))
    await until(() => heard().length === 7)
    tell(run, entries(6, 7))
    tell({ ...run, repositories: [99] }, entries(8))
    tell(run, entries(9))
    await until(() => heard().length === 8)
    expect(heard()).toEqual([1, 2, 3, 4, 5, 6, 7, 9])
  },
)
