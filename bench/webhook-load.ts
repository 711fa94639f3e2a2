import { createHmac, randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { percentile, round } from './support/measure.ts'
import { issueOpened } from './support/payloads.ts'

/**
 * Posts GitHub's own `issues.opened` (11.6 KB, signed, a new GUID each) over keep-alive connections. Plain sockets
 * with prepared bytes, so that the load costs a fraction of what it measures; it runs in a process of its own, on
 * the other core.
 */
export interface LoadOptions {
  port: number
  secret: string
  repositoryId: number
  /** Where to post; the hub's by default. */
  path?: string
  connections: number
  /** Milliseconds. */
  duration: number
  /** Requests per second, sent on time whether or not earlier ones were answered; null: as fast as answered. */
  rate: number | null
}

export interface LoadResult {
  /** Answers by status. */
  answers: Record<string, number>
  perSecond: number
  /** Milliseconds from when a request was due (not: sent) to its answer. */
  p50: number
  p99: number
  max: number
}

/** Runs the load to its end. */
export async function load({ connections, duration, rate, ...target }: LoadOptions): Promise<LoadResult> {
  const nextRequest = prepareRequests(target)
  const answers: Record<string, number> = {}
  const latencies: number[] = []
  const sockets = await Promise.all(Array.from({ length: connections }, () => connectTo(target.port)))
  const start = performance.now()
  const end = start + duration
  const due: number[] = []
  const idle: Socket[] = []
  let underway = 0
  let finish = () => {}
  const finished = new Promise<void>((resolve) => {
    finish = resolve
  })

  function send(socket: Socket, dueAt: number): void {
    underway++
    answerOf(socket, (status) => {
      underway--
      latencies.push(performance.now() - dueAt)
      answers[status] = (answers[status] ?? 0) + 1
      const next = rate === null ? (performance.now() < end ? performance.now() : undefined) : due.shift()
      if (next === undefined) idle.push(socket)
      else send(socket, next)
      if (underway === 0 && performance.now() >= end) finish()
    })
    socket.write(nextRequest())
  }

  if (rate === null) {
    for (const socket of sockets) send(socket, performance.now())
  } else {
    idle.push(...sockets)
    let sent = 0
    const ticker = setInterval(() => {
      const now = Math.min(performance.now(), end)
      for (; start + (sent * 1_000) / rate <= now; sent++) {
        const dueAt = start + (sent * 1_000) / rate
        // In turn: a server may close what has been open for long and said nothing.
        const socket = idle.shift()
        if (socket) send(socket, dueAt)
        else due.push(dueAt)
      }
      if (now < end) return
      clearInterval(ticker)
      if (underway === 0) finish()
    }, 1)
  }

  await finished
  const seconds = (performance.now() - start) / 1_000
  for (const socket of sockets) socket.destroy()
  latencies.sort((a, b) => a - b)
  const at = (share: number) => round(percentile(latencies, share))
  const perSecond = Math.round(latencies.length / seconds)
  return { answers, perSecond, p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** Different bodies, each about an issue of its own; signing them beforehand keeps the load cheap. */
const bodies = 500

/** Gives the bytes of one request after the other, each with a GUID of its own. */
function prepareRequests({
  secret,
  repositoryId,
  path = '/webhooks/github',
}: Pick<LoadOptions, 'secret' | 'repositoryId' | 'path'>): () => Buffer {
  const templates = Array.from({ length: bodies }, (_, index) => {
    const body = Buffer.from(issueOpened({ repositoryId, number: index + 1 }))
    const head = Buffer.from(
      [
        `POST ${path} HTTP/1.1`,
        'Host: 127.0.0.1',
        'User-Agent: GitHub-Hookshot/044aadd',
        'Accept: */*',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        'X-GitHub-Event: issues',
        'X-GitHub-Hook-ID: 292430182',
        `X-Hub-Signature-256: sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
        `X-GitHub-Delivery: ${nextGuid()}`,
      ].join('\r\n'),
    )
    return { bytes: Buffer.concat([head, Buffer.from('\r\n\r\n'), body]), guidAt: head.length - 36 }
  })
  let next = 0
  return () => {
    const { bytes, guidAt } = templates[next++ % bodies]!
    bytes.write(nextGuid(), guidAt, 'latin1')
    return Buffer.from(bytes)
  }
}

/** 100-nanosecond ticks between 1582-10-15 and 1970-01-01. */
const ticksBefore1970 = 0x01b21dd213814000n
const node = randomBytes(6).toString('hex')
let lastTick = 0n

/** A time-based UUID, as GitHub's delivery GUIDs are. https://www.rfc-editor.org/rfc/rfc9562#section-5.1 */
function nextGuid(): string {
  const now = BigInt(Date.now()) * 10_000n + ticksBefore1970
  lastTick = now > lastTick ? now : lastTick + 1n
  const hex = lastTick.toString(16).padStart(16, '0')
  return `${hex.slice(8)}-${hex.slice(4, 8)}-1${hex.slice(1, 4)}-8000-${node}`
}

function connectTo(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Calls back with the status of the next answer; answers are short and carry Content-Length. */
function answerOf(socket: Socket, callback: (status: string) => void): void {
  let text = ''
  const onData = (chunk: Buffer) => {
    text += chunk.toString('latin1')
    const bodyAt = text.indexOf('\r\n\r\n') + 4
    if (bodyAt < 4) return
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0)
    if (text.length < bodyAt + length) return
    socket.off('data', onData)
    callback(text.slice(9, 12))
  }
  socket.on('data', onData)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await load(JSON.parse(process.argv[2] ?? '') as LoadOptions)
  process.stdout.write(JSON.stringify(result))
}
