/**
 * Everybody comes back at once: 10,000 sockets of people who may read one repository are broken, 500 changes that they
 * may see and 1,500 that they may not are appended meanwhile, and all connect again with their last seq. How long until
 * the last is current, and what it costs the process that serves them. The clients are processes of their own. Prints
 * JSON: milliseconds, MiB, KiB.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Figures, Order } from './support/live-room-process.ts'
import { describeMachine, round } from './support/measure.ts'
import type { ClientOrder, ClientResult } from './support/reconnecting-clients.ts'

const sockets = Number(process.argv[2] ?? 10_000)
const visible = 500
const foreign = 1_500
const clientProcesses = 2

const start = (file: string, execArgv: string[] = []) =>
  fork(join(import.meta.dirname, 'support', file), { execArgv, serialization: 'advanced' })
const ask = async <Answer>(child: ChildProcess, order: Order | ClientOrder): Promise<Answer> => {
  child.send(order)
  return (await once(child, 'message'))[0] as Answer
}
const mib = (bytes: number) => round(bytes / 2 ** 20)

const server = start('live-room-process.ts', ['--expose-gc'])
const [{ port }] = (await once(server, 'message')) as [{ port: number }]
const clients = Array.from({ length: clientProcesses }, () => start('reconnecting-clients.ts'))
const url = `ws://127.0.0.1:${port}/`
const connectAll = async (since?: number) => {
  const order = { url, sockets: sockets / clientProcesses, ...(since === undefined ? {} : { since }) }
  const results = await Promise.all(clients.map((client) => ask<ClientResult>(client, order)))
  return {
    ms: Math.max(...results.map(({ ms }) => ms)),
    least: Math.min(...results.map(({ least }) => least)),
    most: Math.max(...results.map(({ most }) => most)),
    seq: results[0]!.seq,
  }
}

await ask<Figures>(server, { do: 'measure' })
const empty = await ask<Figures>(server, { do: 'measure' })
const first = await connectAll()
const connected = await ask<Figures>(server, { do: 'measure' })

const live = await ask<Figures>(server, { do: 'append', visible: 20, foreign: 60 })

await ask<Figures>(server, { do: 'drop' })
await ask<Figures>(server, { do: 'append', visible, foreign })
await ask<Figures>(server, { do: 'measure' })
const again = await connectAll(first.seq + 80)
const caughtUp = await ask<Figures>(server, { do: 'measure' })

console.log(
  JSON.stringify(
    {
      bench: 'reconnect',
      ...describeMachine(),
      sockets,
      missed: { visible, foreign },
      connect: { ms: round(first.ms), server_cpu_ms: round(connected.cpuMs) },
      all_current_after_ms: round(again.ms),
      frames_each: [again.least, again.most],
      server_cpu_ms: round(caughtUp.cpuMs),
      server_cpu_ms_per_socket: round(caughtUp.cpuMs / sockets),
      event_loop_lag_ms: { p99: round(caughtUp.lagP99Ms), max: round(caughtUp.lagMaxMs) },
      rss_mib: {
        empty: mib(empty.rss),
        connected: mib(connected.rss),
        caught_up: mib(caughtUp.rss),
        peak_while_catching_up: mib(caughtUp.peakRss),
      },
      kib_per_socket: {
        connected: round((connected.rss - empty.rss) / 1024 / sockets),
        at_peak: round((caughtUp.peakRss - empty.rss) / 1024 / sockets),
      },
      live_fan_out: { changes: 20, cpu_ms: round(live.cpuMs), lag_max_ms: round(live.lagMaxMs) },
    },
    null,
    2,
  ),
)
for (const child of clients) child.kill()
server.send({ do: 'end' } satisfies Order)
await once(server, 'exit')
