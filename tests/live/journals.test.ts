import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pino from 'pino'
import { expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { JournalEntry, ServerMessage } from '../../contract/live.ts'
import type { Viewer } from '../../src/domain/access.ts'
import { createEvents } from '../../src/events.ts'
import { startLive } from '../../src/live/sockets.ts'
import { addWorkflow, mona, openEngine, seed, startByHand } from '../engine/engine-fixture.ts'
import { openTempStore } from '../support/temp-store.ts'

const viewer: Viewer = { ...mona, role: 'owner', scopes: ['read'], sessionId: null, tokenId: null }

it('a journal reaches its follower by its own numbers, whole, and from any of them after a break', async () => {
  await using store = await openTempStore()
  const events = createEvents()
  await seed(store)
  await using engine = openEngine(store, { events, steps: { 'http/request': async () => ({}) } })
  const { onJournal } = engine
  const live = await startLive({ store, events, log: pino({ level: 'silent' }), clock: Date.now, onJournal })
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
    ['run.started', undefined],
    ['run.finished', undefined],
  ])

  for (const { socket } of [whole, rest, runs]) socket.terminate()
  await live.close()
  sockets.close()
  http.close()
})

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
