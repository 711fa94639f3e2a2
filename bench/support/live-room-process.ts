/** The live room in a process of its own, for `bench/reconnect.ts`: told what to do over IPC, measured from inside. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pino from 'pino'
import { WebSocketServer } from 'ws'
import type { Viewer } from '../../src/domain/access.ts'
import { createEvents } from '../../src/events.ts'
import { startLive } from '../../src/live/sockets.ts'
import { appendChanges, type NewChange } from '../../src/store/changes.ts'
import { openStore } from '../../src/store/open-store.ts'
import { plantForeignRows } from '../../tests/support/foreign-rows.ts'
import { tempFolder } from '../../tests/support/temp-store.ts'

export type Order =
  /** Breaks every connection. */
  | { do: 'drop' }
  /** Appends changes, of which every reader may see `visible`. */
  | { do: 'append'; visible: number; foreign: number }
  /** Answers what was measured since the last time, and begins anew. */
  | { do: 'measure' }
  | { do: 'end' }
export interface Figures {
  open: number
  /** Resident memory now and at most since the last `measure`, and processor time since then. */
  rss: number
  peakRss: number
  cpuMs: number
  lagP99Ms: number
  lagMaxMs: number
}

const { dataDir, remove } = await tempFolder()
const store = await openStore({ dataDir })
// Repository 100 is what `reader` may read, 2 what they may not.
await plantForeignRows(store, { foreign: 10, own: 1 })
const live = await startLive({
  ...{ store, events: createEvents(), log: pino({ level: 'error' }), clock: Date.now },
  onJournal: () => () => {},
})
const http = createServer().listen(0, '127.0.0.1', 4_096)
await once(http, 'listening')
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false })
const viewer: Viewer = {
  userId: 'reader',
  login: 'r',
  role: 'member',
  scopes: [],
  sessionId: null,
  tokenId: null,
}
sockets.on('connection', (socket, request) => void live.accept(socket, viewer, request.socket))

const lag = monitorEventLoopDelay({ resolution: 5 })
lag.enable()
let cpu = process.cpuUsage()
let peakRss = 0
setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss())
}, 50).unref()

function figures(): Figures {
  const { user, system } = process.cpuUsage(cpu)
  return {
    open: live.open,
    rss: process.memoryUsage.rss(),
    peakRss,
    cpuMs: (user + system) / 1000,
    lagP99Ms: lag.percentile(99) / 1e6,
    lagMaxMs: lag.max / 1e6,
  }
}

const change = (repository_id: number, number: number): NewChange => ({
  topic: `repo:${repository_id}`,
  kind: 'issue.updated',
  repository_id,
  actor: 'octocat',
  data: {
    number,
    title: 'An issue of the bench',
    state: 'open',
    labels: [],
    comments: 3,
    body: 'x'.repeat(200),
  },
})

process.on('message', async (order: Order) => {
  if (order.do === 'drop') for (const socket of sockets.clients) socket.terminate()
  if (order.do === 'append') {
    const changes = Array.from({ length: order.visible + order.foreign }, (_, index) =>
      change(index % (1 + order.foreign / order.visible) === 0 ? 100 : 2, index),
    )
    for (let start = 0; start < changes.length; start += 50) {
      await store.write(async (tx) => appendChanges(tx, Date.now(), changes.slice(start, start + 50)))
    }
    await live.settled()
  }
  const answer = figures()
  if (order.do === 'measure') {
    globalThis.gc?.()
    cpu = process.cpuUsage()
    peakRss = process.memoryUsage.rss()
    lag.reset()
  }
  if (order.do === 'end') {
    await live.close()
    await store.close()
    await remove()
    process.exit()
  }
  process.send!(answer)
})
process.send!({ port: (http.address() as AddressInfo).port })
