import { messageOf } from '../../errors.ts'
import type { Store } from '../store.ts'
import { chunkBytes, packChunk } from './pack-log.ts'
import { closeStepLog, keepChunk, type LeftByStep, openStepLog, type StepLogPlace } from './step-logs.ts'

/** Of a longer log the end is kept: what failed is there. */
const mostLogBytes = 128 * 2 ** 20
/** Lines wait so long for others, to be written together. */
const pauseMs = 250
/** So much may wait for the disk before whoever prints it has to. */
const mostWaiting = 2 * 2 ** 20
const newline = 0x0a
const empty = Buffer.alloc(0)

export interface StepLogWriterOptions {
  store: Store
  place: StepLogPlace
  /** An earlier attempt has said something. */
  resumes: boolean
  clock: () => number
  /** More is on disk: up to this byte. */
  onGrow(bytes: number): void
  most?: number
}

/**
 * Writes the log of a step as it comes: lines that come together in one commit, the last piece of the log anew until it is
 * large. Opened for an attempt after the first it goes on where that ended.
 */
export async function openStepLogWriter(options: StepLogWriterOptions) {
  const { store, place, clock, onGrow, most = mostLogBytes } = options
  /** Where the piece begins that is being filled, and what of it is on disk or about to be. */
  let first = options.resumes ? await store.write((tx) => openStepLog(tx, place, clock())) : 0
  let isOpen = options.resumes
  let piece: Buffer<ArrayBufferLike> = empty
  /** What is not in a piece yet: lines as they come, and before them what did not fit. */
  let waiting = ''
  let backlog: Buffer<ArrayBufferLike> = empty
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> | undefined
  let failure: unknown
  /** It has been closed: with the last lines goes what else there is. */
  let left: LeftByStep | undefined

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing ??= writeAll().finally(() => {
      writing = undefined
    })
    return writing
  }

  async function writeAll(): Promise<void> {
    while (unwritten() > 0 && failure === undefined) {
      const text = fillPiece()
      const bytes = first + text.length
      try {
        const data = await packChunk(text)
        await store.write(async (tx) => {
          if (!isOpen) await openStepLog(tx, place, clock())
          await keepChunk(tx, place, { first, data, bytes, most })
          if (left && unwritten() === 0) await closeStepLog(tx, place, left)
        })
        isOpen = true
      } catch (error) {
        // What was said is lost, and whoever says it must end: nothing may go on unseen.
        failure = error
        waiting = ''
        backlog = empty
        return
      }
      if (text.length >= chunkBytes) {
        first = bytes
        piece = empty
      }
      onGrow(bytes)
    }
  }

  const unwritten = () => backlog.length + waiting.length

  /** The piece as it is with what waits, up to its size and to the end of a line. */
  function fillPiece(): Buffer {
    backlog = Buffer.concat([backlog, Buffer.from(waiting)])
    waiting = ''
    const room = chunkBytes - piece.length
    const fits = backlog.length <= room ? backlog.length : backlog.lastIndexOf(newline, room - 1) + 1
    const end = fits || backlog.indexOf(newline) + 1 || backlog.length
    piece = Buffer.concat([piece, backlog.subarray(0, end)])
    backlog = backlog.subarray(end)
    return piece
  }

  return {
    write(text: string): void {
      if (failure !== undefined) return
      waiting += text
      if (waiting.length >= chunkBytes) void flush()
      else timer ??= setTimeout(() => void flush(), pauseMs)
    },
    /** Resolves when there is room for more; undefined: there is. Throws when the disk refused. */
    room(): Promise<void> | undefined {
      if (failure !== undefined) throw failed(failure)
      return unwritten() < mostWaiting ? undefined : flush()
    },
    /** Writes what waits and ends the log. Throws when the disk refused some of it. */
    async close(what: LeftByStep): Promise<void> {
      await writing
      left = what
      if (unwritten() > 0) await flush()
      else await closeAlone(what)
      if (failure !== undefined) throw failed(failure)
    },
  }

  async function closeAlone(what: LeftByStep): Promise<void> {
    clearTimeout(timer)
    await store.write(async (tx) => {
      if (!isOpen) await openStepLog(tx, place, clock())
      await closeStepLog(tx, place, what)
    })
  }
}

function failed(error: unknown): Error {
  return new Error(`The log could not be written: ${messageOf(error)}`, { cause: error })
}
