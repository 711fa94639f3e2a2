/**
 * Claim: strangers who begin bodies of 25 MB and do not finish them take the process to at most 250 MB.
 * Each attack leaves its connections open until the memory is read, again after they are gone. Prints JSON.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { startHubProcess } from '../tests/support/hub-process.ts'
import { describeMachine, round } from './support/measure.ts'

const mebibyte = 1024 * 1024
await using hub = await startHubProcess({
  env: { GITHUB_WEBHOOK_SECRET: 'a secret of the bench that is long enough', LOG_LEVEL: 'error' },
})
const port = Number(new URL(hub.url).port)

function residentMb(): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${hub.child.pid}/status`, 'utf8')) ?? []
  return round(Number(kilobytes) / 1024)
}

async function begin(from: string, { declared, sent }: { declared: number; sent: number }): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: from })
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(
    `POST /webhooks/github HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\ncontent-length: ${declared}\r\nx-hub-signature-256: sha256=${'0'.repeat(64)}\r\n\r\n`,
  )
  const chunk = Buffer.alloc(mebibyte, 'x')
  for (let left = sent; left > 0 && !socket.destroyed; left -= chunk.length) {
    if (!socket.write(chunk.subarray(0, left)))
      await Promise.race([once(socket, 'drain').catch(() => {}), wait(2_000)])
  }
  return socket
}

async function attack(connections: number, addresses: number, size: { declared: number; sent: number }) {
  const beforeMb = residentMb()
  let peakMb = 0
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb())
  }, 20)
  const answers: Record<string, number> = {}
  const sockets = await Promise.all(
    Array.from({ length: connections }, async (_, index) => {
      const socket = await begin(`127.0.0.${2 + (index % addresses)}`, size)
      socket.on('data', (data) => {
        const status = data.toString().slice(9, 12)
        answers[status] = (answers[status] ?? 0) + 1
      })
      return socket
    }),
  )
  await wait(1_000)
  clearInterval(watch)
  for (const socket of sockets) socket.destroy()
  await wait(3_000)
  return { beforeMb, peakMb: Math.max(peakMb, residentMb()), afterMb: residentMb(), answers }
}

await wait(5_000)
const idleMb = residentMb()
const attacks = {
  '60 × 25 MB from one address': await attack(60, 1, { declared: 25 * mebibyte, sent: 24 * mebibyte }),
  '60 × 25 MB from 60 addresses': await attack(60, 60, { declared: 25 * mebibyte, sent: 24 * mebibyte }),
  '2,000 × 256 KiB from 100 addresses': await attack(2_000, 100, { declared: 256 * 1024, sent: 250 * 1024 }),
  '2,000 × 25 MB of which 64 KiB come': await attack(2_000, 100, {
    declared: 25 * mebibyte,
    sent: 64 * 1024,
  }),
}
console.log(
  JSON.stringify({ bench: 'attack-memory', ...describeMachine(), limitMb: 250, idleMb, attacks }, null, 2),
)
