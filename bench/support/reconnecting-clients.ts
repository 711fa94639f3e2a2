/** Many clients in a process of their own: open sockets, subscribe, count what comes until they are current. */
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'

export interface ClientOrder {
  url: string
  sockets: number
  /** One for each socket, where the hub asks for them. */
  tickets?: readonly string[]
  /** Last seq seen; without it nothing is missed. */
  since?: number
}
export interface ClientResult {
  /** Milliseconds from the first attempt until the last socket was current. */
  ms: number
  /** Frames that the sockets were sent before they were current: fewest and most. */
  least: number
  most: number
  seq: number
}

interface Client extends Pick<ClientOrder, 'url' | 'since'> {
  ticket: string | undefined
}

const atOnce = 200
let open: Socket[] = []

/**
 * A WebSocket as little as there can be, so that the clients' work is not what is measured: frames are counted by their
 * headers and not looked at, until the one that says `subscribed`. https://www.rfc-editor.org/rfc/rfc6455#section-5.2
 */
function connectOne({ url, since, ticket }: Client): Promise<{ frames: number; seq: number }> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) })
    open.push(socket)
    socket.on('error', reject)
    socket.write(
      `GET ${ticket ? `/api/v1/live?ticket=${ticket}` : '/'} HTTP/1.1\r\nHost: ${hostname}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    )
    let pending: Buffer = Buffer.alloc(0)
    let isOpen = false
    let frames = 0
    socket.on('data', (chunk: Buffer) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
      if (!isOpen) {
        const end = pending.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!pending.toString('latin1', 0, 12).endsWith('101')) return reject(new Error('refused'))
        isOpen = true
        pending = pending.subarray(end + 4)
        socket.write(masked(JSON.stringify({ type: 'subscribe', topics: ['repo:*'], since })))
      }
      let at = 0
      for (;;) {
        if (pending.length - at < 4) break
        const short = pending[at + 1]! & 127
        const header = short < 126 ? 2 : 4
        const length = short < 126 ? short : pending.readUInt16BE(at + 2)
        if (pending.length - at < header + length) break
        const type = pending.toString('latin1', at + header + 9, at + header + 12)
        if (type === 'cha') frames += 1
        if (type === 'res') return reject(new Error('reset'))
        if (type === 'sub') {
          const text = pending.toString('utf8', at + header, at + header + length)
          resolve({ frames, seq: JSON.parse(text).seq })
        }
        at += header + length
      }
      pending = pending.subarray(at)
    })
  })
}

/** A text message as clients send it; all of ours are shorter than 126 bytes. */
function masked(text: string): Buffer {
  const payload = Buffer.from(text)
  // A mask of zeros changes nothing.
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}

process.on('message', async (order: ClientOrder) => {
  open = open.filter(({ destroyed }) => !destroyed)
  const began = performance.now()
  const results: { frames: number; seq: number }[] = []
  let left = order.sockets
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) results.push(await connectOne({ ...order, ticket: order.tickets?.[left] }))
    }),
  )
  const frames = results.map((result) => result.frames)
  const result: ClientResult = {
    ms: performance.now() - began,
    least: frames.reduce((a, b) => Math.min(a, b)),
    most: frames.reduce((a, b) => Math.max(a, b)),
    seq: results[0]!.seq,
  }
  process.send!(result)
})
