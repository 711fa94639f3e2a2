import type { Readable } from 'node:stream'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { coded } from '../errors.ts'
import { type BodyHold, type BodyRoom, smallBody } from './body-room.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** One for all routes. */
    bodyRoom: BodyRoom
  }
  interface FastifyRequest {
    bodyHold: BodyHold | undefined
  }
}

/** GitHub itself gives up on an answer after ten seconds. */
const usualDeadlineMs = 10_000

/** So many bytes of one body are looked at before others have their turn: about a millisecond. */
const longestTurn = 256 * 1024

export interface BodyLimits {
  /** Largest body in bytes. */
  limit: number
  room: BodyRoom
  deadlineMs?: number
  /** Is shown each piece of a body as it comes, so that work on a large one is no single long step. */
  watch?: (request: FastifyRequest) => (chunk: Buffer) => void
}

/** Reads JSON bodies of an app's routes within bounds, and hands their bytes to `parse`. */
export function readBodies(
  app: FastifyInstance,
  limits: BodyLimits,
  parse: (
    request: FastifyRequest,
    body: Buffer,
    done: (error: Error | null, value?: unknown) => void,
  ) => void,
): void {
  app.addHook('preParsing', (request, reply, payload, done) => {
    const { headers } = request
    if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) {
      const hold = limits.room.open(request.ip)
      request.bodyHold = hold
      // The body lives as long as its request: until the answer is out or the connection is gone.
      reply.raw.once('finish', hold.release)
      reply.raw.once('close', hold.release)
    }
    done(null, payload)
  })
  app.addContentTypeParser('application/json', (request: FastifyRequest, payload: Readable, done) => {
    readBody(request, payload, limits).then((body) => parse(request, body, done), done)
  })
}

/**
 * The bytes of a request's body. Throws `payload_too_large`, `unavailable` while there is no room for it and
 * `body_too_slow` when it does not come; what still comes then is thrown away as it does.
 */
async function readBody(request: FastifyRequest, payload: Readable, limits: BodyLimits): Promise<Buffer> {
  const hold = request.bodyHold
  if (!hold) return Buffer.alloc(0)
  const { limit, deadlineMs = usualDeadlineMs } = limits
  const watch = limits.watch?.(request)
  const written = request.headers['content-length']
  const declared = written === undefined ? undefined : Number(written)
  const chunks: Buffer[] = []
  let whole: Buffer | undefined
  let received = 0
  let isLarge = false

  function admit(bytes: number): void {
    if (hold?.take('large', bytes)) isLarge = true
    else throw noRoom()
  }

  function accept(chunk: Buffer): void {
    if (received + chunk.length > (declared ?? limit)) throw tooLarge()
    if (!isLarge) {
      if (received + chunk.length > smallBody) admit(limit)
      else if (!hold?.take('small', chunk.length)) throw noRoom()
    }
    watch?.(chunk)
    if (whole) chunk.copy(whole, received)
    else chunks.push(chunk)
    received += chunk.length
  }

  try {
    if (declared !== undefined && declared > limit) throw tooLarge()
    if (declared !== undefined && declared > smallBody) {
      admit(declared)
      // Filled as it comes: pages that were never written to take no memory, and nothing is copied at the end.
      whole = Buffer.allocUnsafeSlow(declared)
    }
    await each(payload, accept, deadlineMs)
    return whole ?? (chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks))
  } catch (error) {
    hold.release()
    // Nobody else has it: its memory goes now, not when the collector comes round.
    if (whole) (whole.buffer as ArrayBuffer).transfer(0)
    payload.resume()
    throw error
  }
}

function each(payload: Readable, accept: (chunk: Buffer) => void, deadlineMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(tooSlow()), deadlineMs)
    function finish(error?: unknown): void {
      clearTimeout(timer)
      payload.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      // Who goes away in the middle of a body must not end the process by an error that nobody awaits.
      payload.on('error', () => {})
      if (error) reject(error)
      else resolve()
    }
    let sinceTurn = 0
    function onData(chunk: Buffer): void {
      try {
        accept(chunk)
        sinceTurn += chunk.length
        if (sinceTurn < longestTurn) return
        // What has arrived of a large body comes in one go otherwise, and everybody else waits.
        sinceTurn = 0
        payload.pause()
        setImmediate(() => payload.resume())
      } catch (error) {
        finish(error)
      }
    }
    const onEnd = () => finish()
    const onError = () => finish(brokenOff())
    const onClose = () => finish(brokenOff())
    payload.on('data', onData).once('end', onEnd).once('error', onError).once('close', onClose)
  })
}

const tooLarge = () => coded('payload_too_large', 'The body is larger than this address accepts.')
const tooSlow = () => coded('body_too_slow', 'The body did not come in time.')
const brokenOff = () => coded('invalid_request', 'The connection ended in the middle of the body.')
const noRoom = () =>
  coded('unavailable', 'Too many bodies are being read. Try again in a moment.', { retryAfterMs: 2_000 })
